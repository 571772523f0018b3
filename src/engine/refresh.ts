import { NotOursError, TapError } from "./errors.ts";
import type { Failure } from "./events.ts";
import { failure } from "./failure.ts";
import type { Entry, Json } from "./journal.ts";
import type { Kind, Owned } from "./kind.ts";
import { leftOver, type Node, type Sight } from "./node.ts";
import type { Run } from "./run.ts";

/** What was found of one node: a sight, or why there is none. */
export type Observation =
  | Sight
  /** `notOurs`: its name belongs to something that does not carry our tags. */
  | { readonly is: "error"; readonly failure: Failure; readonly notOurs?: true };

/** A look at everything: the declared nodes in their order, then what is ours but declared no more. */
export interface Observations<Aws> {
  readonly at: number;
  readonly declared: ReadonlyMap<Node<Json, Aws>, Observation>;
  readonly leftOver: ReadonlyMap<Node<Json, Aws>, Observation>;
  /** Of nodes that others may take the place of: themselves, and what they have taken the place of. */
  readonly namesakes: ReadonlyMap<Node<Json, Aws>, readonly Found<Aws>[]>;
  /**
   * Searches for left-overs that failed, and entries of the state that cannot be read: while there are any, nothing
   * proves that nothing is left.
   */
  readonly unsearched: readonly Failure[];
}

/** A kind whose types are closed over, so that kinds of all types can stand in one list. */
export interface AnyKind<Aws> {
  readonly type: string;
  /** Everything of this type that is said to carry the environment's tags: see `Kind.listOwned`. */
  listOwned(aws: Aws, environment: string): Promise<readonly Found<Aws>[]>;
  /**
   * What an entry of the state file stands for. Absent where that is never a left-over: see {@link neverLeftOver}.
   *
   * @throws when its key is none of this kind's
   */
  revive?(found: Owned<Json | undefined>): Node<Json, Aws>;
}

/** Something that is ours, not yet known to be declared or not. */
export interface Found<Aws> {
  readonly type: string;
  /** The value of its `tap:id` tag. */
  readonly node: string;
  readonly name: string;
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
    listOwned: async (aws, environment) =>
      ((await kind.listOwned?.(aws, environment)) ?? []).map((found: Owned<Key>) => ({
        type: kind.type,
        node: found.node,
        name: found.name,
        id: found.id,
        key: found.key,
        asLeftOver: (id) => leftOver(kind, found, id),
      })),
    revive: (found) => leftOver(kind, { ...found, key: kind.parseKey(found.key) }),
  };
}

/** A type that the state may name, but of which nothing is tap's to remove once it is declared no more. */
export const neverLeftOver = <Aws>(type: string): AnyKind<Aws> => ({ type, listOwned: async () => [] });

/**
 * Looks at every declared node at once, each as soon as what it sits in is known, and at everything that is ours but
 * no longer declared. Writes nothing, anywhere.
 *
 * @param watching whether to look for what others have added to the declared nodes, too
 */
export async function refresh<Aws>(
  run: Run<Aws>,
  graph: readonly Node<Json, Aws>[],
  kinds: readonly AnyKind<Aws>[],
  watching = false,
): Promise<Observations<Aws>> {
  const at = run.clock.now();
  const searching = search(run, kinds, at);
  const declared = await lookAt(run, graph, at, watching);
  const { found, unsearched } = await searching;
  const { leftOver, unreadable } = await findLeftOvers(run, declared, kinds, found, at);
  return {
    at,
    declared,
    leftOver,
    namesakes: namesakes(run, graph, found),
    unsearched: [...unsearched, ...unreadable],
  };
}

/** Looks at some nodes at once, each as soon as what it sits in is known. Parents come before their children. */
export async function lookAt<Aws>(
  run: Run<Aws>,
  nodes: readonly Node<Json, Aws>[],
  at: number,
  watching = false,
): Promise<ReadonlyMap<Node<Json, Aws>, Observation>> {
  const looks = new Map<Node<Json, Aws>, Promise<Observation>>();
  const look = async (node: Node<Json, Aws>): Promise<Observation> => {
    const parent = node.parent === undefined ? undefined : await looks.get(node.parent);
    // What sits in something that is not there is not there either.
    if (parent?.is === "absent") return { is: "absent" };
    if (parent?.is === "error") return { is: "blocked", by: node.parent?.id ?? node.id };
    try {
      return await node.look(run, at, watching);
    } catch (error) {
      const failed = failure(run, node, "look", error);
      // What AWS said of a call is no diagnosis; what tap itself has found out is.
      const message = error instanceof TapError ? failed.message : `could not be looked at: ${failed.message}`;
      const notOurs = error instanceof NotOursError ? ({ notOurs: true } as const) : {};
      return { is: "error", failure: { ...failed, message }, ...notOurs };
    }
  };
  for (const node of nodes) looks.set(node, look(node));
  const seen = new Map<Node<Json, Aws>, Observation>();
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
      return await kind.listOwned(aws, run.environment);
    } catch (error) {
      unsearched.push(failure(run, { id: `every ${kind.type}`, kind }, "look", error));
      return [];
    }
  });
  return { found: (await Promise.all(searches)).flat(), unsearched };
}

