import type { Json } from "./journal.ts";
import type { Node } from "./node.ts";
import type { Run } from "./run.ts";

/** What is being done to the children of a parent, by run. */
const queues = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Does some work on a node; where its kind says `oneAtATime`, after all that was begun before on its siblings of the
 * same kind is over, well or not.
 */
export async function inTurn<Aws, T>(run: Run<Aws>, node: Node<Json, Aws>, work: () => Promise<T>): Promise<T> {
  if (!node.kind.oneAtATime || node.parent === undefined) return work();
  const queue = queues.get(run) ?? new Map<string, Promise<unknown>>();
  queues.set(run, queue);
  const place = `${node.kind.type} ${node.parent.id}`;
  const mine = (queue.get(place) ?? Promise.resolve()).then(work, work);
  queue.set(place, mine);
  return mine;
}
