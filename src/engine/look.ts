import type { Failure } from "./events.ts";
import { failure } from "./failure.ts";
import type { Json } from "./journal.ts";
import type { Kind, Owned } from "./kind.ts";
import { leftOver, type Node, type Sight } from "./node.ts";
import type { Run } from "./run.ts";

/** What was found of one node: a sight, or why there is none. */
export type Look = Sight | { readonly is: "error"; readonly failure: Failure };

/** A look at everything: the declared nodes in their order, then what is ours but declared no more. */
export interface Looks<Aws> {
  readonly at: number;
  readonly declared: ReadonlyMap<Node<Json, Aws>, Look>;
  readonly leftOver: ReadonlyMap<Node<Json, Aws>, Look>;
  /** Searches for left-overs that failed: while there are any, nothing proves that nothing is left. */
  readonly unsearched: readonly Failure[];
}

/** A kind whose types are closed over, so that kinds of all types can stand in one list. */
export interface AnyKind<Aws> {
  readonly type: string;
  owned(aws: Aws, environment: string): Promise<readonly Node<Json, Aws>[]>;
  revive(found: Owned<Json | undefined>): Node<Json, Aws>;
}

/** Closes over a kind's types. */
export function anyKind<Aws, Key extends Json | undefined, Wanted, Live, Outputs extends Json>(
  kind: Kind<Aws, Key, Wanted, Live, Outputs>,
): AnyKind<Aws> {
  return {
    type: kind.type,
    owned: async (aws, environment) =>
      ((await kind.owned?.(aws, environment)) ?? []).map((found: Owned<Key>) => leftOver(kind, found)),
    revive: (found) => leftOver(kind, { ...found, key: kind.parseKey(found.key) }),
  };
}

/**
 * Looks at every declared node at once, each as soon as what it sits in is known, and at everything that is ours but
 * no longer declared. Writes nothing, anywhere.
 */
export async function lookAtAll<Aws>(
  run: Run<Aws>,
  graph: readonly Node<Json, Aws>[],
  kinds: readonly AnyKind<Aws>[],
): Promise<Looks<Aws>> {
  const at = run.clock.now();
  const [declared, search] = await Promise.all([lookAt(run, graph, at), findLeftOvers(run, graph, kinds, at)]);
  return { at, declared, ...search };
}

async function lookAt<Aws>(
  run: Run<Aws>,
  nodes: readonly Node<Json, Aws>[],
  at: number,
): Promise<ReadonlyMap<Node<Json, Aws>, Look>> {
  const looks = new Map<Node<Json, Aws>, Promise<Look>>();
  const look = async (node: Node<Json, Aws>): Promise<Look> => {
    const parent = node.parent === undefined ? undefined : await looks.get(node.parent);
    // What sits in something that is not there is not there either.
    if (parent?.is === "absent") return { is: "absent" };
    if (parent?.is === "error") return { is: "blocked", by: node.parent?.id ?? node.id };
    try {
      return await node.look(run, at);
    } catch (error) {
      return { is: "error", failure: failure(run, node, "look", error) };
    }
  };
  for (const node of nodes) looks.set(node, look(node));
  const seen = new Map<Node<Json, Aws>, Look>();
  for (const node of nodes) seen.set(node, (await looks.get(node)) ?? { is: "absent" });
  return seen;
}

/** What carries our tags or stands in the state file, but is declared no more. Later kinds come first: they go first. */
async function findLeftOvers<Aws>(
  run: Run<Aws>,
  graph: readonly Node<Json, Aws>[],
  kinds: readonly AnyKind<Aws>[],
  at: number,
): Promise<Pick<Looks<Aws>, "leftOver" | "unsearched">> {
  const aws = run.aws(at);
  const unsearched: Failure[] = [];
  const search = async (kind: AnyKind<Aws>) => {
    try {
      return await kind.owned(aws, run.environment);
    } catch (error) {
      unsearched.push(failure(run, { id: `every ${kind.type}`, kind }, "look", error));
      return [];
    }
  };
  const known = new Set(graph.map((node) => node.id));
  const found = (await Promise.all(kinds.map(search))).flat().filter((node) => !known.has(node.id));
  for (const node of found) known.add(node.id);
  for (const [id, entry] of run.journal.entries()) {
    const kind = kinds.find((k) => k.type === entry.type);
    if (known.has(id) || kind === undefined) continue;
    const { name, key } = entry;
    found.push(kind.revive({ node: id, name, id: entry.id, key }));
  }
  const order = new Map(kinds.map((kind, index) => [kind.type, index]));
  found.sort((a, b) => (order.get(b.kind.type) ?? 0) - (order.get(a.kind.type) ?? 0));
  const looks = await lookAt(run, found, at);
  return { leftOver: new Map([...looks].filter(([, look]) => look.is !== "absent")), unsearched };
}
