import { loadSettingsFile } from "../../config/file.ts";
import { makeReporter } from "../../report/reporter.ts";
import { clean } from "../../report/text.ts";
import { placeOf } from "../../session/environment.ts";
import { minutes } from "../../state/holder.ts";
import type { UnlockOptions } from "../commands/unlock.ts";
import { confirm, requireAnswerable } from "../confirm.ts";
import { exitCodes } from "../exit.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap unlock`. @returns the exit code */
export async function runUnlock<Aws>(world: World<Aws>, options: UnlockOptions): Promise<number> {
  const { yes = false } = options;
  const reporter = makeReporter({ ...world, json: false });
  const request = requestOf(world, options);
  const place = await placeOf(request, await loadSettingsFile(request.dir), world.clock);
  const lock = await place.readLock();
  if (lock.status === "free") {
    reporter.say(`${place.environment} is not locked.`);
    return exitCodes.done;
  }
  if (lock.status === "held") {
    const { owner, host, pid, startedAt, command } = lock.holder;
    const silent = lock.silentMs === undefined ? "" : `, without a sign of life for ${minutes(lock.silentMs)}`;
    const ended = lock.stale ? " and has ended" : silent;
    const run = `"${command}", process ${pid} on ${host}, since ${startedAt}${ended}`;
    reporter.say(clean(`${place.environment} is locked by ${owner}: ${run}.`));
  } else {
    reporter.say(`${place.environment} is locked by ${place.lockName}, which tap did not write.`);
  }
  requireAnswerable(world, yes);
  if (!yes && !(await confirm(world, reporter, "Remove the lock? Only when that run is no longer at work."))) {
    reporter.warn("The lock was left.");
    return exitCodes.failed;
  }
  const removed = await place.forceUnlock(lock.status === "held" ? lock.holder.nonce : undefined);
  reporter.say(removed ? "The lock is removed." : "The lock has changed hands meanwhile and was left.");
  return removed ? exitCodes.done : exitCodes.locked;
}
