import { Command } from "commander";
import { debugLogOption, type EnvironmentOptions, stateOption, withCommon, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap unlock` takes. */
export interface UnlockOptions extends EnvironmentOptions {
  readonly yes?: true;
}

/** `tap unlock` */
export function unlockCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("unlock")
    .summary("remove the lock of a run that is no longer at work")
    .description(
      "Shows who holds the lock of an environment, asks, and removes it. A lock whose holder has ended on this machine needs no unlocking: the next run takes it over.",
    )
    .option("-e, --env <name>", "the environment")
    .option("--suffix <suffix>", "a copy on the environment's settings (or ENVIRONMENT_SUFFIX)")
    .option("--local", "on the local AWS")
    .addOption(stateOption())
    .addOption(debugLogOption())
    .option("-y, --yes", "do not ask");
  withCommon(command);
  withExamples(command, [
    ["tap unlock --env dev", "show whose lock it is, and ask"],
    ["tap unlock --env prod --state s3://acme-tap-state/trading", "a lock in S3"],
  ]);
  return command.action(async (options: UnlockOptions) => {
    const { runUnlock } = await import("../actions/unlock.ts");
    exits(await runUnlock(world, options));
  });
}
