import { existsSync } from "node:fs";
import { join } from "node:path";
import { SCHEMA_FILE, SETTINGS_FILE } from "../../config/file.ts";
import { makeReporter } from "../../report/reporter.ts";
import { resolveEnvironment } from "../../session/environment.ts";
import type { ConfigOptions } from "../commands/config.ts";
import { exitCodes } from "../exit.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap config`. @returns the exit code */
export async function runConfig<Aws>(world: World<Aws>, options: ConfigOptions): Promise<number> {
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
