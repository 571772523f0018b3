import type { Entry } from "./journal.ts";

/** How long lists and tags may lag behind a change, in milliseconds; 30 s unless the kind says otherwise. */
export const lagOf = (kind: { readonly lag?: number }): number => (kind.lag ?? 30) * 1000;

/** How long something whose create has answered may stay invisible, or show without its tags, in milliseconds. */
const invisible = 120_000;

/**
 * Until when a part may be missing of something whose whole AWS shows: as long as the whole itself may be hidden, and at
 * least as long as lists and tags may lag, since changes are seen late as well.
 *
 * @param since when the look began, in milliseconds since the epoch, as are the other times
 */
export const partsHiddenUntil = (entry: Entry | undefined, kind: { readonly lag?: number }, since: number): number =>
  Math.max(since + Math.max(lagOf(kind), 30_000), hiddenUntil(entry, kind, since, since) ?? 0);

/**
 * Until when something may be there without showing, or without showing whose it is, because its create was begun and
 * AWS is eventually consistent. Undefined when nothing was begun.
 *
 * @param since when this run began to look for it: what was noted by a clock that was fast then counts from here
 * @returns milliseconds since the epoch, as are the other times
 */
export function hiddenUntil(
  entry: Entry | undefined,
  kind: { readonly lag?: number },
  now: number,
  since: number,
): number | undefined {
  if (entry?.intent?.action !== "create") return undefined;
  const { at } = entry.intent;
  return (at > now ? since : at) + (entry.id === undefined ? lagOf(kind) : invisible);
}
