import { createHash } from "node:crypto";
import { zipSync } from "fflate";
import type { RegionLimits } from "../../src/aws/account-limits.ts";
import { type Aws, type Connection, connect } from "../../src/aws/aws.ts";
import type { CallRecord } from "../../src/aws/caller.ts";
import { type Swept, sweep } from "../../src/cli/sweep.ts";
import { noSettingsFile, type SettingsFile } from "../../src/config/file.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import type { Settings } from "../../src/config/settings.ts";
import { type DownOptions, down } from "../../src/engine/down.ts";
import type { Event } from "../../src/engine/events.ts";
import type { Outcomes } from "../../src/engine/outcome.ts";
import { planUp, type UpPlan } from "../../src/engine/plan.ts";
import { type Observations, refresh } from "../../src/engine/refresh.ts";
import type { Run } from "../../src/engine/run.ts";
import { type StatusRow, statusRows } from "../../src/engine/status.ts";
import { up } from "../../src/engine/up.ts";
import { CallCounts } from "../../src/session/calls.ts";
import { makeRun } from "../../src/session/run.ts";
import type { Session } from "../../src/session/session.ts";
import { kinds, type Place, type Platform, platform } from "../../steps/index.ts";
import { VirtualClock } from "../cloud/clock.ts";
import { Cloud, type CloudOptions } from "../cloud/cloud.ts";
import { MemoryJournal } from "../state/memory-journal.ts";

/** A small ZIP that stands for the functions. */
export const zip = zipSync(
  { "processor.js": new TextEncoder().encode("// stands for the code") },
  { mtime: "1980-01-01" },
);
export const code = { sha256: createHash("sha256").update(zip).digest("base64"), read: async () => zip };

/** An in-memory AWS account with whatever environments a test brings up in it. */
export class World {
  readonly clock: VirtualClock;
  readonly cloud: Cloud;

  /** @param cloud an account to go on with, instead of an empty one */
  constructor(options: CloudOptions = {}, cloud = new Cloud({ clock: new VirtualClock(), options })) {
    this.clock = cloud.clock;
    this.cloud = cloud;
    // The migration answers with the schema that it was asked for.
    this.cloud.services.lambda.onInvoke = (_function, event) => event;
    this.cloud.connect();
  }

  environment(name = "dev", extra: Partial<EnvironmentOptions> = {}): Environment {
    return new Environment(this, { env: name, ...extra });
  }

  [Symbol.dispose](): void {
    this.cloud.disconnect();
  }
}

export interface EnvironmentOptions {
  readonly env: string;
  readonly suffix?: string;
  readonly file?: SettingsFile;
  readonly journal?: MemoryJournal;
  /** Start with an empty database, whatever snapshots there are. */
  readonly fresh?: boolean;
  /** On the local AWS, as this machine has it. */
  readonly local?: NonNullable<Place["local"]>;
  /** What it shares with others that one process works on. */
  readonly share?: RegionLimits;
  /** What the user has decided about findings. */
  readonly ruling?: Run<Aws>["ruling"];
}

/** One environment in a world, with what a user of the CLI would do to it. */
export class Environment {
  readonly world: World;
  readonly settings: Settings;
  readonly platform: Platform;
  readonly events: Event[] = [];
  readonly calls: CallRecord[] = [];
  journal: MemoryJournal;
  readonly #share: RegionLimits | undefined;
  readonly #ruling: EnvironmentOptions["ruling"];

  constructor(world: World, options: EnvironmentOptions) {
    const { env, suffix, file = noSettingsFile, journal, fresh = false } = options;
    this.world = world;
    this.#share = options.share;
    this.#ruling = options.ruling;
    this.settings = resolveSettings({ env, ...(suffix === undefined ? {} : { suffix }), variables: {}, file });
    this.platform = platform(this.settings, {
      account: world.cloud.account,
      region: world.cloud.region,
      code,
      fresh,
      ...(options.local && { local: options.local }),
      resolveNs: async (zone) => world.cloud.services.route53.resolveNs(zone),
    });
    this.journal = journal ?? new MemoryJournal({ clock: world.clock });
  }

