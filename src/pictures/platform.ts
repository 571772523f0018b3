import type { Json } from "../engine/journal.ts";
import type { Node } from "../engine/node.ts";
import { isOutside } from "../engine/status.ts";
import { type Drawing, drawingOf } from "./drawing.ts";

/** A node's name within its step: "vpc". */
export const shortName = ({ id, step }: { readonly id: string; readonly step: string }): string =>
  id.startsWith(`${step}/`) ? id.slice(step.length + 1) : id;

/** The whole platform: a box for every node, grouped by step. */
export const resourceDrawing = <Aws>(nodes: readonly Node<Json, Aws>[]): Drawing =>
  drawingOf(
    nodes,
    ({ needs }) => needs,
    (node) => {
      const { id, step, kind, name } = node;
      return { id, group: step, lines: [shortName(node), kind.type], title: `${id} (${kind.type}), ${name}` };
    },
  );

/** What is drawn as one box: nodes of one step that follow each other in the platform's order. */
interface Part<Aws> {
  readonly step: string;
  readonly nodes: Node<Json, Aws>[];
}

/** The platform in a dozen boxes: its steps, and what each stands on. */
export function stepDrawing<Aws>(nodes: readonly Node<Json, Aws>[]): Drawing {
  const parts = partsOf(nodes);
  const partOf = new Map(parts.flatMap((part) => part.nodes.map((node) => [node, part] as const)));
  const needsOf = (part: Part<Aws>) =>
    part.nodes.flatMap(({ needs }) => needs.flatMap((need) => partOf.get(need) ?? []));
  return drawingOf(parts, needsOf, (part) => ({ id: part.nodes[0]?.id ?? part.step, lines: linesOf(part, parts) }));
}

/**
 * A step whose nodes need a later step comes twice (the schema is a part of "database" that needs the functions), so the
 * parts, like the nodes, stand on earlier ones only.
 */
function partsOf<Aws>(nodes: readonly Node<Json, Aws>[]): Part<Aws>[] {
  const parts: Part<Aws>[] = [];
  for (const node of nodes) {
    const last = parts.at(-1);
    if (last?.step === node.step) last.nodes.push(node);
    else parts.push({ step: node.step, nodes: [node] });
  }
  return parts;
}

function linesOf<Aws>({ step, nodes }: Part<Aws>, parts: readonly Part<Aws>[]): string[] {
  const whole = parts.filter((part) => part.step === step).length === 1;
  const few = nodes.length <= 2;
  if (!whole && few) return nodes.map(({ id }) => id);
  const resources = nodes.filter(isResource).length;
  return [step, `${resources} ${resources === 1 ? "resource" : "resources"}`];
}

/** Whether a node is a resource of the environment: neither a look-up nor something that need not be there. */
export const isResource = <Aws>(node: Node<Json, Aws>): boolean => !isOutside(node) && node.kind.role !== "by-product";
