import { InterruptedError } from "./errors.ts";
import type { Run } from "./run.ts";

/** @throws {InterruptedError} when the user has asked to stop. */
export function checkInterrupted<Aws>(run: Run<Aws>): void {
  if (run.signal.aborted) throw new InterruptedError("interrupted");
}

/** Sleeps on the run's clock. @throws {InterruptedError} as soon as the user asks to stop. */
export async function pause<Aws>(run: Run<Aws>, ms: number): Promise<void> {
  checkInterrupted(run);
  try {
    await run.clock.sleep(ms, run.signal);
  } catch (error) {
    checkInterrupted(run);
    throw error;
  }
}
