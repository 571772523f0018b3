import type { Json } from "../engine/journal.ts";
import type { Node } from "../engine/node.ts";
import { type Box, type Drawing, directArrows } from "./drawing.ts";

/** A node's name within its step: "vpc". */
export const shortName = ({ id, step }: { readonly id: string; readonly step: string }): string =>
  id.startsWith(`${step}/`) ? id.slice(step.length + 1) : id;

/** The whole platform: a box for every node, grouped by step. */
export function resourceDrawing<Aws>(nodes: readonly Node<Json, Aws>[]): Drawing {
  const boxOf = new Map<Node<Json, Aws>, Box>(
    nodes.map((node) => {
      const { id, step, kind, name } = node;
      return [node, { id, group: step, lines: [shortName(node), kind.type], title: `${id} (${kind.type}), ${name}` }];
    }),
  );
  return {
    boxes: [...boxOf.values()],
    arrows: directArrows(nodes, ({ needs }) => needs).flatMap(([from, to]) => {
      const [a, b] = [boxOf.get(from), boxOf.get(to)];
      return a === undefined || b === undefined ? [] : [[a, b] as const];
    }),
  };
}
