import type { Json } from "../engine/journal.ts";
import type { Change, Unsent, Weight } from "../engine/kind.ts";
import { canonical } from "./compare.ts";

/** Why a field of a reply is not looked at. */
export type Reason =
  | "identifier"
  | "time"
  | "counter"
  /** Where it is in its life: `phase` handles it. */
  | "state"
  | "token"
  /** Another field, or another resource of tap's, says the same. */
  | "compared elsewhere"
  /** Nobody can set it, by AWS's reference. */
  | "not settable";

/** What a difference in one field of a reply means. */
export type Rule =
  /** Tap sends it: `changes` compares it. */
  | { readonly is: "wanted" }
  /** Tap does not send it, and AWS's documentation says what it is then; `undefined`: left out. */
  | { readonly is: "default"; readonly value: Json | undefined; readonly fix: Change["fix"]; readonly weight: Weight }
  /** A setting of which nobody says how it should be: it is noted, and a later change of it is a finding. */
  | { readonly is: "recorded" }
  | { readonly is: "ignored"; readonly why: Reason };

export const wanted: Rule = { is: "wanted" };
/** The tags: those of ours are wanted, and those that others add are theirs. */
export const tags: Rule = { is: "wanted" };
export const recorded: Rule = { is: "recorded" };
export const ignored = (why: Reason): Rule => ({ is: "ignored", why });

/**
 * A field that tap does not send.
 *
 * @param value what AWS's documentation, or a recording, says that it is unless somebody sets it; that it is left out
 *   says the same
 * @param fix what `up` does about another value: the kind's `update` sets it back, unless told otherwise
 */
export const byDefault = (
  value: Json | undefined,
  fix: Exclude<Change["fix"], "unknown"> = "update",
  weight: Weight = "setting",
): Rule => ({ is: "default", value, fix, weight });

/** What there may be none of, and tap makes none of: whatever there is, somebody has added. See {@link byDefault}. */
export const nothing = (fix: Exclude<Change["fix"], "unknown"> = "update", weight: Weight = "setting"): Rule =>
  byDefault(undefined, fix, weight);

/** The fields of each member of a list. */
export class Each<Item> {
  readonly fields: Fields<Item>;

  constructor(fields: Fields<Item>) {
    this.fields = fields;
  }
}

/** Says what each field of the members of a list means. */
export const each = <Item>(fields: Fields<Item>): Each<Item> => new Each(fields);

type Scalar = string | number | boolean | bigint | Date | Uint8Array;

/** What a difference in one field means; a rule for a whole structure holds for everything in it. */
type Meaning<T> = T extends Scalar
  ? Rule
  : T extends readonly (infer Item)[]
    ? Rule | (Item extends Scalar ? never : Each<Item>)
    : string extends keyof T
      ? Rule
      : Rule | Fields<T>;

/** All fields that a structure of AWS's may have: one that is missing here, or that a new SDK adds, does not compile. */
export type Fields<T> = {
  readonly [Name in Exclude<keyof T, "$metadata">]-?: Meaning<NonNullable<T[Name]>>;
};

/** A table whose types are closed over. */
export type AnyMeaning = Rule | Each<never> | { readonly [name: string]: AnyMeaning };

/** Where AWS tells of a resource. */
export interface Told {
  /** For example "DescribeVpcs". */
  readonly operation: string;
  /** The member of the reply that describes one resource, or lists several: "Vpcs". Absent: all of the reply does. */
  readonly at?: string;
  /** The SDK's name of the structure that describes one: "Vpc". */
  readonly shape: string;
}

/** A structure in replies of AWS's that a kind reads. */
export interface Reply<Live> extends Told {
  /** As it was read; undefined where it was not. */
  of(live: Live): object | undefined;
  readonly fields: AnyMeaning;
}

/** What each field means of a structure that AWS tells. */
export const reply = <Live, T extends object>(
  told: Told,
  of: (live: Live) => T | undefined,
  fields: Fields<T>,
): Reply<Live> => ({ ...told, of, fields: closed(fields) });

// A table of fields holds nothing but rules, lists of them and further tables; its mapped type does not show that.
const closed = <T>(fields: Fields<T>): AnyMeaning => fields as unknown as AnyMeaning;

