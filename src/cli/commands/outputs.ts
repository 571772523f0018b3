import { Command, Option } from "commander";
import { type EnvironmentOptions, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap outputs` takes. */
export interface OutputsOptions extends EnvironmentOptions {
  readonly json?: true;
  readonly shell?: true;
}

/** `tap outputs` */
export function outputsCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("outputs")
    .summary("print the API's URL and other addresses and names")
    .description(
      "Prints the API's URL, the database's endpoints and other addresses and names, as AWS has them now. Never a secret.",
    )
    .option("--json", "as JSON")
    .addOption(new Option("--shell", "as export lines for a shell").conflicts("json"));
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap outputs --env dev --local", "a table"],
    ['eval "$(tap outputs --env dev --shell)"', 'then curl "$TAP_API_URL/trade"'],
    ["tap outputs --env prod --json", "for a script"],
  ]);
  return command.action(async (options: OutputsOptions) => {
    const { runOutputs } = await import("../actions/outputs.ts");
    exits(await runOutputs(world, options));
  });
}
