import { type Durations, defaultDurations } from "../cloud/durations.ts";

/** Every duration, from half to double what is documented, each as likely to shrink as to grow. */
export function drawn(seed: number): Durations {
  const next = generator(seed);
  const scale = (ms: number) => Math.round(ms * 2 ** (2 * next() - 1));
  // Object.fromEntries forgets the names of the keys; they are those of the documented durations.
  return Object.fromEntries(Object.entries(defaultDurations).map(([name, ms]) => [name, scale(ms)])) as Durations;
}

/** Numbers from 0 to 1 that are the same on every machine (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
