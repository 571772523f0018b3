import { AsyncLocalStorage } from "node:async_hooks";
import type { Aws } from "../../../src/aws/aws.ts";
import type { Json } from "../../../src/engine/journal.ts";
import type { Node } from "../../../src/engine/node.ts";
import type { Call, Cloud } from "../../cloud/cloud.ts";

const current = new AsyncLocalStorage<string | undefined>();

/** The ids of the nodes that sent the calls of a cloud's log, as far as nodes did. */
export type Owners = ReadonlyMap<object, string>;

/**
 * Makes the mutating calls of a platform known by the node that sends them.
 *
 * @param nodes changed in place, since they refer to each other
 * @param after called when AWS has carried out a call of a node; what it sends counts as nobody's
 */
export function attribute(
  cloud: Cloud,
  nodes: readonly Node<Json, Aws>[],
  after?: (call: Readonly<Call>, output: object) => Promise<void>,
): Owners {
  for (const node of nodes) wrap(node);
  const owners = new Map<object, string>();
  cloud.intercept = async (call, apply) => {
    const owner = current.getStore();
    if (owner === undefined) return apply();
    owners.set(call, owner);
    const output = apply();
    if (after) await current.exit(() => after(call, output));
    return output;
  };
  return owners;
}

function wrap(node: Node<Json, Aws>): void {
  const { create, look } = node;
  const own: Pick<Node<Json, Aws>, "create" | "look"> = {
    create: (run, token) => current.run(node.id, () => create(run, token)),
    async look(run, since, watching) {
      const sight = await look(run, since, watching);
      if (sight.is !== "present") return sight;
      return {
        ...sight,
        update: (changes) => current.run(node.id, () => sight.update(changes)),
        remove: (how) => current.run(node.id, () => sight.remove(how)),
      };
    },
  };
  Object.assign(node, own);
}

/** The mutating calls that AWS carried out, in their order. */
export const applied = (cloud: Cloud): Call[] =>
  cloud.log
    .filter((call) => call.mutating && call.output !== undefined)
    .sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
