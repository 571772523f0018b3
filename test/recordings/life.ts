import type { Aws, Connection } from "../../src/aws/aws.ts";
import type { CallRecord, Exchange } from "../../src/aws/caller.ts";
import { sweep } from "../../src/cli/sweep.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import type { Settings } from "../../src/config/settings.ts";
import type { Clock } from "../../src/engine/clock.ts";
import { down } from "../../src/engine/down.ts";
import type { Event } from "../../src/engine/events.ts";
import type { Outcome, Outcomes } from "../../src/engine/outcome.ts";
import { planUp } from "../../src/engine/plan.ts";
import { refresh } from "../../src/engine/refresh.ts";
import { statusRows } from "../../src/engine/status.ts";
import { up } from "../../src/engine/up.ts";
import { makeStyle } from "../../src/report/style.ts";
import { summarise, summaryText } from "../../src/report/summary.ts";
import { CallCounts } from "../../src/session/calls.ts";
import { makeRun } from "../../src/session/run.ts";
import type { SessionState } from "../../src/session/session.ts";
import type { Retention } from "../../src/state/store.ts";
import { kinds, type Place, type Platform, platform } from "../../steps/index.ts";
import { MemoryJournal } from "../state/memory-journal.ts";
import { hands } from "./hands.ts";

/** The account that the proof is made in. */
export interface Account {
  readonly place: Place;
  readonly clock: Clock;
  /** What a session connects with, which adds who is told of its calls. */
  connect(told: {
    record(call: CallRecord): void;
    hear(exchange: Exchange): void;
    readonly signal: AbortSignal;
  }): Connection;
  /** Where the run's state is kept: in memory, unless told. */
  readonly state?: SessionState & Retention;
  /** What an emulator cannot report. */
  readonly reports?: (type: string, path: string) => boolean;
}

/** An environment of its own: the settings of dev with as little of what costs money as there can be. */
export function smallSettings(region: string, suffix: string, instanceClass = "db.t4g.medium"): Settings {
  const file = parseSettingsFile(`defaults: { database: { readers: 0, instanceClass: ${instanceClass} } }`);
  return resolveSettings({ env: "dev", suffix, region, variables: {}, file });
}

const inMemory = (clock: Clock): SessionState & Retention =>
  Object.assign(new MemoryJournal({ clock }), { path: "in memory", remove: async () => undefined });

/** One life of an environment, step by step; a step throws when it has not ended as it should. */
export class Life {
  readonly platform: Platform;
  readonly #settings: Settings;
  readonly #account: Account;
  readonly #hear: (exchange: Exchange) => void;
  readonly #say: (text: string) => void;
  readonly #state: SessionState & Retention;
  readonly #calls: CallRecord[] = [];

  constructor(
    settings: Settings,
    account: Account,
    hear: (exchange: Exchange) => void,
    say: (text: string) => void = () => undefined,
  ) {
    this.#settings = settings;
    this.#account = account;
    this.#hear = hear;
    this.#say = say;
    this.#state = account.state ?? inMemory(account.clock);
    this.platform = platform(settings, account.place);
  }

  /** Up, in sync, up again without a change, a change by hand in each service, all of them seen and mended. */
  async live(signal: AbortSignal): Promise<void> {
    await this.#up(signal);
    await this.#inSync(signal);
    const again = await this.#up(signal);
    if (again.length > 0) throw new Error(`the second up has changed something: ${again.join(", ")}`);
    await this.#meddle(signal);
    const repaired = await this.#up(signal);
    this.#say(`repaired with ${repaired.length} calls`);
    await this.#inSync(signal);
  }

