import { type Clock, wallClock } from "../../src/engine/clock.ts";

/** The wall clock, so many times as fast: for real connections whose time-outs and pauses are not to be sat out. */
export function hurriedClock(times: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * times,
    sleep: (ms, signal) => wallClock.sleep(ms / times, signal),
  };
}
