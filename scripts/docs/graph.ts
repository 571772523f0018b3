import type { Aws } from "../../src/aws/aws.ts";
import type { Json } from "../../src/engine/journal.ts";
import type { Node } from "../../src/engine/node.ts";
import { isOutside } from "../../src/engine/status.ts";
import { platform } from "../../steps/index.ts";
import { fenced } from "./sections.ts";
import { defaultsOf } from "./settings.ts";

/** What is drawn as one box: nodes of one step that follow each other in the platform's order. */
interface Box {
  readonly step: string;
  readonly nodes: Node<Json, Aws>[];
}

/** The graph of an environment with a domain of its own, as a Mermaid flowchart in a fenced block. */
export function graphDiagram(): string {
  const { nodes } = platform(
    { ...defaultsOf("dev"), domain: { name: "api.example.com", zone: "example.com" } },
    { account: "123456789012", region: "us-east-1", code: { sha256: "", read: async () => new Uint8Array() } },
  );
  const boxes = boxesOf(nodes);
  const names = new Map(boxes.map((box, i) => [box, `s${i + 1}`]));
  const lines = boxes.map((box) => `  ${names.get(box)}["${labelOf(box, boxes)}"]`);
  const arrows = arrowsOf(boxes).map(([from, to]) => `  ${names.get(from)} --> ${names.get(to)}`);
  return fenced("mermaid", ["flowchart TD", ...lines, ...arrows].join("\n"));
}

/**
 * A step whose nodes need a later step comes twice (the schema is a part of "database" that needs the functions), so the
 * boxes, like the nodes, stand on earlier ones only.
 */
function boxesOf(nodes: readonly Node<Json, Aws>[]): Box[] {
  const boxes: Box[] = [];
  for (const node of nodes) {
    const last = boxes.at(-1);
    if (last?.step === node.step) last.nodes.push(node);
    else boxes.push({ step: node.step, nodes: [node] });
  }
  return boxes;
}

function labelOf({ step, nodes }: Box, boxes: readonly Box[]): string {
  const whole = boxes.filter((box) => box.step === step).length === 1;
  const few = nodes.length <= 2;
  if (!whole && few) return nodes.map(({ id }) => id).join("<br/>");
  const resources = nodes.filter((node) => !isOutside(node) && node.kind.optional !== true).length;
  return `${step}<br/>${resources} ${resources === 1 ? "resource" : "resources"}`;
}

/** What each box stands on, without what follows from other arrows. */
function arrowsOf(boxes: readonly Box[]): [from: Box, to: Box][] {
  const boxOf = new Map(boxes.flatMap((box) => box.nodes.map((node) => [node, box] as const)));
  /** Everything below a box, near or far; filled from the bottom up. */
  const below = new Map<Box, Set<Box>>();
  return boxes.flatMap((box) => {
    const needed = new Set(
      box.nodes.flatMap(({ needs }) => needs.flatMap((need) => boxOf.get(need) ?? [])).filter((need) => need !== box),
    );
    const direct = [...needed].filter((need) => ![...needed].some((other) => below.get(other)?.has(need)));
    below.set(box, new Set([...needed, ...[...needed].flatMap((need) => [...(below.get(need) ?? [])])]));
    return direct.map((need): [Box, Box] => [need, box]);
  });
}
