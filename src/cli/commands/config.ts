import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { makeReporter } from "../../report/reporter.ts";
import { exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { type Runs, requestOf, withCommon, withEnvironment, withExamples } from "../options.ts";

/** `tap config` */
export function configCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("config")
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
  const command = withExamples(withCommon(withEnvironment(flags)), [
    ["tap config --env dev", "all settings of dev"],
    ["tap config --env prod > tap.yaml", "start a settings file"],
    ["tap config --schema > tap.schema.json", "have an editor complete it"],
  ]);
  return runs(command, async (options) => {
    const reporter = makeReporter({ ...io, json: false });
    if (options.schema) {
      // The schema's library costs start-up time.
      const { settingsJsonSchema } = await import("../../config/json-schema.ts");
      reporter.say(JSON.stringify(settingsJsonSchema(), undefined, 2));
      return exitCodes.done;
    }
    const [{ SCHEMA_FILE, SETTINGS_FILE }, { findEnvironment }] = await Promise.all([
      import("../../config/file.ts"),
      import("../../session/environment.ts"),
    ]);
    const request = requestOf(io, options);
    const settings = await (await findEnvironment(request, io.clock)).settings();
    // The YAML writer costs start-up time.
    const { describeSettings } = await import("../../config/describe.ts");
    const file = join(request.dir, SETTINGS_FILE);
    const there = existsSync(file) ? "" : " (not there: these are the defaults)";
    const editor = `# yaml-language-server: $schema=${SCHEMA_FILE}\n`;
    const hint = existsSync(join(request.dir, SCHEMA_FILE)) ? editor : "";
    reporter.say(`${hint}# settings file: ${file}${there}\n${describeSettings(settings).trimEnd()}`);
    return exitCodes.done;
  });
}
