import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Aws } from "../../../src/aws/aws.ts";
import type { Outcomes } from "../../../src/engine/outcome.ts";
import type { StateStore } from "../../../src/state/store.ts";
import type { Call, CloudOptions } from "../../cloud/cloud.ts";
import type { Snapshot } from "../../state/memory-journal.ts";
import { openState } from "../../state/open-state.ts";
import { unwell } from "../scene.ts";
import { remains, type World } from "../world.ts";
import { type Description, describeCloud, difference } from "./canonical-cloud.ts";
import { Machine, type Process } from "./machine.ts";
import { open, type Scenario } from "./scenarios.ts";

/** Where a process is killed. Calls and writes are counted from 1, as in a run that nobody disturbs. */
export interface Stop {
  readonly at: "before call" | "after call" | "before write" | "in write" | "after write";
  readonly number: number;
  /** The call's name, or the node that the write is about. */
  readonly what: string;
}

/** What the next process finds of the state. */
export type Found = "state kept" | "state deleted" | "state rolled back";

/** One cell of the matrix. */
export interface Cell {
  readonly scenario: Scenario;
  readonly stop: Stop;
  readonly found: Found;
  readonly cloud: keyof typeof clouds;
}

/** New things show late, and tags later: up to what "eventually" has been seen to mean. */
const lag = { reads: 3_000, tags: 8_000 };

/** The clouds on which every scenario is run. */
export const clouds = {
  prompt: { delegated: "all" },
  lagging: { delegated: "all", lag },
} satisfies Record<string, CloudOptions>;

const founds: readonly Found[] = ["state kept", "state deleted", "state rolled back"];

export const nameOf = ({ scenario, stop, found, cloud }: Cell): string =>
  `${scenario.name} | ${stop.at} ${stop.number}: ${stop.what} | ${found} | ${cloud}`;

/**
 * How long it takes until a scenario that was stopped is begun anew, in milliseconds: at once, or after an hour, when
 * nothing that was noted before is recent any more. Whoever deletes the state has nothing left that would know of what
 * AWS does not show yet, so that takes as long as AWS lags.
 */
function pauseAfter({ stop, found, cloud }: Cell): number {
  if (stop.number % 3 === 0) return 3_600_000;
  return found === "state kept" || cloud === "prompt" ? 1_000 : 1_000 + lag.tags;
}

/** What is there when a process is killed. */
interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The latest of the calls that AWS had carried out by then. */
  readonly sequence: number;
  /** The mutating calls that were on their way. */
  readonly underway: readonly Call[];
  /** The state on disk, and what it said before its latest write. */
  readonly kept: Snapshot;
  readonly previous: Snapshot;
}

/** A scenario that nobody disturbs: what it leaves, and where it could have been stopped. */
interface Reference {
  readonly left: Description;
  /** What was called, to bring another world to where it could have been stopped. */
  readonly log: readonly Call[];
  readonly stops: ReadonlyMap<Stop, Moment>;
}

const references = new Map<string, Promise<Reference>>();

/** The undisturbed run of a scenario, made once. @throws when it does not end well */
function reference(scenario: Scenario, cloud: Cell["cloud"]): Promise<Reference> {
  const key = `${scenario.name} ${cloud}`;
  const known = references.get(key) ?? undisturbed(scenario, cloud);
  references.set(key, known);
  return known;
}

