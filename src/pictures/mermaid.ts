import { sanitise } from "../report/text.ts";
import { type Box, type Drawing, groupsOf } from "./drawing.ts";

/**
 * The drawing as a Mermaid flowchart. https://mermaid.js.org/syntax/flowchart.html
 *
 * @param direction top down, or from left to right
 */
export function mermaid({ boxes, arrows }: Drawing, direction: "TD" | "LR"): string {
  // Ids of Mermaid's own words ("end") or with a slash would not be read.
  const names = new Map(boxes.map((box, i) => [box, `n${i + 1}`]));
  const line = (box: Box) => `  ${names.get(box)}["${box.lines.map(label).join("<br/>")}"]`;
  const grouped = [...groupsOf(boxes)].flatMap(([group, members], i) =>
    group === undefined
      ? members.map(line)
      : [`  subgraph g${i + 1}["${label(group)}"]`, ...members.map((box) => `  ${line(box)}`), "  end"],
  );
  return [
    `flowchart ${direction}`,
    ...grouped,
    ...arrows.map(([from, to]) => `  ${names.get(from)} --> ${names.get(to)}`),
  ].join("\n");
}

/** Text within double quotes; Mermaid writes characters as `#` and their number or name. */
const label = (text: string): string => sanitise(text).replace(/[#"<>&]/g, (char) => `#${char.codePointAt(0)};`);
