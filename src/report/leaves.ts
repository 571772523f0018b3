import type { Json } from "../engine/journal.ts";
import type { Change } from "../engine/kind.ts";

/** The smallest part of a change that says what differs. `undefined` means "not there". */
export interface Leaf {
  /** "environment.DATABASE_NAME", "policy.Logs.Condition.ArnLike.aws:SourceArn" */
  readonly path: string;
  readonly live: Json | undefined;
  readonly want: Json | undefined;
  /** What stands at the path is a list whose order means nothing, and this is a member that only one side has. */
  readonly member?: true;
}

/**
 * Takes a change apart: objects by key, policies by statement and element, lists by member. What is there on one side
 * only stays whole. Never empty.
 */
export const leavesOf = ({ path, live, want }: Pick<Change, "path" | "live" | "want">): Leaf[] =>
  apart(path, live, want);

function apart(path: string, live: Json | undefined, want: Json | undefined): Leaf[] {
  const leaves = parts(path, live, want);
  return leaves.length === 0 ? [{ path, live, want }] : leaves;
}

/** Nothing where the two sides hold the same, written in two ways: `"a"` and `["a"]`. */
function parts(path: string, live: Json | undefined, want: Json | undefined): Leaf[] {
  if (isObject(live) && isObject(want)) {
    const [a, b] = [statementsOf(live), statementsOf(want)];
    if (a === undefined || b === undefined) return byKey(path, live, want);
    const { Statement: _, ...liveRest } = live;
    const { Statement: __, ...wantRest } = want;
    return [...byStatement(path, a, b), ...byKey(path, liveRest, wantRest)];
  }
  // In a policy, one value stands for a list of one (IAM User Guide, "Grammar of the IAM JSON policy language").
  if (Array.isArray(live) && (Array.isArray(want) || typeof want === "string"))
    return byMember(path, live, [want].flat());
  if (Array.isArray(want) && typeof live === "string") return byMember(path, [live], want);
  return [{ path, live, want }];
}

interface JsonObject {
  readonly [key: string]: Json;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** The statements of a policy document, of which the grammar allows a single one without a list around it. */
function statementsOf({ Statement: all }: JsonObject): JsonObject[] | undefined {
  const list = Array.isArray(all) ? all : [all];
  return list.every(isObject) ? list : undefined;
}

function byKey(path: string, live: JsonObject, want: JsonObject): Leaf[] {
  const keys = new Set([...Object.keys(want), ...Object.keys(live)]);
  return [...keys].flatMap((key) => {
    const [is, should] = [live[key], want[key]];
    return same(is, should) ? [] : apart(`${path}.${key}`, is, should);
  });
}

/** Statements go by their Sid; those without one that are the same on both sides are no difference. */
function byStatement(path: string, live: readonly JsonObject[], want: readonly JsonObject[]): Leaf[] {
  const sids = new Set([...want, ...live].flatMap(sidOf));
  const named = [...sids].flatMap((sid) => {
    const of = (all: readonly JsonObject[]) => all.filter((one) => sidOf(one).includes(sid));
    const [is, should] = [of(live), of(want)];
    const [one, wanted] = [is[0], should[0]];
    if (is.length > 1 || should.length > 1) return byMember(path, is, should);
    return same(one, wanted) ? [] : apart(`${path}.${sid}`, one, wanted);
  });
  const nameless = (all: readonly JsonObject[]) => all.filter((one) => sidOf(one).length === 0);
  const [isOnly, wantOnly] = only(nameless(live), nameless(want));
  const [is, should] = [isOnly[0], wantOnly[0]];
  // The only one that each side has for itself is one that was changed.
  if (isOnly.length === 1 && wantOnly.length === 1) return [...named, ...apart(`${path}.Statement`, is, should)];
  return [...named, ...members(path, isOnly, wantOnly)];
}

const sidOf = ({ Sid }: JsonObject): string[] => (typeof Sid === "string" && Sid !== "" ? [Sid] : []);

/** Lists whose order means nothing, as that of all that kinds compare: what only one side has. */
const byMember = (path: string, live: readonly Json[], want: readonly Json[]): Leaf[] =>
  members(path, ...only(live, want));

const members = (path: string, live: readonly Json[], want: readonly Json[]): Leaf[] => [
  ...live.map((value): Leaf => ({ path, live: value, want: undefined, member: true })),
  ...want.map((value): Leaf => ({ path, live: undefined, want: value, member: true })),
];

/** What only the one and what only the other list has, each as often as it has it more. */
function only<T extends Json>(some: readonly T[], others: readonly T[]): [T[], T[]] {
  const rest = [...others];
  const own = some.filter((one) => {
    const at = rest.findIndex((other) => same(one, other));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [own, rest];
}

/** Whether two values hold the same, whatever the order of their keys. */
function same(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => same(one, b[i]));
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}
