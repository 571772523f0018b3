import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { makeReporter } from "../../report/reporter.ts";
import { sanitise } from "../../report/text.ts";
import { exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { debugLogOption, type Runs, requestOf, stateOption, withCommon, withExamples } from "../options.ts";

/** `tap unlock` */
export function unlockCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("unlock")
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
  const command = withExamples(withCommon(flags), [
    ["tap unlock --env dev", "show whose lock it is, and ask"],
    ["tap unlock --env prod --state s3://acme-tap-state/trading", "a lock in S3"],
  ]);
  return runs(command, async ({ yes = false, ...options }) => {
    const [{ findEnvironment }, { minutes }, { confirm, requireAnswerable }] = await Promise.all([
      import("../../session/environment.ts"),
      import("../../state/holder.ts"),
      import("../confirm.ts"),
    ]);
    const reporter = makeReporter({ ...io, json: false });
    const environment = await findEnvironment(requestOf(io, options), io.clock);
    const place = await environment.place();
    const lock = await place.readLock();
    if (lock.status === "free") {
      reporter.say(`${environment.name} is not locked.`);
      return exitCodes.done;
    }
    if (lock.status === "held") {
      const { owner, host, pid, startedAt, command } = lock.holder;
      const silent = lock.silentMs === undefined ? "" : `, without a sign of life for ${minutes(lock.silentMs)}`;
      const ended = lock.stale ? " and has ended" : silent;
      const run = `"${command}", process ${pid} on ${host}, since ${startedAt}${ended}`;
      reporter.say(sanitise(`${environment.name} is locked by ${owner}: ${run}.`));
    } else {
      reporter.say(`${environment.name} is locked by ${place.lockName}, which tap did not write.`);
    }
    requireAnswerable(io, yes);
    if (!yes && !(await confirm(io, reporter, "Remove the lock? Only when that run is no longer at work."))) {
      reporter.warn("The lock was left.");
      return exitCodes.failed;
    }
    const removed = await place.forceUnlock(lock.status === "held" ? lock.holder.nonce : undefined);
    reporter.say(removed ? "The lock is removed." : "The lock has changed hands meanwhile and was left.");
    return removed ? exitCodes.done : exitCodes.locked;
  });
}
