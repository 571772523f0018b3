import { AmbiguousError, NotOursError } from "../engine/errors.ts";
import type { Change, Identity, Owned, Removal } from "../engine/kind.ts";

/** Tags by name. */
export type Tags = Readonly<Record<string, string>>;

/** Tags as most services list them: `[{Key, Value}]`. */
export const toList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Reads `[{Key, Value}]`. */
export const fromList = (list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): Tags =>
  Object.fromEntries((list ?? []).flatMap((t) => (t.Key === undefined ? [] : [[t.Key, t.Value ?? ""]])));

/** Tags as services with maps report them, which may be absent. */
export const fromMap = (map: Readonly<Record<string, string>> | undefined): Tags => map ?? {};

/** Whether tags say that a resource is the environment's. */
export const isEnvironments = (tags: Tags, environment: string): boolean =>
  tags["ManagedBy"] === "tap" && tags["Environment"] === environment;

/** The node that a resource of ours belongs to. */
export const nodeOf = (tags: Tags): string => tags["tap:id"] ?? "unknown/unknown";

/** The tags that say whose a resource is. */
export const identifying = ["ManagedBy", "Environment", "tap:id"] as const;

/** Whether tags say that a resource is this very node's. */
export const isOurs = (tags: Tags, me: Identity): boolean => identifying.every((name) => tags[name] === me.tags[name]);

/** The tags that are missing or differ. Tags that others have added are theirs. */
export const compareTags = (me: Identity, live: Tags): Change[] =>
  Object.entries(me.tags)
    .filter(([name, value]) => live[name] !== value)
    .map(([name, want]) => ({ path: `tags.${name}`, want, live: live[name], fix: "update" }));

/** Whether any of the changes is of a property, or of something within it: `touches(changes, "tags")`. */
export const touches = (changes: readonly Change[], ...paths: readonly string[]): boolean =>
  changes.some((c) => paths.some((p) => c.path === p || c.path.startsWith(`${p}.`)));

/** How something that a list shows with its tags is read. */
interface Reading<T> {
  readonly id: (live: T) => string;
  readonly tags: (live: T) => Tags;
  /** The command that gives it its tags back. */
  readonly giveBack?: (me: Identity, id: string) => string;
}

/**
 * What carries the environment's tags, out of a list: a kind's `listOwned`.
 *
 * @param name what it is found by, where that is not its tag `Name`
 */
export const ownedIn = <T>(
  list: readonly T[],
  environment: string,
  { id, tags, name = (live) => tags(live)["Name"] ?? id(live) }: Reading<T> & { readonly name?: (live: T) => string },
): Owned<undefined>[] =>
  list
    .filter((live) => isEnvironments(tags(live), environment))
    .map((live) => ({ node: nodeOf(tags(live)), name: name(live), id: id(live), key: undefined }));

/**
 * Picks the one that carries this node's tags out of a list; when none does, the one with the id that the state file
 * remembers, whose tags a filter may not see yet.
 *
 * @param what for messages, for example "VPC"
 * @param byId reads by id what the list did not show; `undefined` when it is not there
 * @throws {AmbiguousError} when two carry them
 * @throws {NotOursError} when the remembered one exists without our tags
 */
export async function pickOwn<T>(
  me: Identity,
  what: string,
  candidates: readonly T[],
  read: Reading<T>,
  byId: (id: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const own = candidates.filter((c) => isOurs(read.tags(c), me));
  if (own.length > 1) throw new AmbiguousError(`${what} with the tag tap:id=${me.node}`, own.map(read.id));
  if (own[0] !== undefined || me.id === undefined) return own[0];
  const remembered = await byId(me.id);
  return remembered === undefined
    ? undefined
    : requireOurs(me, `${what} ${me.id}`, remembered, read.tags(remembered), read.giveBack?.(me, me.id));
}

/**
 * The live resource, if its tags say that it is this node's.
 *
 * @param giveBack the command that gives it its tags back
 * @throws {NotOursError} otherwise
 */
export function requireOurs<T>(me: Identity, what: string, live: T, tags: Tags, giveBack?: string): T {
  if (isOurs(tags, me)) return live;
  const missing = identifying.filter((name) => tags[name] !== me.tags[name]);
  const detail = missing.map((name) => `${name} is ${tags[name] ?? "not set"}, not ${me.tags[name]}`).join(", ");
  throw new NotOursError(what, `its tag ${detail}`, giveBack);
}

/** Says on the resource itself that its data is to be kept, whatever the settings say by the time it is removed. */
export const protectTag = "tap:protect";

/** Whether a removal has to keep the data of a resource: because the settings or its own tag say so. */
export const isProtected = (tags: Tags, { protect, purge = false }: Omit<Removal, "token">): boolean =>
  !purge && (protect || tags[protectTag] === "true");
