import type { Aws } from "../../../src/aws/aws.ts";
import type { Failure } from "../../../src/engine/events.ts";
import type { Outcomes } from "../../../src/engine/outcome.ts";
import { planUp } from "../../../src/engine/plan.ts";
import type { Run } from "../../../src/engine/run.ts";
import { up } from "../../../src/engine/up.ts";
import type { CloudOptions } from "../../cloud/cloud.ts";
import { type Description, describeCloud, difference } from "../crash/canonical-cloud.ts";
import { Machine } from "../crash/machine.ts";
import { open, type Scenario, type Scene, scenarios } from "../crash/scenarios.ts";
import { unwell } from "../scene.ts";
import type { Environment, World } from "../world.ts";
import { answered, clear, faults } from "./faults.ts";
import type { Weather } from "./weather.ts";

const minute = 60_000;
/** Long enough for whatever goes by itself to have gone. */
const settling = 60 * minute;

/**
 * Runs a command through a storm, and again when it is over.
 *
 * @throws naming what is not as it should be
 */
export async function weatherStorm(weather: Weather): Promise<void> {
  const options: CloudOptions = {
    delegated: "all",
    lag: weather.lag,
    durations: { lambdaInterfaceDetach: weather.lingering * minute },
  };
  const scenario = scenarioOf(weather.command);
  const { world, state } = await scenario.begin(options);
  using _ = world;
  world.cloud.change({
    late: weather.late,
    overlap: { ms: 100, answer: weather.overlap },
    ...(weather.unknown && { unknown: { seed: weather.seed, ...weather.unknown } }),
  });
  const machine = new Machine(world);

  const first = open(world, "dev");
  const stormy = machine.start(first, state, faults(weather, world));
  const failures = weather.command === "up" ? await tryUp(first, stormy.run) : await tryDown(first, stormy.run);
  for (const failure of failures) checkFailure(failure);

  clear(world);
  // The next command is typed by a person who has read the error.
  await world.clock.sleep(Math.max(weather.lag.tags, 30_000));
  const second = open(world, "dev");
  const calm = machine.start(second, stormy.process.journal.toJSON());
  const bad = unwell(await scenario.next(second, calm.run));
  if (bad.length > 0) throw new Error(`without faults it still does not end well: ${bad.join("; ")}`);
  await world.clock.sleep(settling);
  await compare(scenario, world);
  if (scenario.leaves === "everything") await finish(world, machine, calm.process.journal.toJSON());
}

/** One run more changes nothing, and a teardown leaves nothing. */
async function finish(world: World, machine: Machine, state: Scene["state"]): Promise<void> {
  const third = open(world, "dev");
  const { run, process } = machine.start(third, state);
  await third.up(run);
  const changed = process.calls.filter((call) => call.mutating).map((call) => `${call.service}:${call.operation}`);
  if (changed.length > 0) throw new Error(`one run more still changes something: ${changed.join(", ")}`);
  const down = scenarioOf("down");
  const last = open(world, "dev");
  await down.next(last, machine.start(last, process.journal.toJSON()).run);
  await world.clock.sleep(settling);
  await compare(down, world);
}

function scenarioOf(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
}

const undisturbed = new Map<string, Description>();

async function compare(scenario: Scenario, { cloud }: World): Promise<void> {
  const left = undisturbed.get(scenario.name);
  if (left === undefined) throw new Error(`what ${scenario.name} leaves undisturbed is not known`);
  const differs = difference(left, describeCloud(cloud), scenario.fine);
  if (differs.length > 0) throw new Error(`another cloud than undisturbed:\n${differs.map(short).join("\n")}`);
}

const short = (line: string): string => line.slice(0, 300);

/** Finds out what the commands leave when nothing goes wrong. Call before the first storm: one cloud can be connected at a time. */
export async function prepare(): Promise<void> {
  for (const name of ["up", "down"]) {
    const scenario = scenarioOf(name);
    const { world, state } = await scenario.begin({ delegated: "all" });
    using _ = world;
    const environment = open(world, "dev");
    await scenario.command(environment, new Machine(world).start(environment, state).run);
    await world.clock.sleep(settling);
    undisturbed.set(name, describeCloud(world.cloud));
  }
}

/** What `tap up` does: nothing is changed while something forbids the plan. */
async function tryUp(environment: Environment, run: Run<Aws>): Promise<readonly Failure[]> {
  const looks = await environment.look(run);
  const { conflicts } = planUp(looks);
  if (conflicts.length > 0) return conflicts;
  return failuresOf(await up(run, environment.platform.nodes, looks));
}

async function tryDown(environment: Environment, run: Run<Aws>): Promise<readonly Failure[]> {
  const { endings, swept } = await environment.takeDown(run);
  return [...failuresOf(endings), ...swept.endings.flatMap(failuresOf), ...swept.unsearched];
}

function failuresOf(endings: Outcomes<Aws>): Failure[] {
  const all = [...endings.values()];
  const failures = all.flatMap((ending) => (ending.is === "failed" ? [ending.failure] : []));
  const rest = all.filter(({ is }) => is === "skipped" || is === "interrupted" || is === "held" || is === "retained");
  if (failures.length === 0 && rest.length > 0) {
    throw new Error(`no failure, and yet ${rest.length} nodes ended as ${rest[0]?.is}`);
  }
  return failures;
}

/** An error names the resource, the cause, and what to do next; and AWS's answer by code and request id. */
function checkFailure({ node, type, message, code, requestId, advice }: Failure): void {
  const complain = (what: string): never => {
    throw new Error(`the error of ${node} ${what}: ${JSON.stringify({ type, message, code, requestId, advice })}`);
  };
  if (node === "" || type === "") complain("names no resource");
  if (message === "") complain("names no cause");
  if (advice === undefined || advice === "") complain("does not say what to do next");
  if (message.includes(answered) && (code === undefined || requestId === undefined)) complain("hides AWS's answer");
}
