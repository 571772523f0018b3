import { Command } from "commander";
import { type EnvironmentOptions, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** `tap config` */
export function configCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("config")
    .summary("print the settings of an environment, and where they live")
    .description(
      `Prints every setting of an environment, and where the settings file lives. What is printed is a settings file itself: put what you want to be different into tap.yaml. Asks AWS nothing, but for the state where that is shared.`,
    );
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap config --env dev", "all settings of dev"],
    ["tap config --env prod > tap.yaml", "start a settings file"],
  ]);
  return command.action(async (options: EnvironmentOptions) => {
    const { runConfig } = await import("../actions/config.ts");
    exits(await runConfig(world, options));
  });
}
