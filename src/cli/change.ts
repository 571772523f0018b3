import { makeRunReporter } from "../report/reporter.ts";
import { requireAnswerable } from "./confirm.ts";
import type { NamedRequest } from "./environments.ts";
import { type Changing, Fleet } from "./fleet.ts";
import type { ChangeOptions } from "./options.ts";
import type { World } from "./world.ts";

/** What to do after an interruption. */
export const toContinue = "What was begun is noted: run the same command again to continue.";

/**
 * Opens the environments, in order; shows what will be done in each, asks once, and does it in all at the same time.
 * When one cannot be opened, nothing is changed in any; what fails later stops only itself. They are closed whatever
 * happens.
 *
 * @returns the worst exit code
 * @throws {InputError} when there is nobody to ask, before anything else happens
 */
export async function change<Aws>(
  world: World<Aws>,
  requests: readonly NamedRequest[],
  options: ChangeOptions,
  changing: Changing<Aws>,
): Promise<number> {
  const { dryRun = false, yes = false, json = false, verbose = false } = options;
  if (!dryRun) requireAnswerable(world, yes);
  const reporter = await makeRunReporter({ ...world, json, plain: verbose });
  const fleet = new Fleet(world, reporter, requests, options, changing);
  let code: number;
  try {
    code = await fleet.run();
  } catch (error) {
    // What went wrong first is what matters; a lock that stays is shown to the next run.
    await fleet.close().catch(() => undefined);
    throw error;
  }
  await fleet.close();
  return code;
}
