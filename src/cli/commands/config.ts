import { Command, Option } from "commander";
import { type EnvironmentOptions, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap config` takes. */
export interface ConfigOptions extends EnvironmentOptions {
  readonly schema?: true;
}

/** `tap config` */
export function configCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("config")
    .summary("print the settings of an environment, and where they live")
    .description(
      `Prints every setting of an environment, and where the settings file lives. What is printed is a settings file itself: put what you want to be different into tap.yaml. Asks AWS nothing, but for the state where that is shared.`,
    )
    .addOption(
      new Option("--schema", "print a JSON Schema of the settings file instead, for editors").conflicts([
        "env",
        "suffix",
      ]),
    );
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap config --env dev", "all settings of dev"],
    ["tap config --env prod > tap.yaml", "start a settings file"],
    ["tap config --schema > tap.schema.json", "have an editor complete it"],
  ]);
  return command.action(async (options: ConfigOptions) => {
    const { runConfig } = await import("../actions/config.ts");
    exits(await runConfig(world, options));
  });
}
