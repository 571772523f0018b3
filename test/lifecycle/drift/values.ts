import type { Call } from "../../cloud/cloud.ts";
import { services } from "../../cloud/services.ts";
import type { ByHand } from "./baseline.ts";
import { altered, type Leaf } from "./leaves.ts";

/** Valid values of what all services have; those of one service stand beside its model. The first that fits is taken. */
const choices: readonly (readonly [RegExp, readonly unknown[]])[] = [
  [/ tags\[\+\]/, [{ Key: "owner", Value: "someone" }]],
  [/ tags\./, ["by hand"]],
  [/\.Statement\[\+\]/, [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }]],
];

const drifts = Object.values(services).flatMap(({ drift }) => drift ?? []);

/** What kind of name a text is, so that another of the same kind can stand in for it. */
const kinds: readonly RegExp[] = [
  /^arn:aws:([a-z0-9-]+):[^:]*:\d*:([a-z-]+)[:/]/,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ...drifts.flatMap(({ alike = [] }) => alike),
];

const kindOf = (text: string): string | undefined => {
  for (const kind of kinds) {
    const [, ...parts] = kind.exec(text) ?? [];
    if (parts.length > 0) return parts.join(" ");
    if (kind.test(text)) return kind.source;
  }
  return undefined;
};

/** The names that AWS has given out, or was given, by kind; the strangers' come first. */
export type Pool = ReadonlyMap<string, readonly string[]>;

export function poolOf(log: readonly Call[]): Pool {
  const pool = new Map<string, string[]>();
  const gather = (value: unknown): void => {
    if (typeof value === "string") {
      const kind = kindOf(value);
      const known = kind === undefined ? undefined : (pool.get(kind) ?? []);
      if (kind !== undefined && known !== undefined && !known.includes(value)) pool.set(kind, [...known, value]);
    } else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
      for (const item of Object.values(value)) gather(item);
    }
  };
  for (const { input, output } of log) gather([input, output]);
  return pool;
}

/** Values that someone might set by hand instead of the leaf's own. AWS may refuse some of them. */
export function alternatives({ call, field, value, change }: Leaf, pool: Pool): readonly unknown[] {
  const all = [...(services[call.service]?.drift?.choices ?? []), ...choices];
  const chosen = all.find(([pattern]) => pattern.test(field))?.[1];
  if (change !== "value") {
    if (!Array.isArray(value)) throw new TypeError(`${field} is no list`);
    if (change === "fewer") return [value.some(isName) ? value.filter((tag) => !isName(tag)) : value.slice(0, -1)];
    const added = chosen ?? value.flatMap((item) => (typeof item === "string" ? others(item, pool) : []));
    return added.filter((item) => !value.includes(item)).map((item) => [...value, item]);
  }
  if (chosen !== undefined) return chosen.filter((item) => item !== value);
  if (typeof value === "number") return [value + 1, value - 1];
  if (typeof value === "boolean") return [!value];
  return typeof value === "string" ? others(value, pool) : [];
}

function others(text: string, pool: Pool): readonly string[] {
  const kind = kindOf(text);
  return kind === undefined ? [`${text}x`] : (pool.get(kind) ?? []).filter((other) => other !== text);
}

const isName = (tag: unknown) => typeof tag === "object" && tag !== null && Object.values(tag).includes("Name");

/** The ways in which someone could have set a leaf to another value: after tap, or in tap's place. */
export function byHand(leaf: Leaf, value: unknown): ByHand[] {
  const { call } = leaf;
  const input = altered(leaf, value);
  const { again: put, afterwards } = services[call.service]?.drift ?? {};
  const again = put?.test(call.operation)
    ? ([call.operation, input] as const)
    : afterwards?.[call.operation]?.(input, leaf.path);
  return [...(again ? [{ call, input: again[1], afterwards: again[0] }] : []), { call, input }];
}