async function undisturbed(scenario: Scenario, cloud: Cell["cloud"]): Promise<Reference> {
  const { world, state } = await scenario.begin(clouds[cloud]);
  using _ = world;
  const stops = new Map<Stop, Moment>();
  let calls = 0;
  /** Many moments have the same state: kept each by itself, they would take a gigabyte. */
  const states = new Map<string, Snapshot>();
  const shared = (state: Snapshot): Snapshot => {
    const text = JSON.stringify(state);
    const known = states.get(text) ?? state;
    states.set(text, known);
    return known;
  };
  /** Notes that a process could be killed now. */
  const note = ({ journal }: Process, stop: Stop, dying?: Call) => {
    const { log } = world.cloud;
    const isUnderway = (call: Call) => call.mutating && call.sequence === undefined && call.error === undefined;
    stops.set(stop, {
      at: world.clock.now(),
      sequence: log.reduce((latest, { sequence = 0 }) => Math.max(latest, sequence), 0),
      underway: log.filter((call) => isUnderway(call) && call !== dying).map((call) => ({ ...call })),
      kept: shared(journal.toJSON()),
      previous: shared(journal.previous()),
    });
  };
  const environment = open(world, scenario.environment);
  const machine = new Machine(world);
  const { run, process } = machine.start(environment, state, {
    call(call, apply, process) {
      if (!call.mutating) return apply();
      const stop = { number: ++calls, what: `${call.service}:${call.operation}` };
      note(process, { at: "before call", ...stop }, call);
      try {
        return apply();
      } finally {
        note(process, { at: "after call", ...stop });
      }
    },
    beforeWrite({ number, action, id }, process) {
      for (const at of ["before write", "in write"] as const) note(process, { at, number, what: `${action} ${id}` });
    },
    afterWrite: ({ number, action, id }, process) =>
      note(process, { at: "after write", number, what: `${action} ${id}` }),
  });
  const bad = troubles(scenario, await scenario.command(environment, run));
  if (bad.length > 0) throw new Error(`${scenario.name} does not even succeed undisturbed: ${bad.join(", ")}`);
  const log = world.cloud.log.filter(({ mutating }) => mutating);
  const next = open(world, scenario.environment);
  await scenario.next(next, machine.start(next, process.journal.toJSON()).run);
  await world.clock.sleep(settling);
  return { left: describeCloud(world.cloud), log, stops };
}

/** Every cell of some scenarios. */
export async function cells(scenarios: readonly Scenario[]): Promise<Cell[]> {
  const all: Cell[] = [];
  for (const scenario of scenarios) {
    for (const cloud of ["prompt", "lagging"] as const) {
      const { stops } = await reference(scenario, cloud);
      for (const stop of stops.keys()) for (const found of founds) all.push({ scenario, stop, found, cloud });
    }
  }
  return all;
}

/** Long enough for whatever goes by itself (network interfaces of functions) to have gone. */
const settling = 3_600_000;

/**
 * Begins where a scenario was stopped in one place, runs it again in a new process, and checks that nothing tells it
 * from an undisturbed one.
 *
 * @throws naming what is not as it should be
 */
export async function check(cell: Cell): Promise<void> {
  const { scenario, stop } = cell;
  const { left, log, stops } = await reference(scenario, cell.cloud);
  const moment = stops.get(stop);
  if (moment === undefined) throw new Error("there is no such stop");
  const { world } = await scenario.begin(clouds[cell.cloud]);
  using _ = world;
  // A dead process leaves nothing but the cloud and the state: what had been called until then is called again.
  world.cloud.repeat(log.filter(({ sequence = Number.POSITIVE_INFINITY }) => sequence <= moment.sequence));
  world.clock.jump(moment.at);
  // Half of the calls that are under way when the process dies still arrive.
  if (stop.number % 2 === 0) arrive(world, moment);

  const next = await findState(world, moment, cell);
  await world.clock.sleep(pauseAfter(cell));
  const environment = open(world, scenario.environment);
  const machine = new Machine(world);
  const again = machine.start(environment, next);
  const bad = troubles(scenario, await scenario.next(environment, again.run));
  if (bad.length > 0) throw new Error(`the next run did not end well: ${bad.join("; ")}`);
  const unsettled = [...again.process.journal.entries()].filter(
    ([id, { intent }]) => intent !== undefined && !isShared(id),
  );
  if (unsettled.length > 0) throw new Error(`left open in the state: ${unsettled.map(([node]) => node).join(", ")}`);

  await world.clock.sleep(settling);
  const differs = difference(left, describeCloud(world.cloud), scenario.fine);
  if (differs.length > 0)
    throw new Error(`another cloud than undisturbed:\n${differs.map((line) => line.slice(0, 300)).join("\n")}`);
  await checkSettled(scenario, world, machine, again.process);
}

