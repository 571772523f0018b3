/** Plain data, as JSON has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

/** A deep copy of plain data, dates and bytes, so that neither side can change the other's. Other objects are shared. */
export function copy<T>(value: T): T;
export function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item));
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return value.slice();
  if (!isPlain(value)) return value;
  // The in-memory AWS spends most of its time here: a loop is several times as fast as lists of entries.
  const made: Record<string, unknown> = {};
  for (const key of Object.keys(value)) made[key] = copy(value[key]);
  return made;
}

/**
 * The same data with sorted keys and nothing that JSON lacks: a Map becomes an object, a Set a sorted list, a Date its
 * ISO text (or nothing, without `times`), bytes their base64; undefined members go.
 */
export function canonical(value: unknown, times = true): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value !== "object") throw new TypeError(`not data: ${typeof value}`);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Set) return [...value].map((item: unknown) => canonical(item, times)).sort(compareJson);
  if (Array.isArray(value)) return value.map((item: unknown) => canonical(item, times));
  if (value instanceof Map) return canonical(Object.fromEntries(value), times);
  if (hasToJson(value)) return canonical(value.toJSON(), times);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined && (times || !(item instanceof Date)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, canonical(item, times)] as const);
  return Object.fromEntries(entries);
}

function compareJson(a: Json, b: Json): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
