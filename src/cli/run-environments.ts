import { renamed, type Task } from "../engine/timetable.ts";
import { folded } from "../report/fold.ts";
import { makeRunReporter, type Reporter, within } from "../report/reporter.ts";
import type { Spent } from "../report/summary.ts";
import type { Environment } from "../session/environment.ts";
import type { Session } from "../session/session.ts";
import { confirm, isAnswerable, requireAnswerable } from "./confirm.ts";
import { exitCodeOf, exitCodes, explain } from "./exit.ts";
import type { Interruption } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { commandLine, type SharedOptions } from "./options.ts";
import { pagerFor } from "./pager.ts";

/** What `up` and `down` work with, in one environment. */
export interface Work<Aws> {
  readonly session: Session<Aws>;
  /** Of several environments, each has its own. */
  readonly reporter: Reporter;
  /** Shows a plan, in the user's pager where it is longer than the terminal. */
  tell(text: string): Promise<void>;
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
  /** A database that is not there starts empty, whatever snapshots there are. */
  readonly fresh?: boolean;
  /** See `SessionOptions.lift`. */
  readonly lift?: readonly string[];
  /** Only reads: it is given up at once when the user asks to stop. */
  plan(work: Work<Aws>): Promise<Plan>;
  /** Asks about what all plans are about. */
  question(subjects: string): string;
  /** What has to be typed instead of "y". */
  readonly word?: string;
}

/** A plan that is to be carried out. */
interface Ready<Aws> {
  readonly work: Work<Aws>;
  readonly plan: Plan;
}

/** What to do after an interruption. */
export const toContinue = "What was begun is noted: run the same command again to continue.";

/**
 * Opens the environments, in order; shows what will be done in each, asks once, and does it in all at the same time.
 * When one cannot be opened, nothing is changed in any; what fails later stops only itself. They are closed whatever
 * happens.
 *
 * @returns the worst exit code
 * @throws {InputError} when there is nobody to ask, before anything else happens
 */
export async function change<Aws>(
  io: Io<Aws>,
  interruption: Interruption,
  environments: readonly Environment[],
  options: SharedOptions,
  changing: Changing<Aws>,
): Promise<number> {
  const { dryRun = false, yes = false, json = false, verbose = false } = options;
  if (!dryRun && !isAnswerable(io, yes)) {
    // An environment that there is not is said first: no answer would make it right.
    for (const environment of environments) await interruption.race(environment.settings());
    requireAnswerable(io, yes, changing.word);
  }
  const reporter = await makeRunReporter({ ...io, json, plain: verbose });
  const fleet = new Fleet(io, interruption, reporter, environments, options, changing);
  let code: number;
  try {
    code = await fleet.run();
  } catch (error) {
    // What went wrong first is what matters; a lock that stays is shown to the next run.
    await fleet.close().catch(() => undefined);
    throw error;
  }
  await fleet.close();
  return code;
}

/** The environments that one command changes. */
class Fleet<Aws> {
  readonly #io: Io<Aws>;
  readonly #interruption: Interruption;
  readonly #reporter: Reporter;
  readonly #environments: readonly Environment[];
  readonly #options: SharedOptions;
  readonly #changing: Changing<Aws>;
  readonly #works: Work<Aws>[] = [];
  #opening: Promise<void> = Promise.resolve();
  /** Exit codes so far. */
  readonly #codes: number[] = [];
  /** When it began, in milliseconds since the epoch; later by as long as the user took to answer. */
  #start: number;
  /** Whether calls may be in flight that are finished before the run ends. */
  #isChanging = false;

