import type { Clock } from "../engine/clock.ts";

/** How long an answer is waited for, in milliseconds. Not a setting: tests shorten it. */
export interface Patience {
  /** Until a connection stands, a tunnel through a proxy included. */
  readonly connection: number;
  /** For a read that is sent for the first time; twice as long each time that it is sent again. */
  readonly read: number;
  /** For a call that changes something: what it did has to be looked for when its answer is not waited for. */
  readonly write: number;
  /** For calls in flight once the user has asked to stop. */
  readonly interrupted: number;
}

/** AWS's control planes answer within a second as a rule, and within some ten at their worst. */
export const patient: Patience = { connection: 5_000, read: 15_000, write: 60_000, interrupted: 5_000 };
/** For the small objects of a state in S3, whose lock has to give signs of life. */
export const impatient: Patience = { ...patient, read: 10_000, write: 15_000 };

/** How often a read is sent that is answered by nothing at all. */
export const silentAttempts = 3;

/** The slowest line on which something large can be sent, in bytes per second. */
const slowest = 16 * 1024;
/** How long sending so many bytes may take, in milliseconds, with the time for an answer. */
export const toSend = (bytes: number): number => patient.write + Math.ceil(bytes / slowest) * 1000;

/** Nothing was answered in time, or the answer was not waited for: nobody knows what the call did. */
export class NoAnswerError extends Error {
  // A code that the SDK's own handler uses, so that it is understood in the same way.
  override readonly name = "TimeoutError";
}

/**
 * Waits for an answer, but not for ever: so long, and once the user has asked to stop no longer than `interrupted`. The
 * limit is kept here, on the run's clock, since the SDK's handler has none that covers a whole call: its
 * `requestTimeout` ends with the headers, and by default only warns.
 *
 * @param ms how long, in milliseconds
 * @param send is told by the signal when nobody waits any more; not once there is an answer, whose body may still be read
 * @throws {NoAnswerError}
 */
export async function answerWithin<T>(
  clock: Clock,
  ms: number,
  { interrupted, signal }: { readonly interrupted: number; readonly signal?: AbortSignal | undefined },
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const givenUp = new AbortController();
  const limit = Promise.withResolvers<never>();
  // Whoever is told first has said it: none of these is waited for by itself.
  limit.promise.catch(() => undefined);
  const endAfter = (delay: number, why: string) =>
    void clock.sleep(delay, over.signal).then(
      () => {
        limit.reject(new NoAnswerError(why));
        givenUp.abort();
      },
      () => undefined,
    );
  const stop = () => endAfter(interrupted, "interrupted before there was an answer");
  endAfter(ms, `no answer within ${ms / 1000} s`);
  if (signal?.aborted) stop();
  else signal?.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([send(givenUp.signal), limit.promise]);
  } finally {
    signal?.removeEventListener("abort", stop);
    // With a reason at hand: otherwise an error with its stack would be made for each call.
    over.abort("answered");
  }
}
