import type { Json } from "../engine/journal.ts";
import type { Change } from "../engine/kind.ts";

/** Wanted properties by path. `undefined` means "not there". */
export type Fields = Readonly<Record<string, Json | undefined>>;

/**
 * What stands for a live property that AWS leaves out of its answer where leaving it out says that there is none: a log
 * group without a retention keeps everything. The API reference, or a recording, is the source of each.
 */
export const none = Symbol("none");

/** Live properties by path. `undefined` means that AWS does not say: neither as wanted nor otherwise, but unknown. */
export type Seen = Readonly<Record<string, Json | typeof none | undefined>>;

/**
 * The properties that differ, and those of which AWS does not say how they are. Only what is wanted is compared: a path
 * that `want` does not have is not ours to judge. What AWS does not say is unknown: a field that is missing for once would
 * be set again and again, or have its resource replaced.
 *
 * @param replace the paths that AWS cannot change in place
 */
export function compare(want: Fields, live: Seen, replace: readonly string[] = []): Change[] {
  return Object.keys(want).flatMap((path) => {
    const seen = live[path];
    const is = seen === none ? undefined : seen;
    if (canonical(want[path]) === canonical(is)) return [];
    const fix = seen === undefined ? "unknown" : replace.includes(path) ? "replace" : "update";
    return [{ path, want: want[path], live: is, fix } as const];
  });
}

/** Whether nothing differs, as far as AWS says. */
export const isLike = (want: Fields, live: Seen): boolean => compare(want, live).every(({ fix }) => fix === "unknown");

/**
 * The members of something that AWS has listed whole that differ: a member that the list does not have is not there. One
 * whose value is `undefined` is there, and unknown.
 *
 * @param within the path of the whole: a member's is `<within>.<name>`
 */
export function compareMembers(within: string, want: Fields, live: Fields): Change[] {
  const names = [...new Set([...Object.keys(want), ...Object.keys(live)])];
  return compare(
    Object.fromEntries(names.map((name) => [`${within}.${name}`, want[name]])),
    Object.fromEntries(names.map((name) => [`${within}.${name}`, Object.hasOwn(live, name) ? live[name] : none])),
  );
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

/** A list whose order means nothing. One that AWS does not give is unknown. */
export function sorted(list: readonly (string | undefined)[]): string[];
export function sorted(list: readonly (string | undefined)[] | undefined): string[] | undefined;
export function sorted(list: readonly (string | undefined)[] | undefined): string[] | undefined {
  return list?.filter((item) => item !== undefined).sort();
}
