import { sanitise } from "../report/text.ts";
import { type Box, type Drawing, groupsOf } from "./drawing.ts";

/** The drawing in Graphviz's language. https://graphviz.org/doc/info/lang.html */
export function dot({ boxes, arrows }: Drawing): string {
  const line = ({ id, lines, title }: Box) => {
    const tip = title === undefined ? "" : `, tooltip=${quote([title])}`;
    return `${quote([id])} [label=${quote(lines)}${tip}];`;
  };
  const grouped = [...groupsOf(boxes)].flatMap(([group, members]) =>
    group === undefined
      ? members.map((box) => `  ${line(box)}`)
      : [
          // Only a subgraph whose name begins like this is drawn as a frame.
          `  subgraph ${quote([`cluster_${group}`])} {`,
          `    label=${quote([group])};`,
          ...members.map((box) => `    ${line(box)}`),
          "  }",
        ],
  );
  return [
    "digraph platform {",
    "  rankdir=LR;",
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  graph [style=rounded, fontname="sans-serif"];',
    ...grouped,
    ...arrows.map(([from, to]) => `  ${quote([from.id])} -> ${quote([to.id])};`),
    "}",
  ].join("\n");
}

/** A quoted string of one or more lines. */
const quote = (lines: readonly string[]): string =>
  `"${lines.map((text) => sanitise(text).replace(/["\\]/g, "\\$&")).join("\\n")}"`;
