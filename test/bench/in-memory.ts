import { setImmediate } from "node:timers/promises";
import { AccountLimits } from "../../src/aws/account-limits.ts";
import { type Aws, connect } from "../../src/aws/aws.ts";
import type { CallRecord } from "../../src/aws/caller.ts";
import type { Outcomes } from "../../src/engine/outcome.ts";
import { statusRows } from "../../src/engine/status.ts";
import { callerAccount } from "../../src/session/identity.ts";
import { makeRun } from "../../src/session/run.ts";
import { type Durations, defaultDurations } from "../cloud/durations.ts";
import { outOfSync, unwell } from "../lifecycle/scene.ts";
import { type Environment, remains, World } from "../lifecycle/world.ts";
import { type Bound, boundOfDown, boundOfUp } from "./bound.ts";
import { drawn } from "./drawn.ts";
import { type Figure, median, round } from "./figure.ts";

/** Milliseconds that a call takes, until something else is measured. */
const latency = 100;
/** The smallest page that AWS gives unasked, among the lists that are read: API Gateway's. The tests' pages are smaller. */
const pageSize = 25;

interface Setup {
  readonly durations?: Durations;
  readonly latency?: number;
  /** Mutating calls in flight. */
  readonly concurrency?: number;
}

/** One command: how long it took in virtual seconds, and its calls. */
interface Measured {
  readonly seconds: number;
  readonly calls: readonly CallRecord[];
}

/** All commands on a fresh account, in the order in which they were run. */
interface Lifecycle {
  readonly up: Measured;
  readonly again: Measured;
  readonly status: Measured;
  readonly down: Measured;
  readonly bounds: { readonly up: Bound; readonly down: Bound };
}

/**
 * Runs up, up, status and down on the in-memory AWS, each as a process of its own would: it begins by asking whose
 * credentials it has.
 *
 * @throws when a command does not do what it should: its time would mean nothing
 */
async function lifecycle(setup: Setup = {}): Promise<Lifecycle> {
  const durations = setup.durations ?? defaultDurations;
  const each = setup.latency ?? latency;
  using world = new World({ durations, latency: each, pageSize });
  const dev = world.environment("dev");
  const measure = async (command: (run: ReturnType<Environment["run"]>) => Promise<void>): Promise<Measured> => {
    const calls: CallRecord[] = [];
    const connection = connect({
      region: world.cloud.region,
      clock: world.clock,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      record: (call) => calls.push(call),
      share: new AccountLimits(world.clock).of(world.cloud.account, world.cloud.region, setup.concurrency),
    });
    const run = makeRun({
      environment: dev.settings.environment,
      connection,
      clock: world.clock,
      journal: dev.journal,
    });
    const start = world.clock.now();
    await callerAccount(connection.since(start));
    await command(run);
    return { seconds: (world.clock.now() - start) / 1000, calls };
  };

  const up = await measure(async (run) => mustEndWell("up", await dev.up(run)));
  const again = await measure(async (run) => mustEndWell("the second up", await dev.up(run)));
  if (again.calls.some((call) => call.mutating)) throw new Error("the second up changed something");
  const status = await measure(async (run) => {
    const strange = outOfSync(statusRows(await dev.look(run)));
    if (Object.keys(strange).length > 0) throw new Error(`status is not clean: ${JSON.stringify(strange)}`);
  });
  const down = await measure(async (run) => {
    const { endings, swept } = await dev.takeDown(run);
    mustEndWell("down", endings);
    if (swept.remaining.size > 0) throw new Error("the sweep has found something");
  });
  const left = remains(world, "dev");
  if (left.length > 0) throw new Error(`down has left ${left.join(", ")}`);
  const graph = dev.platform.nodes;
  const bounds = { up: boundOfUp(graph, durations, each), down: boundOfDown(graph, durations, each) };
  if (up.seconds < bounds.up.seconds || down.seconds < bounds.down.seconds) {
    throw new Error("something was faster than its bound: the bound is wrong");
  }
  return { up, again, status, down, bounds };
}

function mustEndWell(command: string, endings: Outcomes<Aws>): void {
  const bad = unwell(endings);
  if (bad.length > 0) throw new Error(`${command} did not end well: ${bad.join(", ")}`);
}

/**
 * The figures that the in-memory AWS gives: makespans against their bounds, calls, round trips. In virtual time, so they
 * are the same on every machine.
 *
 * @param seeds how often the durations are drawn at random
 */
