import type { Json } from "../engine/journal.ts";
import type { Change } from "../engine/kind.ts";

/** Properties by path. `undefined` means "not there". */
export type Fields = Readonly<Record<string, Json | undefined>>;

/**
 * The properties that differ. Only what is wanted is compared: a path that `want` does not have is not ours to judge.
 *
 * @param replace the paths that AWS cannot change in place
 */
export function compare(want: Fields, live: Fields, replace: readonly string[] = []): Change[] {
  return Object.keys(want)
    .filter((path) => canonical(want[path]) !== canonical(live[path]))
    .map((path) => ({
      path,
      want: want[path],
      live: live[path],
      fix: replace.includes(path) ? "replace" : "update",
    }));
}

/** JSON with sorted keys, so that equal values read equal. `undefined` and an absent key are the same. */
export function canonical(value: Json | undefined): string {
  return (
    JSON.stringify(value, (_, v: Json) =>
      v !== null && typeof v === "object" && !Array.isArray(v)
        ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
        : v,
    ) ?? "undefined"
  );
}

/** A policy document as a value, so that spaces and the order of keys make no difference. */
export function parseDocument(text: string | undefined): Json | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    // A JSON text can only hold what Json allows.
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A list whose order means nothing. */
export const sorted = (list: readonly (string | undefined)[] | undefined): string[] =>
  (list ?? []).filter((item) => item !== undefined).sort();