/** What a kind has to say of each field of each reply that it reads; and what follows from that for the engine. */
export const reads = <Live>(
  ...replies: readonly Reply<Live>[]
): { readonly replies: readonly Reply<Live>[]; readonly unsent: Unsent<Live> } => ({
  replies,
  unsent: {
    altered: (live) => all(replies, live).flatMap(alteredIn),
    recorded: (live) =>
      Object.fromEntries(
        all(replies, live).flatMap(({ path, rule, value }) => (rule.is === "recorded" ? [[path, value ?? null]] : [])),
      ),
  },
});

/**
 * What a table says of a field, or of the whole that it belongs to; undefined where it says nothing.
 *
 * @param path without the numbers of a list's members: "Configuration.Layers"
 */
export function meaningAt(fields: AnyMeaning, path: string): Rule | undefined {
  let meaning: AnyMeaning | undefined = fields;
  for (const name of path.split(".")) {
    if (meaning === undefined || isRule(meaning)) break;
    const inside: AnyMeaning = meaning instanceof Each ? closed(meaning.fields) : meaning;
    meaning = isRule(inside) || inside instanceof Each ? inside : inside[name];
  }
  if (meaning instanceof Each) return heaviest(rulesIn(meaning).map(([, rule]) => rule));
  return meaning !== undefined && isRule(meaning) ? meaning : undefined;
}

/** What a list means as a whole: one member more is seen if any field of the members is looked at. */
const heaviest = (rules: readonly Rule[]): Rule | undefined => rules.find(({ is }) => is !== "ignored") ?? rules[0];

interface Leaf {
  readonly path: string;
  readonly rule: Rule;
  readonly value: Json | undefined;
}

const all = <Live>(replies: readonly Reply<Live>[], live: Live): Leaf[] =>
  replies.flatMap(({ of, fields }) => {
    const read = of(live);
    return read === undefined ? [] : leavesOf("", fields, read);
  });

/** All fields for which there is a rule, whether the reply has them or not. */
function leavesOf(path: string, meaning: AnyMeaning, value: unknown): Leaf[] {
  if (isRule(meaning)) return [{ path, rule: meaning, value: plain(value) }];
  if (meaning instanceof Each) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return items.flatMap((item, index) => leavesOf(`${path}.${index}`, closed(meaning.fields), item));
  }
  const fields: Readonly<Record<string, unknown>> = isObject(value) ? value : {};
  return Object.entries(meaning).flatMap(([name, inner]) =>
    leavesOf(path === "" ? name : `${path}.${name}`, inner, fields[name]),
  );
}

function alteredIn({ path, rule, value }: Leaf): Change[] {
  if (rule.is !== "default" || value === undefined || canonical(value) === canonical(rule.value)) return [];
  // An empty list, text or structure is AWS's other way to say that there is none.
  if (rule.value === undefined && isEmpty(value)) return [];
  return [{ path, want: rule.value, live: value, fix: rule.fix, weight: rule.weight }];
}

/** The rule of a whole structure, or of one of its fields, has this name; no structure of AWS's has a field `is`. */
const isRule = (meaning: AnyMeaning): meaning is Rule => "is" in meaning && typeof meaning.is === "string";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isEmpty = (value: Json): boolean =>
  value === "" || value === null || (typeof value === "object" && Object.keys(value).length === 0);

/** As it goes into a state: dates as texts, bytes in Base64, lists in one order, and nothing for what is left out. */
function plain(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) {
    const items = value.map(plain).filter((item) => item !== undefined);
    return items.sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
  }
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value).map(([name, inner]) => [name, plain(inner)] as const);
  return Object.fromEntries(entries.flatMap(([name, inner]) => (inner === undefined ? [] : [[name, inner]])));
}

/** Everything that a table says, by the path of the field; the members of a list stand under `<list>[]`. */
export function rulesIn(meaning: AnyMeaning, path = ""): readonly (readonly [path: string, rule: Rule])[] {
  if (isRule(meaning)) return [[path, meaning]];
  if (meaning instanceof Each) return rulesIn(closed(meaning.fields), `${path}[]`);
  return Object.entries(meaning).flatMap(([name, inner]) => rulesIn(inner, path === "" ? name : `${path}.${name}`));
}
