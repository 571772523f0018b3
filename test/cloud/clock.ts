import type { Clock } from "../../src/engine/clock.ts";

/**
 * A clock that jumps: when nothing but sleepers is left to run, time moves to the earliest of them. Durations are
 * exact, and a run of hours takes milliseconds. Sleepers of the same instant wake in the order in which they slept.
 *
 * Only promises may run between sleeps. Real input and output (files, sockets) would be overtaken by the jump: wrap it
 * in `busy`.
 */
export class VirtualClock implements Clock {
  #now: number;
  #sleepers: { at: number; wake: () => void }[] = [];
  #busy = 0;
  #scheduled = false;

  constructor(start = Date.UTC(2026, 0, 5, 9, 0, 0)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((s) => s !== sleeper);
        reject(signal?.reason);
      };
      const sleeper = {
        at: this.#now + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#sleepers.push(sleeper);
      this.#schedule();
    });
  }

  /** Holds time still while real work (a file write) is under way. */
  async busy<T>(work: Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work;
    } finally {
      this.#busy--;
      this.#schedule();
    }
  }

  /** Sets the time by hand; for replaying a log of calls. Nothing may be sleeping. */
  jump(to: number): void {
    if (this.#sleepers.length > 0) throw new Error("cannot set a clock on which something sleeps");
    this.#now = to;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A macrotask runs only after every pending promise callback has run.
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#busy > 0 || this.#sleepers.length === 0) return;
      const next = Math.min(...this.#sleepers.map((s) => s.at));
      this.#now = Math.max(this.#now, next);
      const due = this.#sleepers.filter((s) => s.at <= this.#now);
      this.#sleepers = this.#sleepers.filter((s) => s.at > this.#now);
      for (const sleeper of due) sleeper.wake();
      this.#schedule();
    });
  }
}
