import { expectedSeconds } from "./durations.ts";
import { answer } from "./estimate.ts";
import type { Json } from "./journal.ts";
import type { Looks } from "./look.ts";
import type { Node } from "./node.ts";
import type { Run } from "./run.ts";

/**
 * How long the longest path is that begins with each node: itself, and what cannot begin before it. In seconds; only
 * what is to be created takes any.
 *
 * @param graph in order
 */
export function pathsAhead<Aws>(
  run: Run<Aws>,
  graph: readonly Node<Json, Aws>[],
  looks: Looks<Aws>,
): ReadonlyMap<Node<Json, Aws>, number> {
  const ahead = new Map<Node<Json, Aws>, number>();
  /** What begins when a node can be used, and what begins when it is finished. */
  const behind = { usable: new Map<Node<Json, Aws>, number>(), finished: new Map<Node<Json, Aws>, number>() };
  for (const node of graph.toReversed()) {
    const absent = looks.declared.get(node)?.is === "absent";
    const own = absent ? (expectedSeconds(run, node.kind, "create") ?? 0) : 0;
    const usable = (node.kind.usable === "created" ? Math.min(own, answer) : own) + (behind.usable.get(node) ?? 0);
    const path = Math.max(usable, own + (behind.finished.get(node) ?? 0));
    ahead.set(node, path);
    for (const need of node.needs) {
      const after = node.after.includes(need) ? behind.finished : behind.usable;
      after.set(need, Math.max(after.get(need) ?? 0, path));
    }
  }
  return ahead;
}
