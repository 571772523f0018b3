import { renamed, type Task } from "../engine/schedule.ts";
import { makeRunReporter, type Reporter, within } from "../report/reporter.ts";
import type { Spent } from "../report/summary.ts";
import { listen } from "../session/interrupt.ts";
import type { Session } from "../session/session.ts";
import { confirm, requireAnswerable } from "./confirm.ts";
import type { NamedRequest } from "./environments.ts";
import { exitCodeOf, exitCodes, explain } from "./exit.ts";
import { type ChangeOptions, commandLine } from "./options.ts";
import type { World } from "./world.ts";

/** What to do after an interruption. */
export const toContinue = "What was begun is noted: run the same command again to continue.";

/** What `up` and `down` work with, in one environment. */
export interface Work<Aws> {
  readonly session: Session<Aws>;
  /** Of several environments, each has its own. */
  readonly reporter: Reporter;
  /** Calls and time so far. The time it took to answer does not count. */
  spent(): Spent;
}

/** What is about to be done in one environment. */
export interface Plan {
  /** Shows it. */
  show(): void | Promise<void>;
  /** There is nothing more to do than to show it: the exit code. */
  readonly ends?: number;
  /** What the user is asked about; nobody is asked where this is not given. */
  readonly subject?: string;
  /** The resources that there is something to do for. */
  readonly busy: ReadonlySet<string>;
  /** What is expected to take how long, when that is known. */
  readonly tasks?: readonly Task[] | undefined;
  /** Does it. @returns what shows how it ended, and gives the exit code */
  go(): Promise<() => number | Promise<number>>;
}

/** One of `up` and `down`. */
export interface Changing<Aws> {
  readonly name: "up" | "down";
  /** Only reads: it is given up at once when the user asks to stop. */
  plan(work: Work<Aws>): Promise<Plan>;
  /** Asks about what all plans are about. */
  question(subjects: string): string;
  /** What has to be typed instead of "y". */
  readonly word?: string;
}

/**
 * Opens the environments, in order; shows what will be done in each, asks once, and does it in
 * all at the same time. When one cannot be opened, nothing is changed in any; what fails later stops only itself. They
 * are closed whatever happens.
 *
 * @returns the worst exit code
 * @throws {InputError} when there is nobody to ask, before anything else happens
 */
export async function change<Aws>(
  world: World<Aws>,
  requests: readonly NamedRequest[],
  options: ChangeOptions,
  { name, plan, question, word }: Changing<Aws>,
): Promise<number> {
  const { dryRun = false, yes = false, json = false, verbose = false, concurrency } = options;
  if (!dryRun) requireAnswerable(world, yes);
  const several = requests.length > 1;
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
  const { signal } = interruption;
  const works: Work<Aws>[] = [];
  const open = async (): Promise<void> => {
    for (const { environment, ...request } of requests) {
      signal.throwIfAborted();
      const own = several ? within(reporter, environment) : reporter;
      const session = await world.open({
        ...request,
        purpose: dryRun ? "plan" : "change",
        command: commandLine(name, options),
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(options.fresh === undefined ? {} : { fresh: options.fresh }),
        signal,
        emit: (event) => own.event(event),
        onProgress: (text) => own.warn(text),
      });
      const { calls } = session;
      works.push({
        session,
        reporter: own,
        spent: () => ({
          calls: calls.calls,
          mutating: calls.mutating,
          byService: () => calls.byService(),
          durationMs: clock.now() - start,
        }),
      });
    }
  };
  /** What fails in one of several environments is told, and stops only that one. */
  const fails = ({ session, reporter: own }: Work<Aws>, error: unknown): number => {
    if (!several) throw error;
    own.warn(`${session.settings.environment}:`);
    explain(world, error, verbose);
    return exitCodeOf(error);
  };
  const opening = open();
  try {
    await interruption.race(opening);
    const planning = Promise.allSettled(works.map((work) => plan(work)));
    const codes: number[] = [];
    const ready: { readonly work: Work<Aws>; readonly plan: Plan }[] = [];
    for (const [work, planned] of zip(works, await interruption.race(planning))) {
      if (planned.status === "rejected") codes.push(fails(work, planned.reason));
      else {
        await planned.value.show();
        if (planned.value.ends === undefined) ready.push({ work, plan: planned.value });
        else codes.push(planned.value.ends);
      }
    }
    const subjects = ready.flatMap(({ plan: { subject } }) => subject ?? []);
    if (subjects.length > 0 && !yes) {
      const asked = clock.now();
      const agreed = await confirm(world, reporter, question(subjects.join(", ")), signal, word);
      start += clock.now() - asked;
      if (!agreed) {
        reporter.warn("Nothing was changed.");
        return exitCodes.failed;
      }
    }
    if (ready.length === 0) return Math.max(...codes);

    // From here on, when the user asks to stop, calls in flight are finished first.
    changing = true;
    const nameOf = ({ session }: Work<Aws>, node: string) =>
      several ? `${session.settings.environment} ${node}` : node;
    const busy = new Set(ready.flatMap(({ work, plan }) => [...plan.busy].map((node) => nameOf(work, node))));
    // When it will be over is known only where it is of every environment.
    const known = ready.flatMap(({ work, plan: { tasks } }) =>
      tasks === undefined ? [] : [renamed(tasks, (node) => nameOf(work, node))],
    );
    reporter.begin(busy, known.length === ready.length ? known.flat() : undefined);
    const all = await Promise.allSettled(ready.map(({ plan }) => plan.go()));
    reporter.end();
    for (const [{ work }, ended] of zip(ready, all)) {
      try {
        if (ended.status === "rejected") throw ended.reason;
        if (several) reporter.say(`\n${reporter.style.strong(work.session.settings.environment)}`);
        codes.push(await ended.value());
      } catch (error) {
        codes.push(fails(work, error));
      }
    }
    return Math.max(...codes);
  } finally {
    reporter.end();
    // What is opened after the user has asked to stop is closed as well.
    await opening.catch(() => undefined);
    const closed = Promise.allSettled(works.map(({ session }) => session.close()));
    interruption.end();
    for (const one of await closed) if (one.status === "rejected") await Promise.reject(one.reason);
  }
}

const zip = <A, B>(some: readonly A[], others: readonly B[]): (readonly [A, B])[] =>
  some.flatMap((one, i) => others.slice(i, i + 1).map((other) => [one, other] as const));
