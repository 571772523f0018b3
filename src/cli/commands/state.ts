import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { TapError } from "../../engine/errors.ts";
import { isOutside } from "../../engine/status.ts";
import { makeReporter } from "../../report/reporter.ts";
import { count, jsonFor, sanitise, table } from "../../report/text.ts";
import type { Environment } from "../../session/environment.ts";
import type { StateSlot } from "../../state/backend.ts";
import type { State } from "../../state/schema.ts";
import { exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import {
  commandLine,
  debugLogOption,
  type Runs,
  requestOf,
  type SharedOptions,
  stateOption,
  withCommon,
  withEnvironment,
  withExamples,
} from "../options.ts";

/** `tap state show|pull|push|list` */
export function stateCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const command = withExamples(
    new Command("state")
      .summary("show, copy, store or list what tap remembers")
      .description(
        "What tap remembers of environments. It is a cache: without it, tap finds everything by tags and names.",
      ),
    [
      ["tap state show --env dev", "what tap remembers of dev"],
      ["tap state list", "which environments have a state"],
    ],
  );
  for (const make of [showCommand, pullCommand, pushCommand, listCommand]) command.addCommand(make(io, runs));
  return command;
}

function showCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("show").description(
    "Shows what the state of an environment records: resources, what is under way, and what was kept.",
  );
  const command = withExamples(withCommon(withEnvironment(flags)), [
    ["tap state show --env dev", "what tap remembers of dev"],
    ["tap state show --env prod --state s3://acme-tap-state/trading", "of a shared state"],
  ]);
  return runs(command, async (options) => {
    const { stateText } = await import("../../report/listings.ts");
    const reporter = makeReporter({ ...io, json: false });
    const { environment, place, state } = await stateOf(io, options);
    reporter.say(stateText(state, place.text().name, reporter.style, await outsideOf(environment)));
    return exitCodes.done;
  });
}

function pullCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("pull").description("Prints the state of an environment as JSON, as it is stored.");
  const command = withExamples(withCommon(withEnvironment(flags)), [
    ["tap state pull --env prod > prod.json", "keep a copy"],
    ["tap state pull --env prod | jq .resources", "for a script"],
  ]);
  return runs(command, async (options) => {
    const { formatState } = await import("../../state/schema.ts");
    const { state } = await stateOf(io, options);
    io.stdout.write(jsonFor(io.stdout, formatState(state)));
    return exitCodes.done;
  });
}

function pushCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("push")
    .description(
      "Stores a file as the state of an environment. Takes the lock, and refuses what is damaged, older than what is there, from a newer tap, or of another environment, account or region.",
    )
    .argument("<file>", "a state, as `tap state pull` prints it");
  const command = withExamples(withCommon(withEnvironment(flags)), [
    ["tap state push prod.json --env prod", "bring a copy back"],
    ["tap state push state/dev.json --env dev --state s3://acme-tap-state/trading", "share what was in a file"],
  ]);
  return runs(command, async (file, options) => {
    const [{ InputError }, { findEnvironment }, { pushState }, { readStateText }] = await Promise.all([
      import("../../config/errors.ts"),
      import("../../session/environment.ts"),
      import("../../session/push.ts"),
      import("../../state/file.ts"),
    ]);
    const path = resolve(io.cwd, file);
    const content = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new InputError([{ path: file, expected: `a readable state file (${error.code})` }]);
    });
    // A state file of a run that has died may have a journal beside it. What is no such file may be readable only once.
    const text = (path.endsWith(".json") ? await readStateText(path) : undefined) ?? content;
    const environment = await findEnvironment(requestOf(io, options), io.clock);
    const line = commandLine("state push", options);
    const { name, serial, written } = await pushState(environment, { name: file, text }, line, io.clock);
    const said = written ? `${name} is now version ${serial}.` : `${name} is this very state already.`;
    makeReporter({ ...io, json: false }).say(sanitise(said));
    return exitCodes.done;
  });
}

function listCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("list")
    .description("Lists the environments that have a state in one place: the project's folder, or the one in S3.")
    .option("--local", "those on the local AWS")
    .addOption(stateOption())
    .addOption(debugLogOption());
  const command = withExamples(withCommon(flags), [
    ["tap state list", "in the project's folder, or where tap.yaml says"],
    ["tap state list --state s3://acme-tap-state/trading", "in S3"],
  ]);
  return runs(command, async (options) => {
    const [{ loadSettingsFile }, { backendNamed }, { readSlot }] = await Promise.all([
      import("../../config/load.ts"),
      import("../../session/backend.ts"),
      import("../../state/store.ts"),
    ]);
    const request = requestOf(io, options);
    const backend = await backendNamed(request, await loadSettingsFile(request.dir), io.clock);
    // One that cannot be read does not hide the others.
    const row = async (environment: string): Promise<string[]> => {
      try {
        const place = backend.of(environment);
        const { region, account, serial, resources } = present(place, await readSlot(place));
        const counted = count(Object.keys(resources).length, "resource");
        return [environment, region, account, `version ${serial}`, counted];
      } catch (error) {
        return [environment, "", "", "", sanitise(error instanceof Error ? error.message : String(error))];
      }
    };
    const rows = await Promise.all((await backend.environments()).map(row));
    const said = rows.length === 0 ? `No environment has a state in ${backend.name}.` : table(rows).join("\n");
    makeReporter({ ...io, json: false }).say(said);
    return exitCodes.done;
  });
}

/** The state that the options mean. @throws {TapError} when there is none */
async function stateOf<Aws>(
  io: Io<Aws>,
  options: SharedOptions,
): Promise<{ readonly environment: Environment; readonly place: StateSlot; readonly state: State }> {
  const { findEnvironment } = await import("../../session/environment.ts");
  const environment = await findEnvironment(requestOf(io, options), io.clock);
  const place = await environment.place();
  return { environment, place, state: present(place, await environment.recorded()) };
}

/** The nodes that are no resources of the environment's; of settings that are wrong by now, none are known. */
async function outsideOf(environment: Environment): Promise<ReadonlySet<string>> {
  const [{ blueprint }, { settingsWithoutAws }] = await Promise.all([
    import("../../session/blueprint.ts"),
    import("../../session/environment.ts"),
  ]);
  const settings = await settingsWithoutAws(environment).catch(() => undefined);
  const nodes = settings === undefined ? [] : blueprint(settings, environment.request).nodes;
  return new Set(nodes.filter(isOutside).map(({ id }) => id));
}

function present(place: StateSlot, state: State | undefined): State {
  if (state !== undefined) return state;
  throw new TapError(`${place.environment} has no state: there is no ${place.text().name}`, {
    advice: `"tap state list" shows which environments have one.`,
  });
}
