import type { Json } from "../engine/journal.ts";
import type { Node } from "../engine/node.ts";
import type { Style } from "../report/style.ts";
import { count, pad, roomForTypes, sanitise, width, wrap } from "../report/text.ts";
import { isResource, shortName } from "./platform.ts";

/** What a resource needs is written beside it where that leaves so many columns. */
const roomForNeeds = 45;

/** What a tree is drawn of. */
export interface Declared<Aws> {
  readonly nodes: readonly Node<Json, Aws>[];
  /** Steps that the settings leave out, and why. */
  readonly skipped: readonly { readonly step: string; readonly reason: string }[];
}

/**
 * The platform for a terminal: every step, with its resources and what each needs. A need of the same step goes by its
 * short name.
 *
 * @param title names the environment
 * @param columns how wide a line may be
 */
export function treeText<Aws>(title: string, { nodes, skipped }: Declared<Aws>, style: Style, columns: number): string {
  const steps = Map.groupBy(nodes, ({ step }) => step);
  const counts = `${count(nodes.filter(isResource).length, "resource")} in ${count(steps.size, "step")}`;
  const withTypes = columns >= roomForTypes;
  const names = Math.max(0, ...nodes.map((node) => width(shortName(node))));
  const types = Math.max(0, ...nodes.map(({ kind }) => width(kind.type)));
  // Beside the names where there is room, else on lines of their own.
  const beside = 5 + names + (withTypes ? types + 2 : 0);
  const indent = columns - beside >= roomForNeeds ? beside : 5;
  const lines = [`${style.strong(sanitise(title))}: ${counts}`];
  for (const [step, members] of steps) {
    lines.push("", style.strong(sanitise(step)));
    for (const [i, node] of members.entries()) {
      const last = i === members.length - 1;
      const type = withTypes ? `  ${pad(node.kind.type, types)}` : "";
      const head = `${last ? "└─" : "├─"} ${pad(sanitise(shortName(node)), names)}${type}`;
      const text = needsText(node);
      const needs = text === "" ? [] : wrap(text, columns - indent);
      const first = indent === beside ? needs.shift() : undefined;
      lines.push(first === undefined ? head.trimEnd() : `${head}  ${style.dim(first)}`);
      const trunk = pad(last ? "" : "│", indent);
      lines.push(...needs.map((line) => `${trunk}${style.dim(line)}`));
    }
  }
  if (skipped.length > 0) {
    lines.push(
      "",
      ...skipped.map(({ step, reason }) => style.dim(`${sanitise(step)} is skipped: ${sanitise(reason)}`)),
    );
  }
  return lines.join("\n");
}

function needsText<Aws>({ step, needs }: Node<Json, Aws>): string {
  const names = [...new Set(needs)].map((need) => sanitise(need.step === step ? shortName(need) : need.id));
  return names.length === 0 ? "" : `needs ${names.join(", ")}`;
}
