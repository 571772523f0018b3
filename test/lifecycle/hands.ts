import type { Entry } from "../../src/engine/journal.ts";
import type { Cloud } from "../cloud/cloud.ts";
import type { Hand, Noted } from "../cloud/facts.ts";
import { services } from "../cloud/services.ts";

/** What the state notes of an environment, by node. */
type Entries = Readonly<Record<string, Entry>>;

const hands: ReadonlyMap<string, Hand> = new Map(
  Object.values(services).flatMap(({ hands = {} }) => Object.entries(hands)),
);

/** How a person deletes a resource of a type, where its service says so. */
export const handOf = (type: string): Hand | undefined => hands.get(type);

/** A node as a hand sees it. */
export function noted(entries: Entries, node: string): Noted {
  const entry = entries[node];
  if (entry === undefined) throw new Error(`nothing is noted of ${node}`);
  const of = (type: string) =>
    Object.values(entries).flatMap((other) => (other.type === type && other.id !== undefined ? [other.id] : []));
  return { ...entry, id: entry.id ?? "", of };
}

/** Deletes a node's resource as a person would. @throws what AWS refuses it with */
export async function deleteByHand(cloud: Cloud, entries: Entries, node: string): Promise<void> {
  const it = noted(entries, node);
  const hand = handOf(it.type);
  if (hand === undefined) throw new Error(`no service says how a person deletes ${it.type}`);
  await hand.remove(cloud, it);
}
