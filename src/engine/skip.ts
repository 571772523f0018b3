import type { Ending } from "./ending.ts";
import { haltedAt } from "./halt.ts";
import type { Json } from "./journal.ts";
import type { Node } from "./node.ts";
import type { Run } from "./run.ts";

/**
 * Leaves a node as it is, and says why: what it depends on has failed, or the whole run was brought to a halt.
 *
 * @param cause the node that has failed
 */
export function skip<Aws>(run: Run<Aws>, node: Node<Json, Aws>, cause: string): Ending {
  const halted = haltedAt(run);
  const because = halted ?? cause;
  run.emit({
    event: "skipped",
    node: node.id,
    because,
    ...(halted === undefined ? {} : { credentials: true }),
  });
  return { is: "skipped", because };
}
