import { InputError } from "../../config/errors.ts";
import { loadSettingsFile } from "../../config/file.ts";
import { resolveSettings } from "../../config/resolve.ts";
import type { Settings } from "../../config/settings.ts";
import { makeReporter } from "../../report/reporter.ts";
import { resolveEnvironment } from "../../session/environment.ts";
import type { EnvironmentRequest } from "../../session/session.ts";
import type { PolicyOptions } from "../commands/policy.ts";
import { exitCodes } from "../exit.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap policy`. @returns the exit code */
export async function runPolicy<Aws>(world: World<Aws>, options: PolicyOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const settings = await settingsOf(requestOf(world, options));
  // The tables cost start-up time.
  const [{ documentsOf }, { statementsFor }] = await Promise.all([
    import("../../policy/documents.ts"),
    import("../../policy/policy.ts"),
  ]);
  const { account, part: n } = options;
  const documents = documentsOf(statementsFor({ ...settings, ...(account && { account }) }));
  const document = n === undefined ? documents : documents[n - 1];
  if (document === undefined) {
    throw new InputError([{ path: "--part", value: n, expected: `a number from 1 to ${documents.length}` }]);
  }
  reporter.say(JSON.stringify(document, undefined, 2));
  return exitCodes.done;
}

/**
 * The settings, with what a state file in the project's folder has recorded. A state in S3 is not read: that would take
 * the very permissions that are asked for. Where it alone knows the environment or its region, the user has to name them.
 */
async function settingsOf(request: EnvironmentRequest): Promise<Settings> {
  const file = await loadSettingsFile(request.dir);
  const { state = request.state } = resolveSettings({ ...request, file, recorded: {} });
  if (state === undefined) return (await resolveEnvironment(request)).settings;
  return { ...resolveSettings({ ...request, file }), state: request.state ?? state };
}