export async function benchInMemory(seeds: number): Promise<Figure[]> {
  const standard = await lifecycle();
  const { up, down, bounds } = standard;
  const seconds = (id: string, what: string, value: number): Figure => ({ id, what, value: round(value), unit: "s" });
  const ratio = (id: string, what: string, value: number): Figure => ({
    id,
    what,
    value: round(value, 4),
    unit: "ratio",
  });
  const figures = [
    ratio("up-makespan-ratio", "virtual makespan of up / its bound", up.seconds / bounds.up.seconds),
    ratio("down-makespan-ratio", "virtual makespan of down / its bound", down.seconds / bounds.down.seconds),
    ratio("sequential-over-up", "one after another / makespan of up", bounds.up.sequentialSeconds / up.seconds),
    seconds("up-makespan", "virtual makespan of up", up.seconds),
    seconds("up-bound", `bound of up: ${bounds.up.path.join(" → ")}`, bounds.up.seconds),
    seconds("up-sequential", "up, one resource after another", bounds.up.sequentialSeconds),
    seconds("down-makespan", "virtual makespan of down", down.seconds),
    seconds("down-bound", `bound of down: ${bounds.down.path.join(" → ")}`, bounds.down.seconds),
    seconds("down-sequential", "down, one resource after another", bounds.down.sequentialSeconds),
    ratio("sequential-over-down", "one after another / makespan of down", bounds.down.sequentialSeconds / down.seconds),
    ...(await randomFigures(seeds, ratio)),
    ...(await concurrencyFigures(seconds)),
    ...callFigures(standard),
    ...(await roundTripFigures()),
  ];
  return figures;
}

async function randomFigures(seeds: number, ratio: (id: string, what: string, value: number) => Figure) {
  const ratios: { up: number; down: number }[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { up, down, bounds } = await lifecycle({ durations: drawn(seed) });
    ratios.push({ up: up.seconds / bounds.up.seconds, down: down.seconds / bounds.down.seconds });
    await setImmediate();
  }
  const ups = ratios.map((r) => r.up);
  const downs = ratios.map((r) => r.down);
  const how = `durations drawn at random (half to double, ${seeds} seeds)`;
  return [
    ratio("up-makespan-ratio-worst", `up / bound, ${how}, worst`, Math.max(...ups)),
    ratio("up-makespan-ratio-median", `up / bound, ${how}, median`, median(ups)),
    ratio("down-makespan-ratio-worst", `down / bound, ${how}, worst`, Math.max(...downs)),
    ratio("down-makespan-ratio-median", `down / bound, ${how}, median`, median(downs)),
  ];
}

async function concurrencyFigures(seconds: (id: string, what: string, value: number) => Figure): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const concurrency of [1, 8, 64]) {
    const { up, down } = await lifecycle({ concurrency });
    figures.push(
      seconds(
        `up-makespan-concurrency-${concurrency}`,
        `virtual makespan of up --concurrency ${concurrency}`,
        up.seconds,
      ),
      seconds(
        `down-makespan-concurrency-${concurrency}`,
        `virtual makespan of down --concurrency ${concurrency}`,
        down.seconds,
      ),
    );
  }
  return figures;
}

function callFigures({ up, again, status, down }: Lifecycle): Figure[] {
  const count = (id: string, what: string, value: number): Figure => ({ id, what, value, unit: "calls" });
  const commands = { up, "second-up": again, status, down };
  return [
    count(
      "status-calls",
      "API calls of status or of a converged up, whichever makes more, everything checked, without a domain",
      Math.max(status.calls.length, again.calls.length),
    ),
    ...Object.entries(commands).flatMap(([command, { calls }]) => {
      const services = Map.groupBy(calls, (call) => call.service);
      const sorted = [...services].sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        count(`calls-${command}`, `API calls of ${command.replace("-", " ")}`, calls.length),
        count(
          `calls-${command}-mutating`,
          `mutating API calls of ${command.replace("-", " ")}`,
          calls.filter((call) => call.mutating).length,
        ),
        ...sorted.map(([service, { length }]) =>
          count(`calls-${command}-${service}`, `API calls of ${command.replace("-", " ")} to ${service}`, length),
        ),
      ];
    }),
  ];
}

/** How many calls of a command have to wait for one another: its time when nothing but calls takes time. */
async function roundTripFigures(): Promise<Figure[]> {
  const each = 200;
  const { status, again } = await lifecycle({ latency: each });
  const trips = (id: string, what: string, { seconds }: Measured): Figure => ({
    id,
    what,
    value: round((seconds * 1000) / each, 2),
    unit: "round trips",
  });
  return [
    trips("status-round-trips-virtual", "status, calls that wait for one another", status),
    trips("second-up-round-trips-virtual", "converged up, calls that wait for one another", again),
  ];
}