/**
 * What is ours but is not what a declared node is, later kinds first: they go first. What a search has found is looked at
 * before it counts: it may be gone by now, or somebody else's.
 */
async function findLeftOvers<Aws>(
  run: Run<Aws>,
  declared: ReadonlyMap<Node<Json, Aws>, Observation>,
  kinds: readonly AnyKind<Aws>[],
  found: readonly Found<Aws>[],
  at: number,
): Promise<{ readonly leftOver: Observations<Aws>["leftOver"]; readonly unreadable: readonly Failure[] }> {
  const looks = new Map([...declared].map(([node, look]) => [node.id, look]));
  // Whatever a declared node is, or was when it could last be looked at, is no left-over, whatever its tag says by now.
  const declaredIds = new Set(
    [...declared].flatMap(([{ id, kind }, look]) => {
      const awsId = look.is === "present" ? look.awsId : look.is === "error" ? run.journal.get(id)?.id : undefined;
      return awsId === undefined ? [] : [`${kind.type} ${awsId}`];
    }),
  );
  // Where the name says all, the look at a declared node has seen whatever has that name.
  const seenByName = new Set(
    [...declared.keys()]
      .filter(({ kind, parent }) => kind.recover === "fixed-name" && parent === undefined)
      .map(({ kind, name }) => `${kind.type} ${name}`),
  );
  const nodes = new Map<string, Node<Json, Aws>>();
  for (const one of found) {
    const look = looks.get(one.node);
    if (look?.is === "error" || look?.is === "blocked" || declaredIds.has(`${one.type} ${one.id}`)) continue;
    if (look?.is === "absent" && seenByName.has(`${one.type} ${one.name}`)) continue;
    const id = look === undefined && !nodes.has(one.node) ? one.node : `${one.node}#${one.id ?? ""}`;
    nodes.set(id, one.asLeftOver(id));
  }
  const searched = new Set(nodes.values());
  const unreadable: Failure[] = [];
  for (const [id, entry] of run.journal.entries()) {
    if (looks.has(id) || nodes.has(id)) continue;
    try {
      const node = revived(kinds, id, entry);
      if (node !== undefined) nodes.set(id, node);
    } catch (error) {
      unreadable.push(failure(run, { id, kind: entry }, "look", error));
    }
  }
  const order = new Map(kinds.map((kind, index) => [kind.type, index]));
  const rank = (node: Node<Json, Aws>) => order.get(node.kind.type) ?? 0;
  const sorted = [...nodes.values()].sort((a, b) => rank(b) - rank(a));
  const isLeft = ([node, look]: readonly [Node<Json, Aws>, Observation]): boolean => {
    if (!searched.has(node) || look.is === "blocked") return look.is !== "absent";
    if (look.is === "error") return look.notOurs === undefined;
    return look.is === "present" && !declaredIds.has(`${node.kind.type} ${look.awsId}`);
  };
  return { leftOver: new Map([...(await lookAt(run, sorted, at))].filter(isLeft)), unreadable };
}

/** What an entry of the state file may have left. @throws {TapError} when this tap cannot read it: it is left as it is */
function revived<Aws>(
  kinds: readonly AnyKind<Aws>[],
  id: string,
  { type, name, id: awsId, key }: Entry,
): Node<Json, Aws> | undefined {
  const cannot = (why: string) =>
    new TapError(`its entry in the state cannot be read by this tap: ${why}`, {
      advice: `The entry is kept. Use the tap that wrote it; or, once ${awsId ?? name} is gone, take ${id} out of the state: tap state pull, tap state push.`,
    });
  const kind = kinds.find((one) => one.type === type);
  if (kind === undefined) throw cannot(`it knows no ${type}`);
  try {
    return kind.revive?.({ node: id.replace(/#.*/, ""), name, id: awsId, key });
  } catch {
    throw cannot(`its key is none of a ${type}`);
  }
}

/**
 * For each declared node of a kind that `succeeds`, everything that carries its tags and sits where it does: itself, and
 * what it has taken the place of.
 */
function namesakes<Aws>(
  run: Run<Aws>,
  graph: Iterable<Node<Json, Aws>>,
  found: readonly Found<Aws>[],
): Observations<Aws>["namesakes"] {
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
