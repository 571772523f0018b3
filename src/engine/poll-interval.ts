/** Milliseconds between two looks. */
const steps = [200, 500, 1_000, 2_000, 5_000, 10_000];

/**
 * When to look next: soon at first, since many things are done at once, then every quarter of the time that has passed,
 * but no more seldom than every thirtieth of what is expected (every hundredth around its end), or every eighth of what
 * it is overdue.
 *
 * Whoever looks every so often does so at the same moments (multiples of the step), so that resources that are waited
 * for together are read together.
 *
 * @param now milliseconds since the epoch
 * @param since when the waiting began, likewise
 * @param expectedSeconds how long it usually takes
 * @returns milliseconds from now
 */
export function pollInterval(now: number, since: number, expectedSeconds: number): number {
  const elapsed = now - since;
  const expected = expectedSeconds * 1000;
  const isNear = elapsed > expected * 0.9 && elapsed < expected * 1.1;
  const longest = Math.max(1_000, expected / (isNear ? 100 : 30), (elapsed - expected) / 8);
  const wanted = Math.min(longest, elapsed / 4);
  const step = steps.find((one) => one >= wanted / 1.25) ?? 10_000;
  // Not at once again: what was read a moment ago has taken a part of this step.
  return Math.ceil((now + step / 2) / step) * step - now;
}

/** Delay before the nth retry (from 1), in milliseconds: 0.5 s, doubling up to 10 s. */
export const backoff = (n: number): number => Math.min(10_000, 250 * 2 ** n);
