import type { Call } from "../../cloud/cloud.ts";
import type { Path } from "../../cloud/drift.ts";
import { services } from "../../cloud/services.ts";

/** Stands in a path for "the JSON document that this text holds". */
const document = Symbol("document");

/** One value in the input of one call: a leaf, or a whole list, whose length is a property too. */
export interface Leaf {
  readonly call: Call;
  /** The node that sent the call. */
  readonly owner: string;
  readonly path: Path;
  /** Service, operation and place, for example `ec2 CreateSubnet tags.Name` or `iam PutRolePolicy PolicyDocument.Statement[].Effect`. */
  readonly field: string;
  readonly value: unknown;
  /** Whether the value is changed, or the list is made longer or shorter by one. */
  readonly change: "value" | "more" | "fewer";
}

/** Tags are lists of pairs, which are read as maps: the member that is the key, and the one that is the value. */
const tagPairs = [
  ["Key", "Value"],
  ["TagKey", "TagValue"],
] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Tags stand in many places; each of them is called `tags`. */
const tags = /^(TagSpecifications\[\]\.Tags|CreateBucketConfiguration\.Tags|Tags|AddTags)(?=[.[])/;

/** Every leaf of a call's input. Policies that are JSON texts are taken apart as well. */
export function leavesOf(call: Call, owner: string): Leaf[] {
  const found: Leaf[] = [];
  const pairs = [...tagPairs, ...(services[call.service]?.drift?.pairs ?? [])];
  const add = (path: Path, place: string, value: unknown, change: Leaf["change"]) => {
    const field = `${call.service} ${call.operation} ${place.replace(tags, "tags")}`;
    found.push({ call, owner, path, field, value, change });
  };
  const walk = (value: unknown, path: Path, place: string): void => {
    const parsed = typeof value === "string" ? documentIn(value) : undefined;
    if (parsed !== undefined) {
      walk(parsed, [...path, document], place);
      return;
    }
    if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        if (item !== undefined) walk(item, [...path, key], place === "" ? key : `${place}.${key}`);
      }
      return;
    }
    if (!Array.isArray(value)) {
      add(path, place, value, "value");
      return;
    }
    add(path, `${place}[+]`, value, "more");
    add(path, `${place}[-]`, value, "fewer");
    for (const [index, item] of value.entries()) walkItem(item, [...path, index], place);
  };
  const walkItem = (item: unknown, path: Path, place: string): void => {
    const pair = isObject(item) ? pairs.find(([key]) => typeof item[key] === "string") : undefined;
    if (!isObject(item) || pair === undefined) {
      walk(item, path, `${place}[]`);
      return;
    }
    const [key, member] = pair;
    for (const [name, value] of Object.entries(item)) {
      // Another key is one pair fewer and one more.
      if (name === key || value === undefined) continue;
      walk(value, [...path, name], name === member ? `${place}.${item[key]}` : `${place}.${item[key]}.${name}`);
    }
  };
  walk(call.input, [], "");
  return found;
}

function documentIn(text: string): object | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The call's input with another value at the leaf. */
export const altered = (leaf: Leaf, value: unknown): object => {
  const input = replaceAt(leaf.call.input, leaf.path, value);
  if (typeof input !== "object" || input === null) throw new TypeError(`${leaf.field} is not in an input`);
  return input;
};

function replaceAt(whole: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (step === document) return JSON.stringify(replaceAt(JSON.parse(String(whole)), rest, value));
  if (Array.isArray(whole)) return whole.map((item, i) => (i === step ? replaceAt(item, rest, value) : item));
  if (!isObject(whole)) throw new TypeError(`${String(step)} is not in ${String(whole)}`);
  const entries = Object.entries(whole).map(([key, item]) => [key, key === step ? replaceAt(item, rest, value) : item]);
  return Object.fromEntries(entries);
}