/** What did not end as it should. */
const troubles = ({ leaves }: Scenario, endings: Outcomes<Aws>): string[] =>
  unwell(endings).filter((text) => leaves !== "data" || !text.endsWith(": retained"));

/** What belongs to the whole account is not taken down, not even when it is half made. */
const isShared = (node: string) => node === "api/account-role" || node === "api/account";

/** Nothing is left to do, for whoever comes next with that state. */
async function checkSettled(scenario: Scenario, world: World, machine: Machine, before: Process): Promise<void> {
  const environment = open(world, scenario.environment);
  const { run, process } = machine.start(environment, before.journal.toJSON());
  if (scenario.leaves === "everything") {
    await environment.up(run);
  } else {
    await scenario.next(environment, run);
  }
  if (scenario.leaves === "nothing") {
    const rest = remains(world, environment.settings.environment);
    if (rest.length > 0) throw new Error(`still there: ${rest.join(", ")}`);
    const keys = Object.keys(world.cloud.dump()["kms"] ?? {});
    if (keys.length > 1) throw new Error(`more than one key was made: ${keys.join(", ")}`);
  }
  const changed = process.calls.filter((call) => call.mutating).map((call) => `${call.service}:${call.operation}`);
  if (changed.length > 0) throw new Error(`one run more still changes something: ${changed.join(", ")}`);
}

/** What was on its way comes to AWS, and nobody hears the answer. */
function arrive({ cloud }: World, { underway }: Moment): void {
  // The clouds' latency: half of it before a call takes effect.
  const calls = underway.map((call, index) => ({ ...call, at: call.at + 50, sequence: index + 1 }));
  cloud.repeat(calls);
}

/** The state as the next process finds it. */
async function findState(world: World, moment: Moment, cell: Cell): Promise<Snapshot | undefined> {
  const { stop, found } = cell;
  if (found === "state deleted") return undefined;
  const kept = found === "state kept" ? moment.kept : moment.previous;
  return stop.at === "in write" ? world.clock.busy(fromFiles(world, moment, kept, cell)) : kept;
}

/**
 * What the state's files say when a process died while it wrote: half a temporary file beside the state file, half a
 * line at the end of the journal, or a journal whose changes are all in the state file already.
 */
async function fromFiles(
  { cloud, clock }: World,
  { previous }: Moment,
  kept: Snapshot,
  { scenario, stop }: Cell,
): Promise<Snapshot> {
  const dir = mkdtempSync(join(tmpdir(), "tap-"));
  const place = { dir, environment: scenario.environment, local: false };
  const journal = join(dir, `${place.environment}.journal`);
  const writer = await openState({ ...place, clock });
  try {
    writer.bind({ account: cloud.account, region: cloud.region });
    await note(writer, previous);
    await note(writer, kept);
    const how = stop.number % 3;
    if (how === 0) {
      await writer.close();
      writeFileSync(join(dir, `.${place.environment}.json.torn.tmp`), '{"schema": 1, "acc');
    } else if (how === 1) {
      appendFileSync(journal, '{"serial":1000000,"resources":{"');
    } else if (existsSync(journal)) {
      const lines = readFileSync(journal);
      await writer.close();
      writeFileSync(journal, lines);
    }
    const store = await openState(place);
    return { resources: Object.fromEntries(store.entries()), retained: Object.fromEntries(store.retained()) };
  } finally {
    await writer.close();
    rmSync(dir, { recursive: true });
  }
}

/** Makes a state say what a snapshot says, in one write. */
async function note(store: StateStore, { resources, retained }: Snapshot): Promise<void> {
  const gone = [...store.entries().keys()].filter((id) => resources[id] === undefined);
  const released = [...store.retained().keys()].filter((id) => retained[id] === undefined);
  await Promise.all([
    ...gone.map((id) => store.delete(id)),
    ...released.map((id) => store.release(id)),
    ...Object.entries(resources).map(([id, entry]) => store.put(id, entry)),
    ...Object.entries(retained).map(([id, what]) => store.retain(id, what)),
  ]);
}
