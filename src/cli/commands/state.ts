import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { InputError } from "../../config/errors.ts";
import { loadSettingsFile } from "../../config/file.ts";
import { TapError } from "../../engine/errors.ts";
import { makeReporter } from "../../report/reporter.ts";
import { stateText } from "../../report/state.ts";
import { clean, count, table } from "../../report/text.ts";
import { placeOf } from "../../session/environment.ts";
import { homeNamed } from "../../session/home.ts";
import type { StateHome, StatePlace } from "../../state/backend.ts";
import { formatState, type State } from "../../state/schema.ts";
import { readPlace } from "../../state/store.ts";
import { exitCodes } from "../exit.ts";
import {
  commandLine,
  type EnvironmentOptions,
  requestOf,
  type StateOptions,
  stateOption,
  withCommon,
  withEnvironment,
  withExamples,
} from "../options.ts";
import type { World } from "../world.ts";

/** `tap state show|pull|push|list` */
export function stateCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const show = new Command("show")
    .description("Shows what the state of an environment records: resources, what is under way, and what was kept.")
    .action(async (options: EnvironmentOptions) => exits(await runShow(world, options)));
  const pull = new Command("pull")
    .description("Prints the state of an environment as JSON, as it is stored.")
    .action(async (options: EnvironmentOptions) => exits(await runPull(world, options)));
  const push = new Command("push")
    .description(
      "Stores a file as the state of an environment. Takes the lock, and refuses what is damaged, older than what is there, from a newer tap, or of another environment, account or region.",
    )
    .argument("<file>", "a state, as `tap state pull` prints it")
    .action(async (file: string, options: EnvironmentOptions) => exits(await runPush(world, file, options)));
  const list = new Command("list")
    .description("Lists the environments that have a state in one place: the project's folder, or the one in S3.")
    .option("--local", "those on the local AWS")
    .addOption(stateOption())
    .action(async (options: StateOptions) => exits(await runList(world, options)));
  withExamples(withCommon(withEnvironment(show)), [
    ["tap state show --env dev", "what tap remembers of dev"],
    ["tap state show --env prod --state s3://acme-tap-state/trading", "of a shared state"],
  ]);
  withExamples(withCommon(withEnvironment(pull)), [
    ["tap state pull --env prod > prod.json", "keep a copy"],
    ["tap state pull --env prod | jq .resources", "for a script"],
  ]);
  withExamples(withCommon(withEnvironment(push)), [
    ["tap state push prod.json --env prod", "bring a copy back"],
    ["tap state push state/dev.json --env dev --state s3://acme-tap-state/trading", "share what was in a file"],
  ]);
  withExamples(withCommon(list), [
    ["tap state list", "in the project's folder, or where tap.yaml says"],
    ["tap state list --state s3://acme-tap-state/trading", "in S3"],
  ]);
  const command = new Command("state")
    .summary("show, copy, store or list what tap remembers")
    .description(
      "What tap remembers of environments. It is a cache: without it, tap finds everything by tags and names.",
    );
  for (const one of [show, pull, push, list]) command.addCommand(one);
  withExamples(command, [
    ["tap state show --env dev", "what tap remembers of dev"],
    ["tap state list", "which environments have a state"],
  ]);
  return command;
}

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

async function runShow<Aws>(world: World<Aws>, options: EnvironmentOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const place = await open(world, options);
  reporter.say(stateText(await present(place), place.text().name, reporter.style));
  return exitCodes.done;
}

async function runPull<Aws>(world: World<Aws>, options: EnvironmentOptions): Promise<number> {
  world.stdout.write(formatState(await present(await open(world, options))));
  return exitCodes.done;
}

async function runPush<Aws>(world: World<Aws>, file: string, options: EnvironmentOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const text = await readFile(resolve(world.cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError([{ path: file, expected: `a readable state file (${error.code})` }]);
  });
  const { pushState } = await import("../../session/push.ts");
  const request = { ...requestOf(world, options), command: commandLine("state push", options) };
  const { name, serial, written } = await pushState(request, { name: file, text }, world.clock);
  reporter.say(clean(written ? `${name} is now version ${serial}.` : `${name} is this very state already.`));
  return exitCodes.done;
}

async function runList<Aws>(world: World<Aws>, options: StateOptions): Promise<number> {
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