  /** A new run, as a new process would begin it. */
  run(signal?: AbortSignal): Run<Aws> {
    const { clock } = this.world;
    return makeRun({
      environment: this.settings.environment,
      connection: this.connection(signal),
      clock,
      journal: this.journal,
      emit: (event) => this.events.push(event),
      ...(this.#ruling && { ruling: this.#ruling }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  connection(signal?: AbortSignal): Connection {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const record = (call: CallRecord) => void this.calls.push(call);
    const { clock, cloud } = this.world;
    return connect({
      region: cloud.region,
      clock,
      credentials,
      record,
      notice: (text) => this.events.push({ event: "notice", at: clock.now(), text }),
      ...(this.#share === undefined ? {} : { share: this.#share }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  look(run = this.run()): Promise<Observations<Aws>> {
    return refresh(run, this.platform.nodes, kinds, true);
  }

  async status(): Promise<StatusRow[]> {
    return statusRows(await this.look(), this.journal.retained());
  }

  async plan(): Promise<UpPlan<Aws>> {
    return planUp(await this.look());
  }

  /** @throws what forbids the plan */
  async up(run = this.run()): Promise<Outcomes<Aws>> {
    const looks = await this.look(run);
    const { conflicts } = planUp(looks);
    if (conflicts.length > 0) throw new Error(conflicts.map((c) => `${c.node}: ${c.message}`).join("\n"));
    return up(run, this.platform.nodes, looks);
  }

  get #how() {
    return { protect: this.settings.data === "preserve" };
  }

  /** Keeps the data where the settings say so. */
  async down(run = this.run()): Promise<Outcomes<Aws>> {
    return down(run, await this.look(run), this.#how);
  }

  /** Destroys the data, too. */
  async purge(run = this.run()): Promise<Outcomes<Aws>> {
    return down(run, await this.look(run), { protect: false, purge: true });
  }

  /** Takes it down and searches the account afterwards, as `tap down` does. */
  async takeDown(
    run = this.run(),
    how: DownOptions = this.#how,
  ): Promise<{ readonly endings: Outcomes<Aws>; readonly swept: Swept<Aws> }> {
    const endings = await down(run, await this.look(run), how);
    const bad = [...endings.values()].some(({ is }) => is === "failed" || is === "interrupted");
    return { endings, swept: await sweep(this.session(run), endings, !bad, how) };
  }

  /** The environment, opened for a command. */
  session(run = this.run()): Session<Aws> {
    return {
      settings: this.settings,
      account: this.world.cloud.account,
      local: false,
      code: code.sha256,
      platform: this.platform,
      kinds,
      run,
      state: Object.assign(this.journal, { path: "in memory", remove: async () => this.forget() }),
      calls: new CallCounts(),
      close: async () => undefined,
    };
  }

  /** Removes what is ours and declared no more, as `up --prune` does. */
  async prune(run = this.run()): Promise<Outcomes<Aws>> {
    return down(run, { ...(await this.look(run)), declared: new Map() }, { protect: false });
  }

  /** Mutating calls since the count was taken last. */
  mutatingCalls(): CallRecord[] {
    return this.calls.splice(0).filter((call) => call.mutating);
  }

  /** Forgets the state file. */
  forget(): void {
    this.journal = new MemoryJournal({ clock: this.world.clock });
  }
}

/** The endings by node id, for messages of assertions. */
export const outcomesOf = (endings: Outcomes<Aws>): Record<string, string> =>
  Object.fromEntries([...endings].map(([node, ending]) => [node.id, describe(ending)]));

const describe = (ending: Outcomes<Aws> extends ReadonlyMap<unknown, infer E> ? E : never): string =>
  ending.is === "failed" ? `failed: ${ending.failure.code ?? ""} ${ending.failure.message}` : ending.is;

/**
 * What is left of an environment after `down`, by service and key. A key pending deletion is as gone as KMS lets a key
 * be (KMS developer guide, "Deleting AWS KMS keys": 7 to 30 days).
 */
export function remains(world: World, environment: string): string[] {
  const dump = world.cloud.dump({ environment });
  return Object.entries(dump).flatMap(([service, resources]) =>
    Object.entries(resources)
      .filter(([key, state]) => !(service === "kms" && key.startsWith("key/") && isPendingDeletion(state)))
      .map(([key]) => `${service}:${key}`),
  );
}

const isPendingDeletion = (state: unknown) => typeof state === "object" && state !== null && "pending" in state;