  constructor(
    io: Io<Aws>,
    interruption: Interruption,
    reporter: Reporter,
    environments: readonly Environment[],
    options: SharedOptions,
    changing: Changing<Aws>,
  ) {
    this.#io = io;
    this.#interruption = interruption;
    this.#reporter = reporter;
    this.#environments = environments;
    this.#options = options;
    this.#changing = changing;
    this.#start = io.clock.now();
    interruption.on = {
      first: () => {
        if (!this.#isChanging) return;
        reporter.warn("Interrupted: finishing the calls in flight. Press Ctrl-C again to stop at once.");
      },
      second: () => reporter.end(),
    };
  }

  /** @returns the worst exit code */
  async run(): Promise<number> {
    this.#opening = this.#open();
    await this.#interruption.race(this.#opening);
    const ready = await this.#plan();
    if (!(await this.#isAgreed(ready))) {
      this.#reporter.warn("Nothing was changed.");
      return exitCodes.failed;
    }
    if (ready.length > 0) await this.#go(ready);
    return Math.max(...this.#codes);
  }

  async close(): Promise<void> {
    this.#reporter.end();
    // What is opened after the user has asked to stop is closed as well.
    await this.#opening.catch(() => undefined);
    const closed = await Promise.allSettled(this.#works.map(({ session }) => session.close()));
    for (const one of closed) if (one.status === "rejected") throw one.reason;
  }

  async #open(): Promise<void> {
    const { dryRun = false, concurrency } = this.#options;
    const { fresh, lift, name } = this.#changing;
    for (const environment of this.#environments) {
      this.#interruption.signal.throwIfAborted();
      const reporter = this.#areSeveral ? within(this.#reporter, environment.name) : this.#reporter;
      const session = await this.#io.open(environment, {
        purpose: dryRun ? "plan" : "change",
        command: commandLine(name, this.#options),
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(fresh === undefined ? {} : { fresh }),
        ...(lift === undefined ? {} : { lift }),
        emit: (event) => reporter.event(event),
        onProgress: (text) => reporter.warn(text),
      });
      const tell = (text: string) => this.#tell(reporter, text);
      this.#works.push({ session, reporter, tell, spent: () => this.#spent(session) });
    }
  }

  async #tell(reporter: Reporter, said: string): Promise<void> {
    const text = folded(said, this.#io.stdout);
    const { json = false, yes = false } = this.#options;
    const pager = json || yes ? undefined : pagerFor(this.#io, text);
    const shown = pager !== undefined && (await this.#inPager(pager, text));
    if (!shown) reporter.say(text);
  }

  async #inPager(pager: string, text: string): Promise<boolean> {
    this.#interruption.isElsewhere = true;
    try {
      return await this.#io.page(pager, text);
    } finally {
      this.#interruption.isElsewhere = false;
    }
  }

  #spent({ calls }: Session<Aws>): Spent {
    return {
      calls: calls.calls,
      mutating: calls.mutating,
      byService: () => calls.byService(),
      durationMs: this.#io.clock.now() - this.#start,
    };
  }

  /** Shows what will be done in each. @returns where there is something to do */
  async #plan(): Promise<Ready<Aws>[]> {
    const planning = Promise.allSettled(this.#works.map((work) => this.#changing.plan(work)));
    const ready: Ready<Aws>[] = [];
    for (const [work, planned] of zip(this.#works, await this.#interruption.race(planning))) {
      if (planned.status === "rejected") this.#fail(work, planned.reason);
      else {
        const plan = planned.value;
        await plan.show();
        if (plan.ends === undefined) ready.push({ work, plan });
        else this.#codes.push(plan.ends);
      }
    }
    return ready;
  }

  /** Asks, where there is something to ask about. */
  async #isAgreed(ready: readonly Ready<Aws>[]): Promise<boolean> {
    const subjects = ready.flatMap(({ plan: { subject } }) => subject ?? []);
    if (subjects.length === 0 || this.#options.yes) return true;
    const { clock } = this.#io;
    const asked = clock.now();
    const { question, word } = this.#changing;
    const { signal } = this.#interruption;
    const isAgreed = await confirm(this.#io, this.#reporter, question(subjects.join(", ")), signal, word);
    this.#start += clock.now() - asked;
    return isAgreed;
  }

  async #go(ready: readonly Ready<Aws>[]): Promise<void> {
    // From here on, when the user asks to stop, calls in flight are finished first.
    this.#isChanging = true;
    this.#announce(ready);
    const all = await Promise.allSettled(ready.map(({ plan }) => plan.go()));
    this.#reporter.end();
    for (const [{ work }, ended] of zip(ready, all)) {
      try {
        if (ended.status === "rejected") throw ended.reason;
        if (this.#areSeveral) this.#reporter.say(`\n${this.#reporter.style.strong(work.session.settings.environment)}`);
        this.#codes.push(await ended.value());
      } catch (error) {
        this.#fail(work, error);
      }
    }
  }

  /** Tells the reporter what is to be done, and how long it will take. */
  #announce(ready: readonly Ready<Aws>[]): void {
    const nameOf = ({ session }: Work<Aws>, node: string) =>
      this.#areSeveral ? `${session.settings.environment} ${node}` : node;
    const busy = ready.flatMap(({ work, plan }) => [...plan.busy].map((node) => nameOf(work, node)));
    // When it will be over is known only where it is of every environment.
    const known = ready.flatMap(({ work, plan: { tasks } }) =>
      tasks === undefined ? [] : [renamed(tasks, (node) => nameOf(work, node))],
    );
    this.#reporter.begin(new Set(busy), known.length === ready.length ? known.flat() : undefined);
  }

  get #areSeveral(): boolean {
    return this.#environments.length > 1;
  }

  /** What fails in one of several environments is told, and stops only that one. */
  #fail({ session, reporter }: Work<Aws>, error: unknown): void {
    if (!this.#areSeveral) throw error;
    reporter.warn(`${session.settings.environment}:`);
    explain(this.#io, error, this.#options.verbose ?? false);
    this.#codes.push(exitCodeOf(error));
  }
}

const zip = <A, B>(some: readonly A[], others: readonly B[]): (readonly [A, B])[] =>
  some.flatMap((one, i) => others.slice(i, i + 1).map((other) => [one, other] as const));
