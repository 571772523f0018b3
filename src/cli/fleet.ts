import { renamed, type Task } from "../engine/schedule.ts";
import { type Reporter, within } from "../report/reporter.ts";
import type { Spent } from "../report/summary.ts";
import { type Interruption, listen } from "../session/interrupt.ts";
import type { Session } from "../session/session.ts";
import { confirm } from "./confirm.ts";
import type { NamedRequest } from "./environments.ts";
import { exitCodeOf, exitCodes, explain } from "./exit.ts";
import { type ChangeOptions, commandLine } from "./options.ts";
import type { World } from "./world.ts";

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

/** A plan that is to be carried out. */
interface Ready<Aws> {
  readonly work: Work<Aws>;
  readonly plan: Plan;
}

/** The environments that one command changes. */
export class Fleet<Aws> {
  readonly #world: World<Aws>;
  readonly #reporter: Reporter;
  readonly #requests: readonly NamedRequest[];
  readonly #options: ChangeOptions;
  readonly #changing: Changing<Aws>;
  readonly #interruption: Interruption;
  readonly #works: Work<Aws>[] = [];
  #opening: Promise<void> = Promise.resolve();
  /** Exit codes so far. */
  readonly #codes: number[] = [];
  /** When it began, in milliseconds since the epoch; later by as long as the user took to answer. */
  #start: number;
  /** Whether calls may be in flight that are finished before the run ends. */
  #isChanging = false;

  constructor(
    world: World<Aws>,
    reporter: Reporter,
    requests: readonly NamedRequest[],
    options: ChangeOptions,
    changing: Changing<Aws>,
  ) {
    this.#world = world;
    this.#reporter = reporter;
    this.#requests = requests;
    this.#options = options;
    this.#changing = changing;
    this.#start = world.clock.now();
    this.#interruption = listen(world.signals, {
      first: () => {
        if (!this.#isChanging) return;
        reporter.warn("Interrupted: finishing the calls in flight. Press Ctrl-C again to stop at once.");
      },
      second: () => {
        reporter.end();
        world.exit(130);
      },
    });
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
    // Until here a signal would have ended the process with its locks.
    this.#interruption.end();
    for (const one of closed) if (one.status === "rejected") throw one.reason;
  }

  async #open(): Promise<void> {
    const { dryRun = false, concurrency, fresh } = this.#options;
    const { signal } = this.#interruption;
    for (const { environment, ...request } of this.#requests) {
      signal.throwIfAborted();
      const reporter = this.#areSeveral ? within(this.#reporter, environment) : this.#reporter;
      const session = await this.#world.open({
        ...request,
        purpose: dryRun ? "plan" : "change",
        command: commandLine(this.#changing.name, this.#options),
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(fresh === undefined ? {} : { fresh }),
        signal,
        emit: (event) => reporter.event(event),
        onProgress: (text) => reporter.warn(text),
      });
      this.#works.push({ session, reporter, spent: () => this.#spent(session) });
    }
  }

  #spent({ calls }: Session<Aws>): Spent {
    return {
      calls: calls.calls,
      mutating: calls.mutating,
      byService: () => calls.byService(),
      durationMs: this.#world.clock.now() - this.#start,
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
    const { clock } = this.#world;
    const asked = clock.now();
    const { question, word } = this.#changing;
    const { signal } = this.#interruption;
    const isAgreed = await confirm(this.#world, this.#reporter, question(subjects.join(", ")), signal, word);
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
    return this.#requests.length > 1;
  }

  /** What fails in one of several environments is told, and stops only that one. */
  #fail({ session, reporter }: Work<Aws>, error: unknown): void {
    if (!this.#areSeveral) throw error;
    reporter.warn(`${session.settings.environment}:`);
    explain(this.#world, error, this.#options.verbose ?? false);
    this.#codes.push(exitCodeOf(error));
  }
}

const zip = <A, B>(some: readonly A[], others: readonly B[]): (readonly [A, B])[] =>
  some.flatMap((one, i) => others.slice(i, i + 1).map((other) => [one, other] as const));
