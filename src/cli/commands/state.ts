import { Command } from "commander";
import {
  debugLogOption,
  type EnvironmentOptions,
  type StateOptions,
  stateOption,
  withCommon,
  withEnvironment,
  withExamples,
} from "../options.ts";
import type { World } from "../world.ts";

const load = () => import("../actions/state.ts");

/** `tap state show|pull|push|list` */
export function stateCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const show = new Command("show")
    .description("Shows what the state of an environment records: resources, what is under way, and what was kept.")
    .action(async (options: EnvironmentOptions) => exits(await (await load()).runShow(world, options)));
  const pull = new Command("pull")
    .description("Prints the state of an environment as JSON, as it is stored.")
    .action(async (options: EnvironmentOptions) => exits(await (await load()).runPull(world, options)));
  const push = new Command("push")
    .description(
      "Stores a file as the state of an environment. Takes the lock, and refuses what is damaged, older than what is there, from a newer tap, or of another environment, account or region.",
    )
    .argument("<file>", "a state, as `tap state pull` prints it")
    .action(async (file: string, options: EnvironmentOptions) =>
      exits(await (await load()).runPush(world, file, options)),
    );
  const list = new Command("list")
    .description("Lists the environments that have a state in one place: the project's folder, or the one in S3.")
    .option("--local", "those on the local AWS")
    .addOption(stateOption())
    .addOption(debugLogOption())
    .action(async (options: StateOptions) => exits(await (await load()).runList(world, options)));
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
