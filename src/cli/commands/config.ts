import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { SETTINGS_FILE } from "../../config/file.ts";
import { makeReporter } from "../../report/reporter.ts";
import { resolveEnvironment } from "../../session/environment.ts";
import { exitCodes } from "../exit.ts";
import { type EnvironmentOptions, requestOf, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** `tap config` */
export function configCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("config")
    .summary("print the settings of an environment, and where they live")
    .description(
      `Prints every setting of an environment, and where the settings file lives. What is printed is a settings file itself: put what you want to be different into ${SETTINGS_FILE}. Asks AWS nothing, but for the state where that is shared.`,
    );
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap config --env dev", "all settings of dev"],
    ["tap config --env prod > tap.yaml", "start a settings file"],
  ]);
  return command.action(async (options: EnvironmentOptions) => exits(await runConfig(world, options)));
}

async function runConfig<Aws>(world: World<Aws>, options: EnvironmentOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const request = requestOf(world, options);
  const { settings } = await resolveEnvironment(request, world.clock);
  // The YAML writer costs start-up time.
  const { describeSettings } = await import("../../config/describe.ts");
  const file = join(request.dir, SETTINGS_FILE);
  const there = existsSync(file) ? "" : " (not there: these are the defaults)";
  reporter.say(`# settings file: ${file}${there}\n${describeSettings(settings).trimEnd()}`);
  return exitCodes.done;
}
