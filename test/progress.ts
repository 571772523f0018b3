import { writeSync } from "node:fs";

/** How often it is said how far a long test is, in milliseconds. */
export const every = 15_000;

/** How far something is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Minutes that are left, as it has gone so far. */
  readonly rest: number;
}

export const sentence = (name: string, { done, total, rest }: Progress): string =>
  `${name}: ${done} of ${total}, about ${Math.ceil(rest)} min to go\n`;

/** What a `sentence` says, of whatever name; undefined when a line is none. */
export function heard(line: string): (Progress & { readonly name: string }) | undefined {
  const [, name = "", ...numbers] = /^(.+): (\d+) of (\d+), about (\d+) min to go$/.exec(line) ?? [];
  const [done, total, rest] = numbers.map(Number);
  return done === undefined || total === undefined || rest === undefined ? undefined : { name, done, total, rest };
}

/**
 * Says on standard error now and then how far a long test is: `storm: 120 of 1000, about 4 min to go`. A sample is over
 * before there is anything to say.
 *
 * @returns to be called when one more is done
 */
export function progress(name: string, total: number): () => void {
  const start = performance.now();
  let said = start;
  let done = 0;
  return () => {
    done++;
    const now = performance.now();
    if (now - said < every || done === total) return;
    said = now;
    const rest = (((now - start) / done) * (total - done)) / 60_000;
    // Not by the console, which vitest keeps until a test has ended.
    writeSync(2, sentence(name, { done, total, rest }));
  };
}
