import { assess } from "./assess.ts";
import type { Json } from "./journal.ts";
import type { Node } from "./node.ts";
import type { Observation, Observations } from "./refresh.ts";
import { causesOf } from "./unseen.ts";

/**
 * For what cannot be used, or not be compared: the node that stands for the cause. It is the node itself, or the first
 * of those that it stands on: what is not there, has failed, is on its way, or could not be looked at. What has failed by
 * itself, or is on its way, is put down only to what is not there or could not be looked at.
 */
export function rootCauses<Aws>({ declared }: Pick<Observations<Aws>, "declared">): ReadonlyMap<string, string> {
  const causes = new Map(causesOf({ declared }));
  const isLost = new Map([...declared].map(([{ id }, { is }]) => [id, is === "absent" || causes.has(id)]));
  // In the order of the graph, so that what a node stands on comes before it.
  for (const [node, look] of declared) {
    const own = causes.get(node.id);
    const state = stateOf(look);
    if (state === "usable") continue;
    // Of what AWS has refused to show, nobody knows whether it is for the sake of another.
    const below = look.is === "error" ? undefined : causeBelow(node, causes);
    const counts = below !== undefined && (state === "lost" || isLost.get(below));
    causes.set(node.id, counts ? below : (own ?? node.id));
  }
  return causes;
}

/** Whether something stands by itself: `troubled` is what is there, and has failed or is on its way. */
function stateOf(look: Observation): "usable" | "troubled" | "lost" {
  if (look.is !== "present") return "lost";
  const { is } = assess(look);
  if (is === "incomparable") return "lost";
  return is === "settled" || is === "update" || is === "replace" ? "usable" : "troubled";
}

/** The cause of the first of a node's needs that has one. What only has to come before it does not count. */
function causeBelow<Aws>(node: Node<Json, Aws>, causes: ReadonlyMap<string, string>): string | undefined {
  const need = node.needs.find((one) => !node.after.includes(one) && causes.has(one.id));
  return need && causes.get(need.id);
}

/** "encryption/key, which is not there, and database/cluster, which has failed" */
export function whyUnusable<Aws>(needs: readonly string[], { declared }: Pick<Observations<Aws>, "declared">): string {
  const looks = new Map([...declared].map(([node, look]) => [node.id, look]));
  const groups = Map.groupBy(needs, (id) => wordFor(looks.get(id)));
  return [...groups].map(([why, ids]) => `${ids.join(", ")}, which ${why}`).join(", and ");
}

function wordFor(look: Observation | undefined): string {
  if (look?.is !== "present") return look?.is === "absent" ? "is not there" : "is not known";
  switch (look.phase.is) {
    case "failed":
      return "has failed";
    case "leaving":
      return "is being removed";
    case "held":
      return "waits for you";
    default:
      return "is not ready yet";
  }
}
