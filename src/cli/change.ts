import { makeRunReporter, type Reporter } from "../report/reporter.ts";
import type { Spent } from "../report/summary.ts";
import { listen } from "../session/interrupt.ts";
import type { Session } from "../session/session.ts";
import { confirm, requireAnswerable } from "./confirm.ts";
import { type ChangeOptions, commandLine, requestOf } from "./options.ts";
import type { World } from "./world.ts";

/** What to do after an interruption. */
export const toContinue = "What was begun is noted: run the same command again to continue.";

/** What `up` and `down` work with. */
export interface Work<Aws> {
  readonly session: Session<Aws>;
  readonly reporter: Reporter;
  /** For reading: given up at once when the user asks to stop. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Whether the user agrees, or has agreed beforehand; by typing a word, if one is given. */
  agreed(question: string, word?: string): Promise<boolean>;
  /** From here on something is changed: when the user asks to stop, calls in flight are finished first. */
  begin(planned: ReadonlySet<string>): void;
  /** Calls and time so far. The time it took to answer does not count. */
  spent(): Spent;
}

/**
 * Opens an environment for a change, works on it, and closes it whatever happens.
 *
 * @throws {InputError} when there is nobody to ask, before anything else happens
 */
export async function change<Aws>(
  world: World<Aws>,
  name: "up" | "down",
  options: ChangeOptions,
  work: (work: Work<Aws>) => Promise<number>,
): Promise<number> {
  const { dryRun = false, yes = false, json = false, verbose = false, concurrency } = options;
  if (!dryRun) requireAnswerable(world, yes);
  const { clock } = world;
  const reporter = await makeRunReporter({ ...world, json, plain: verbose });
  let start = clock.now();
  let changing = false;
  const interruption = listen(world.signals, {
    first: () => {
      if (changing) reporter.warn("Interrupted: finishing the calls in flight. Press Ctrl-C again to stop at once.");
    },
    second: () => {
      reporter.end();
      world.exit(130);
    },
  });
  // What is opened after the user has asked to stop is closed as well.
  const opening = world.open({
    ...requestOf(world, options),
    purpose: dryRun ? "plan" : "change",
    command: commandLine(name, options),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(options.fresh === undefined ? {} : { fresh: options.fresh }),
    signal: interruption.signal,
    emit: (event) => reporter.event(event),
    onProgress: (text) => reporter.warn(text),
  });
  try {
    const session = await interruption.race(opening);
    return await work({
      session,
      reporter,
      race: (reading) => interruption.race(reading),
      agreed: async (question, word) => {
        if (yes) return true;
        const asked = clock.now();
        const answer = await confirm(world, reporter, question, interruption.signal, word);
        start += clock.now() - asked;
        return answer;
      },
      begin: (planned) => {
        changing = true;
        reporter.begin(planned);
      },
      spent: () => ({
        calls: session.calls.calls,
        mutating: session.calls.mutating,
        byService: () => session.calls.byService(),
        durationMs: clock.now() - start,
      }),
    });
  } finally {
    reporter.end();
    await opening.then(
      (session) => session.close(),
      () => undefined,
    );
    interruption.end();
  }
}
