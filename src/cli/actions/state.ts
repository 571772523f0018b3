import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "../../config/errors.ts";
import { loadSettingsFile } from "../../config/file.ts";
import { TapError } from "../../engine/errors.ts";
import { makeReporter } from "../../report/reporter.ts";
import { stateText } from "../../report/state.ts";
import { clean, count, table } from "../../report/text.ts";
import { placeOf } from "../../session/environment.ts";
import { homeNamed } from "../../session/home.ts";
import type { StateHome, StatePlace } from "../../state/backend.ts";
import { readStateText } from "../../state/file.ts";
import { formatState, type State } from "../../state/schema.ts";
import { readPlace } from "../../state/store.ts";
import { exitCodes } from "../exit.ts";
import { commandLine, type EnvironmentOptions, requestOf, type StateOptions } from "../options.ts";
import type { World } from "../world.ts";

async function open<Aws>(world: World<Aws>, options: EnvironmentOptions): Promise<StatePlace> {
  const request = requestOf(world, options);
  return placeOf(request, await loadSettingsFile(request.dir), world.clock);
}

/** @throws {TapError} when there is none */
async function present(place: StatePlace): Promise<State> {
  const state = await readPlace(place);
  if (state !== undefined) return state;
  throw new TapError(`${place.environment} has no state: there is no ${place.text().name}`, {
    advice: `"tap state list" shows which environments have one.`,
  });
}

/** Runs `tap state show`. @returns the exit code */
export async function runShow<Aws>(world: World<Aws>, options: EnvironmentOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const place = await open(world, options);
  reporter.say(stateText(await present(place), place.text().name, reporter.style));
  return exitCodes.done;
}

/** Runs `tap state pull`. @returns the exit code */
export async function runPull<Aws>(world: World<Aws>, options: EnvironmentOptions): Promise<number> {
  world.stdout.write(formatState(await present(await open(world, options))));
  return exitCodes.done;
}

/** Runs `tap state push`. @returns the exit code */
export async function runPush<Aws>(world: World<Aws>, file: string, options: EnvironmentOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const path = resolve(world.cwd, file);
  const content = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError([{ path: file, expected: `a readable state file (${error.code})` }]);
  });
  // A state file of a run that has died may have a journal beside it. What is no such file may be readable only once.
  const text = (path.endsWith(".json") ? await readStateText(path) : undefined) ?? content;
  const { pushState } = await import("../../session/push.ts");
  const request = { ...requestOf(world, options), command: commandLine("state push", options) };
  const { name, serial, written } = await pushState(request, { name: file, text }, world.clock);
  reporter.say(clean(written ? `${name} is now version ${serial}.` : `${name} is this very state already.`));
  return exitCodes.done;
}

/** Runs `tap state list`. @returns the exit code */
export async function runList<Aws>(world: World<Aws>, options: StateOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const request = requestOf(world, options);
  const home = await homeNamed(request, await loadSettingsFile(request.dir), world.clock);
  const environments = await home.environments();
  const rows = await Promise.all(environments.map((environment) => row(home, environment)));
  reporter.say(rows.length === 0 ? `No environment has a state in ${home.name}.` : table(rows).join("\n"));
  return exitCodes.done;
}

/** One that cannot be read does not hide the others. */
async function row(home: StateHome, environment: string): Promise<string[]> {
  try {
    const { region, account, serial, resources } = await present(home.of(environment));
    return [environment, region, account, `version ${serial}`, count(Object.keys(resources).length, "resource")];
  } catch (error) {
    return [environment, "", "", "", clean(error instanceof Error ? error.message : String(error))];
  }
}
