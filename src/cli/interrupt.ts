import { InterruptedError } from "../engine/errors.ts";
import type { Io } from "./io.ts";

const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The user's wish to stop: Ctrl-C and its like. */
export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** What else is done at the first signal, and before the process is ended at the second. */
  on: { first?(): void; second?(): void };
  /** The user asks to stop in another way than by a signal. */
  stop(): void;
  /**
   * For work that changes nothing: gives it up as soon as the user asks to stop.
   *
   * @throws {InterruptedError}
   */
  race<T>(work: Promise<T>): Promise<T>;
  /** Whether another program has the terminal, for which Ctrl-C is meant: a pager ends nothing by it. */
  isElsewhere: boolean;
}

/** Listens for the user's wish to stop while work is being done. */
export async function listening<Aws, T>(
  io: Pick<Io<Aws>, "signals" | "exit">,
  work: (interruption: Interruption) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // It may come when nobody races.
  interrupted.catch(() => undefined);
  const interruption: Interruption = {
    signal,
    on: {},
    isElsewhere: false,
    stop: () => stop(),
    race: (reading) => Promise.race([interrupted, reading]),
  };
  const stop = () => {
    if (signal.aborted) {
      interruption.on.second?.();
      io.exit(130);
    } else {
      interruption.on.first?.();
      controller.abort(new InterruptedError("interrupted"));
    }
  };
  const listeners = names.map((name) => {
    const listener = () => {
      if (name !== "SIGINT" || !interruption.isElsewhere) stop();
    };
    return [name, listener] as const;
  });
  for (const [name, listener] of listeners) io.signals.on(name, listener);
  try {
    return await work(interruption);
  } finally {
    for (const [name, listener] of listeners) io.signals.off(name, listener);
  }
}
