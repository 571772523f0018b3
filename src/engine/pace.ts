/**
 * When to look next: soon at first, since many things are done at once, then every eighth of the time that has passed,
 * and never more seldom than a fiftieth of what is expected (between 1 and 10 seconds).
 *
 * The moment is rounded up to a grid, so that resources that are waited for together are read together.
 *
 * @param now milliseconds since the epoch
 * @param since when the waiting began, likewise
 * @param expectedSeconds how long it usually takes
 * @returns milliseconds from now
 */
export function pace(now: number, since: number, expectedSeconds: number): number {
  const longest = Math.min(10_000, Math.max(1_000, expectedSeconds * 20));
  const wanted = Math.min(longest, Math.max(200, (now - since) / 8));
  const grid = wanted < 1_000 ? 200 : 1_000;
  return Math.ceil((now + wanted) / grid) * grid - now;
}

/** Delay before the nth retry (from 1), in milliseconds: 0.5 s, doubling up to 10 s. */
export const backoff = (n: number): number => Math.min(10_000, 250 * 2 ** n);
