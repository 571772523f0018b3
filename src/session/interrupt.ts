import { InterruptedError } from "../engine/errors.ts";

/** Where signals come from: the process, or a test. */
export interface Signals {
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
}

const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The user's wish to stop. */
export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /**
   * For work that changes nothing: gives it up as soon as the user asks to stop.
   *
   * @throws {InterruptedError}
   */
  race<T>(work: Promise<T>): Promise<T>;
  /** Stops listening. */
  end(): void;
}

/**
 * Listens for Ctrl-C and its like.
 *
 * @param on what to do at the first signal, besides aborting, and at the second
 */
export function listen(signals: Signals, on: { first(): void; second(): void }): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // It may come when nobody races.
  interrupted.catch(() => undefined);
  const listener = () => {
    if (signal.aborted) return on.second();
    on.first();
    controller.abort(new InterruptedError("interrupted"));
  };
  for (const name of names) signals.on(name, listener);
  return {
    signal,
    race: (work) => Promise.race([interrupted, work]),
    end: () => {
      for (const name of names) signals.off(name, listener);
    },
  };
}
