import { TapError } from "./errors.ts";
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
  /** Of nodes that others may take the place of: themselves, and what they have taken the place of. */
  readonly namesakes: ReadonlyMap<Node<Json, Aws>, readonly Found<Aws>[]>;
  /** Searches for left-overs that failed: while there are any, nothing proves that nothing is left. */
  readonly unsearched: readonly Failure[];
}

/** A kind whose types are closed over, so that kinds of all types can stand in one list. */
export interface AnyKind<Aws> {
  readonly type: string;
  /** Everything of this type that carries the environment's tags. */
  owned(aws: Aws, environment: string): Promise<readonly Found<Aws>[]>;
  /** What an entry of the state file stands for. */
  revive(found: Owned<Json | undefined>): Node<Json, Aws>;
}

/** Something that is ours, not yet known to be declared or not. */
export interface Found<Aws> {
  readonly type: string;
  /** The value of its `tap:id` tag. */
  readonly node: string;
  readonly id: string | undefined;
  readonly key: Json | undefined;
  asLeftOver(id: string): Node<Json, Aws>;
}

/** Closes over a kind's types. */
export function anyKind<Aws, Key extends Json | undefined, Wanted, Live, Outputs extends Json>(
  kind: Kind<Aws, Key, Wanted, Live, Outputs>,
): AnyKind<Aws> {
  return {
    type: kind.type,
    owned: async (aws, environment) =>
      ((await kind.owned?.(aws, environment)) ?? []).map((found: Owned<Key>) => ({
        type: kind.type,
        node: found.node,
        id: found.id,
        key: found.key,
        asLeftOver: (id) => leftOver(kind, found, id),
      })),
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
  const searching = search(run, kinds, at);
  const declared = await lookAt(run, graph, at);
  const { found, unsearched } = await searching;
  const leftOver = await findLeftOvers(run, declared, kinds, found, at);
  return { at, declared, leftOver, namesakes: namesakes(run, graph, found), unsearched };
}

/** Looks at some nodes at once, each as soon as what it sits in is known. Parents come before their children. */
export async function lookAt<Aws>(
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
      const failed = failure(run, node, "look", error);
      // What AWS said of a call is no diagnosis; what tap itself has found out is.
      const message = error instanceof TapError ? failed.message : `could not be looked at: ${failed.message}`;
      return { is: "error", failure: { ...failed, message } };
    }
  };
  for (const node of nodes) looks.set(node, look(node));
  const seen = new Map<Node<Json, Aws>, Look>();
  for (const node of nodes) seen.set(node, (await looks.get(node)) ?? { is: "absent" });
  return seen;
}

interface Search<Aws> {
  readonly found: readonly Found<Aws>[];
  readonly unsearched: readonly Failure[];
}

/** Everything that carries the environment's tags, declared or not. */
async function search<Aws>(run: Run<Aws>, kinds: readonly AnyKind<Aws>[], at: number): Promise<Search<Aws>> {
  const aws = run.aws(at);
  const unsearched: Failure[] = [];
  const searches = kinds.map(async (kind) => {
    try {
      return await kind.owned(aws, run.environment);
    } catch (error) {
      unsearched.push(failure(run, { id: `every ${kind.type}`, kind }, "look", error));
      return [];
    }
  });
  return { found: (await Promise.all(searches)).flat(), unsearched };
}

/** What is ours but is not what a declared node is. Later kinds come first: they go first. */
async function findLeftOvers<Aws>(
  run: Run<Aws>,
  declared: ReadonlyMap<Node<Json, Aws>, Look>,
  kinds: readonly AnyKind<Aws>[],
  found: readonly Found<Aws>[],
  at: number,
): Promise<Looks<Aws>["leftOver"]> {
  const looks = new Map([...declared].map(([node, look]) => [node.id, look]));
  // Whatever a declared node is, or was when it could last be looked at, is no left-over, whatever its tag says by now.
  const declaredIds = new Set(
    [...declared].flatMap(([{ id, kind }, look]) => {
      const awsId = look.is === "present" ? look.awsId : look.is === "error" ? run.journal.get(id)?.id : undefined;
      return awsId === undefined ? [] : [`${kind.type} ${awsId}`];
    }),
  );
  const nodes = new Map<string, Node<Json, Aws>>();
  for (const one of found) {
    const look = looks.get(one.node);
    if (look?.is === "error" || declaredIds.has(`${one.type} ${one.id}`)) continue;
    const id = look === undefined && !nodes.has(one.node) ? one.node : `${one.node}#${one.id ?? ""}`;
    nodes.set(id, one.asLeftOver(id));
  }
  for (const [id, entry] of run.journal.entries()) {
    const kind = kinds.find((k) => k.type === entry.type);
    if (looks.has(id) || nodes.has(id) || kind === undefined) continue;
    const node = id.replace(/#.*/, "");
    nodes.set(id, kind.revive({ node, name: entry.name, id: entry.id, key: entry.key }));
  }
  const order = new Map(kinds.map((kind, index) => [kind.type, index]));
  const rank = (node: Node<Json, Aws>) => order.get(node.kind.type) ?? 0;
  const sorted = [...nodes.values()].sort((a, b) => rank(b) - rank(a));
  const seen = await lookAt(run, sorted, at);
  return new Map([...seen].filter(([, look]) => look.is !== "absent"));
}

/**
 * For each declared node of a kind that `succeeds`, everything that carries its tags and sits where it does: itself, and
 * what it has taken the place of.
 */
function namesakes<Aws>(
  run: Run<Aws>,
  graph: Iterable<Node<Json, Aws>>,
  found: readonly Found<Aws>[],
): Looks<Aws>["namesakes"] {
  const succeeding = [...graph].filter(({ kind }) => kind.replace === "succeed");
  return new Map(
    succeeding.map((node) => {
      const key = node.key(run)?.value;
      const alike = found.filter((one) => one.node === node.id && one.type === node.kind.type && covers(one.key, key));
      return [node, alike];
    }),
  );
}

/** Whether a key says all that another one says. */
const covers = (key: Json | undefined, other: Json | undefined): boolean =>
  Object.entries(other ?? {}).every(([name, value]) =>
    Object.entries(key ?? {}).some(([n, v]) => n === name && v === value),
  );
