import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { listening } from "../interrupt.ts";
import type { Io } from "../io.ts";
import { type Runs, requestOf, withChange, withCommon, withEnvironments, withExamples } from "../options.ts";

/** `tap down` */
export function downCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("down")
    .summary("take everything down, in reverse")
    .description(
      "Takes the whole environment down, in reverse, and searches the account afterwards for anything left. Shows what will be removed and asks first. What an environment protects is kept: a final snapshot of the database, backups, objects, logs, the hosted zone and the key that encrypts them.",
    )
    .option("--purge", "destroy the protected data as well; asks for the environment's name")
    .option("--confirm <name>", "the environment's name, instead of typing it for --purge");
  const command = withExamples(withCommon(withChange(withEnvironments(flags))), [
    ["tap down --env dev --local --yes", "the platform on this machine"],
    ["tap down --env dev", "show what will be removed, ask, and do it"],
    ["tap down --env dev --suffix pr-42", "only that copy"],
    ["tap down --env prod", "keep the data: `tap up` restores it"],
    ["tap down --env prod --purge", "destroy the data, too"],
  ]);
  return runs(command, async ({ purge = false, confirm, ...options }) => {
    const [{ InputError }, { namedEnvironments }, { planToTakeDown, requireRemovable }, { change }] = await Promise.all(
      [
        import("../../config/errors.ts"),
        import("../../session/environment.ts"),
        import("../down.ts"),
        import("../run-environments.ts"),
      ],
    );
    return listening(io, async (interruption) => {
      const { race, signal } = interruption;
      const environments = await race(namedEnvironments(requestOf(io, options, signal), io.clock));
      const [{ name }, ...others] = environments;
      if (purge && others.length > 0) {
        throw new InputError([{ path: "--purge", expected: "--env to name one environment only" }]);
      }
      if (confirm !== undefined && (confirm !== name || others.length > 0)) {
        throw new InputError([{ path: "--confirm", value: confirm, expected: `the environment's name, ${name}` }]);
      }
      for (const environment of environments) await race(requireRemovable(environment, purge));
      // Neither a "y" nor --yes destroys what is protected: the name has to be typed, or given.
      const { yes: _, ...unconfirmed } = options;
      const confirmed = confirm === undefined ? {} : { yes: true as const };
      const { dryRun = false, cost } = options;
      return change(io, interruption, environments, purge ? { ...unconfirmed, ...confirmed } : options, {
        name: "down",
        plan: (work) => planToTakeDown(work, { dryRun, purge, cost }),
        question: (subjects) => `Remove ${subjects}?${purge ? " This destroys its data for good." : ""}`,
        ...(purge ? { word: name } : {}),
      });
    });
  });
}