  /** Takes everything down, and searches the account as `tap down` does. @throws naming what is left */
  async end(): Promise<void> {
    this.#say("down");
    const { signal } = new AbortController();
    const run = this.#run(signal);
    const how = { protect: false };
    const endings = await down<Aws>(run, await refresh(run, this.platform.nodes, kinds), how);
    const { account } = this.#account.place;
    const session = {
      settings: this.#settings,
      account,
      local: this.#account.place.local !== undefined,
      code: this.#account.place.code.sha256,
      platform: this.platform,
      kinds,
      run,
      state: this.#state,
      calls: new CallCounts(),
      close: async () => undefined,
    };
    const { remaining, unsearched } = await sweep(session, endings, true, how);
    const left = [...remaining.keys()].map(({ id }) => id);
    if (left.length > 0) throw new Error(`down has left: ${left.join(", ")}`);
    if (unsearched.length > 0) throw new Error(`not searched: ${unsearched.map(({ message }) => message).join("; ")}`);
    mustEnd(endings, ["removed", "unchanged"]);
    await this.#state.remove();
  }

  #run(signal: AbortSignal) {
    const { clock, connect, place, reports } = this.#account;
    const record = (call: CallRecord) => void this.#calls.push(call);
    return makeRun({
      environment: this.#settings.environment,
      connection: connect({ record, hear: this.#hear, signal }),
      clock,
      journal: this.#state,
      signal,
      emit: (event) => this.#tell(event),
      ...(place.local === undefined ? {} : { usual: false }),
      ...(reports === undefined ? {} : { reports }),
    });
  }

  #tell(event: Event): void {
    if ("node" in event && "action" in event) this.#say(`${event.event} ${event.node}`);
  }

  /** @returns the operations of the calls that were to change something */
  async #up(signal: AbortSignal): Promise<string[]> {
    this.#say("up");
    this.#calls.length = 0;
    const run = this.#run(signal);
    const looks = await refresh(run, this.platform.nodes, kinds, true);
    const { conflicts } = planUp(looks);
    if (conflicts.length > 0) throw new Error(conflicts.map(({ node, message }) => `${node}: ${message}`).join("\n"));
    mustEnd(await up(run, this.platform.nodes, looks), ["created", "updated", "unchanged"]);
    return this.#calls.filter(({ mutating }) => mutating).map(({ operation }) => operation);
  }

  async #rows(signal: AbortSignal) {
    this.#say("status");
    const looks = await refresh(this.#run(signal), this.platform.nodes, kinds, true);
    return statusRows(looks, this.#state.retained()).filter(({ status }) => status !== "in-sync");
  }

  async #inSync(signal: AbortSignal): Promise<void> {
    const rows = await this.#rows(signal);
    if (rows.length > 0)
      throw new Error(
        `not in sync: ${rows.map((row) => `${row.id} ${row.status} ${JSON.stringify([row.changes, row.findings, row.ailments])}`).join("; ")}`,
      );
  }

  async #meddle(signal: AbortSignal): Promise<void> {
    const run = this.#run(signal);
    const aws = run.aws(run.clock.now());
    const nodes = hands.flatMap((hand) => {
      const id = this.#state.get(hand.node)?.id;
      return id === undefined ? [] : [{ ...hand, id }];
    });
    if (nodes.length < hands.length) throw new Error("not everything that was to be changed by hand is there");
    for (const { node, change, id } of nodes) {
      this.#say(`changed by hand: ${node}`);
      await change(aws, id);
    }
    // What was asked for a moment ago need not show yet.
    const unseen = async () => {
      const drifted = new Set((await this.#rows(signal)).map(({ id }) => id));
      return nodes.filter(({ node }) => !drifted.has(node)).map(({ node }) => node);
    };
    let left = await unseen();
    for (let tries = 0; left.length > 0 && tries < 12; tries++) {
      await run.clock.sleep(5_000, signal);
      left = await unseen();
    }
    if (left.length > 0) throw new Error(`changed by hand, and status does not say so: ${left.join(", ")}`);
  }
}

/** @throws in the words that tap ends a run with, when a node has ended otherwise */
function mustEnd(endings: Outcomes<Aws>, well: readonly Outcome["is"][]): void {
  if ([...endings.values()].every(({ is }) => well.includes(is))) return;
  const spent = { calls: 0, mutating: 0, durationMs: 0, byService: () => ({}) };
  throw new Error(`did not end well:\n${summaryText([endings], summarise([endings], spent), makeStyle(false))}`);
}
