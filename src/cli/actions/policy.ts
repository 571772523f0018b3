import { InputError } from "../../config/errors.ts";
import { makeReporter } from "../../report/reporter.ts";
import { settingsWithoutAws } from "../../session/environment.ts";
import type { PolicyOptions } from "../commands/policy.ts";
import { exitCodes } from "../exit.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap policy`. @returns the exit code */
export async function runPolicy<Aws>(world: World<Aws>, options: PolicyOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const settings = await settingsWithoutAws(requestOf(world, options));
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
