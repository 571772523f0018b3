import { type Aws, connect } from "../../../src/aws/aws.ts";
import type { CallRecord } from "../../../src/aws/caller.ts";
import type { Clock } from "../../../src/engine/clock.ts";
import type { Run } from "../../../src/engine/run.ts";
import { makeRun } from "../../../src/session/run.ts";
import type { VirtualClock } from "../../cloud/clock.ts";
import type { Call } from "../../cloud/cloud.ts";
import { MemoryJournal, type Snapshot, type Write } from "../../state/memory-journal.ts";
import type { Environment, World } from "../world.ts";

/** What a test may do while a process runs. Each hook sees the process before anything happens. */
export interface Hooks {
  /** By how many milliseconds the computer's clock is wrong. */
  readonly skew?: number;
  /** Instead of a call; `apply` performs it. */
  call?(call: Readonly<Call>, apply: (input?: object) => object, process: Process): object | Promise<object>;
  /** Before a write; when it throws, nothing was written. */
  beforeWrite?(write: Write, process: Process): void;
  /** After a write. */
  afterWrite?(write: Write, process: Process): void;
}

/** Never. What a dead process waits for. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** A run of tap in a process of its own, which can be killed: from then on it neither calls, writes nor wakes up. */
export class Process implements Clock {
  readonly journal: MemoryJournal;
  readonly calls: CallRecord[] = [];
  /** Resolves when it is killed. */
  readonly killed: Promise<"killed">;
  readonly #clock: VirtualClock;
  readonly #kill: (how: "killed") => void;
  readonly #skew: number;
  #dead = false;

  constructor(clock: VirtualClock, from: Snapshot | undefined, hooks: Hooks) {
    this.#clock = clock;
    this.#skew = hooks.skew ?? 0;
    const { promise, resolve } = Promise.withResolvers<"killed">();
    this.killed = promise;
    this.#kill = resolve;
    const hook = (act: ((write: Write, process: Process) => void) | undefined) => async (write: Write) => {
      if (this.#dead) return never<void>();
      act?.(write, this);
      if (this.#dead) return never<void>();
    };
    this.journal = new MemoryJournal({
      clock: this,
      ...(from === undefined ? {} : { from }),
      beforeWrite: hook(hooks.beforeWrite),
      afterWrite: hook(hooks.afterWrite),
    });
  }

  get isDead(): boolean {
    return this.#dead;
  }

  kill(): void {
    this.#dead = true;
    this.#kill("killed");
  }

  now(): number {
    return this.#clock.now() + this.#skew;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal);
    if (this.#dead) await never<void>();
  }
}

/** The computer on which tap is run, one process after another, against one cloud. */
export class Machine {
  readonly #world: World;
  /** Calls of dead processes that were on their way: whether they still arrive. */
  readonly #late = new WeakMap<Call, boolean>();
  #process: Process | undefined;
  #hooks: Hooks = {};

  constructor(world: World) {
    this.#world = world;
    world.cloud.intercept = (call, apply) => this.#answer(call, apply);
  }

  /** The process of the latest run. */
  get process(): Process | undefined {
    return this.#process;
  }

  /** Begins a run in a new process, with the state that it finds. */
  start(environment: Environment, from: Snapshot | undefined, hooks: Hooks = {}): { run: Run<Aws>; process: Process } {
    // Whatever the one before still had under way never arrives, unless it was let through.
    for (const call of this.#world.cloud.log) if (!this.#late.has(call)) this.#late.set(call, false);
    const { clock, cloud } = this.#world;
    const process = new Process(clock, from, hooks);
    this.#process = process;
    this.#hooks = hooks;
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const record = (call: CallRecord) => void process.calls.push(call);
    const connection = connect({ region: cloud.region, clock: process, credentials, record });
    let minted = 0;
    const mint = () => `00000000-0000-4000-9000-${(++minted + clock.now()).toString(16).padStart(12, "0").slice(-12)}`;
    const { settings, events } = environment;
    const emit = (event: (typeof events)[number]) => void events.push(event);
    const run = makeRun({
      environment: settings.environment,
      connection,
      clock: process,
      journal: process.journal,
      emit,
      mint,
    });
    return { run, process };
  }

  /** Kills the running process. Calls that it has sent, and that AWS has not seen yet, still arrive if `landing`. */
  kill(landing: boolean): void {
    for (const call of this.#world.cloud.log) {
      const underway = call.sequence === undefined && call.error === undefined;
      if (!this.#late.has(call)) this.#late.set(call, landing && underway);
    }
    this.#process?.kill();
  }

  async #answer(call: Call, apply: (input?: object) => object): Promise<object> {
    const lands = this.#late.get(call);
    if (lands === true) land(apply);
    const process = this.#process;
    if (lands !== undefined || process === undefined || process.isDead) return never();
    if (this.#hooks.call === undefined) return apply();
    const answer = await this.#hooks.call(call, apply, process);
    return process.isDead ? never() : answer;
  }
}

/** Nobody hears what AWS says to it. */
function land(apply: () => object): void {
  try {
    apply();
  } catch {
    return;
  }
}
