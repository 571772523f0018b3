import { writeSync } from "node:fs";

/** How often it is said how far a long test is, in milliseconds. */
const every = 15_000;

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
    const minutes = Math.ceil((((now - start) / done) * (total - done)) / 60_000);
    // Not by the console, which vitest keeps until a test has ended.
    writeSync(2, `${name}: ${done} of ${total}, about ${minutes} min to go\n`);
  };
}
