import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Environment } from "../session/environment.ts";
import { isCode } from "../state/atomic.ts";
import { minutes } from "../state/holder.ts";
import { type Check, error, ok, warning } from "./check.ts";

/** Where an environment's state is. */
interface StateSubject {
  readonly environment: Environment;
  /** The folder that the state is in; absent where it is in S3. */
  readonly folder?: string;
  /** The command that removes its lock. */
  readonly unlock: string;
}

/** Whether an environment's state can be read and written, and whether another run is at work. */
export const stateChecks: readonly Check<StateSubject>[] = [
  {
    id: "state",
    run: async ({ environment, folder }) => {
      const { name } = (await environment.place()).text();
      const recorded = await environment.recorded();
      const holds = recorded === undefined ? `${environment.name} has no state yet` : `${name} can be read`;
      if (folder === undefined) return ok(`${holds}; it belongs in ${name}`);
      const nearest = await nearestFolder(folder);
      const writable = await access(nearest, constants.W_OK | constants.X_OK).then(
        () => true,
        () => false,
      );
      if (writable) return ok(`${holds}; ${folder} can be written to`);
      return error(`${nearest} cannot be written to by this user`, `sudo chown -R "$USER" '${nearest}'`);
    },
  },
  {
    id: "lock",
    run: async ({ environment, unlock }) => {
      const there = await environment.place();
      const lock = await there.readLock();
      if (lock.status === "free") return ok(`${environment.name} is not locked`);
      if (lock.status === "unreadable") return error(`${there.lockName} was not written by tap`, unlock);
      const { owner, host, pid, startedAt, command } = lock.holder;
      const run = `${owner} has locked it: "${command}", process ${pid} on ${host}, since ${startedAt}`;
      if (lock.stale) return ok(`${run}; that has ended, and the next run takes the lock over`);
      if (lock.silentMs === undefined) return warning(run, "Wait until it has ended.");
      return warning(`${run}, without a sign of life for ${minutes(lock.silentMs)}`, unlock);
    },
  },
];

/** The folder itself or, where it is not there yet, the one that it would be made in. */
export async function nearestFolder(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (failed) {
    if (!isCode(failed, "ENOENT") || dirname(folder) === folder) throw failed;
    return nearestFolder(dirname(folder));
  }
}
