import type { Json } from "./journal.ts";
import type { Node } from "./node.ts";
import type { Outcome } from "./outcome.ts";
import type { Run } from "./run.ts";

/** The node at which a run found out that no call is accepted any more, by run. */
const halts = new WeakMap<object, string>();

/**
 * Brings the run to a halt when an error ends all of it: says so once, and nothing new is begun. What was begun is noted.
 *
 * @returns the node at which the run was brought to a halt before, when this is one more error of the same kind
 */
export function haltedBefore<Aws>(run: Run<Aws>, node: string, error: unknown): string | undefined {
  if (!run.endsAll(error)) return undefined;
  const first = halts.get(run);
  if (first !== undefined) return first;
  halts.set(run, node);
  run.emit({
    event: "notice",
    text: "AWS accepts the credentials no more: nothing new is begun, and what was begun is noted",
  });
  return undefined;
}

/**
 * Leaves a node as it is, and says why: what it depends on has failed, or the whole run was brought to a halt.
 *
 * @param cause the node that has failed
 */
export function skip<Aws>(run: Run<Aws>, node: Node<Json, Aws>, cause: string): Outcome {
  const halted = halts.get(run);
  const because = halted ?? cause;
  run.emit({
    event: "skipped",
    node: node.id,
    because,
    ...(halted === undefined ? {} : { credentials: true }),
  });
  return { is: "skipped", because };
}
