import { existsSync } from "node:fs";
import { join } from "node:path";
import { SETTINGS_FILE } from "../../config/file.ts";
import { makeReporter } from "../../report/reporter.ts";
import { resolveEnvironment } from "../../session/environment.ts";
import { exitCodes } from "../exit.ts";
import { type EnvironmentOptions, requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap config`. @returns the exit code */
export async function runConfig<Aws>(world: World<Aws>, options: EnvironmentOptions): Promise<number> {
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
