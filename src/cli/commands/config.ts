import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { exitCodes } from "../exit.ts";
import { type EnvironmentOptions, requestOf, withCommon, withEnvironment, withExamples } from "../options.ts";
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
    exits(await runConfig(world, options));
  });
}

/** Runs `tap config`. @returns the exit code */
async function runConfig<Aws>(world: World<Aws>, options: ConfigOptions): Promise<number> {
  const [{ SCHEMA_FILE, SETTINGS_FILE }, { makeReporter }, { resolveEnvironment }] = await Promise.all([
    import("../../config/file.ts"),
    import("../../report/reporter.ts"),
    import("../../session/environment.ts"),
  ]);
  const reporter = makeReporter({ ...world, json: false });
  if (options.schema) {
    // The schema's library costs start-up time.
    const { settingsJsonSchema } = await import("../../config/json-schema.ts");
    reporter.say(JSON.stringify(settingsJsonSchema(), undefined, 2));
    return exitCodes.done;
  }
  const request = requestOf(world, options);
  const { settings } = await resolveEnvironment(request, world.clock);
  // The YAML writer costs start-up time.
  const { describeSettings } = await import("../../config/describe.ts");
  const file = join(request.dir, SETTINGS_FILE);
  const there = existsSync(file) ? "" : " (not there: these are the defaults)";
  const hint = existsSync(join(request.dir, SCHEMA_FILE)) ? `# yaml-language-server: $schema=${SCHEMA_FILE}\n` : "";
  reporter.say(`${hint}# settings file: ${file}${there}\n${describeSettings(settings).trimEnd()}`);
  return exitCodes.done;
}
