import { readFile } from "node:fs/promises";
import { suffixExpectation } from "../config/suffix.ts";
import { isCode, namesIn, removeDurably, removeTemporaries, writeAtomically } from "./atomic.ts";
import type { StateHome, StatePlace, StateText } from "./backend.ts";
import { StateError, StateWriteError } from "./errors.ts";
import { acquireLock, forceUnlock, readLock } from "./lock.ts";
import { folderOf, lockPath, type Place, statePath } from "./paths.ts";

/** Makes `text` the durable content of `path`, all or nothing. */
export type WriteFile = (path: string, text: string) => Promise<void>;

/** A state file. */
export function fileText(place: Place, write: WriteFile = writeAtomically): StateText {
  const path = statePath(place);
  let tidied = false;
  return {
    name: path,
    read: async () => {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if (isCode(error, "ENOENT")) return undefined;
        throw new StateError(`${path} cannot be read: ${messageOf(error)}`, {
          advice: "Make it readable for this user, or move it away: tap finds everything again by its tags and names.",
          cause: error,
        });
      }
    },
    write: async (text) => {
      try {
        if (!tidied) await removeTemporaries(path);
        tidied = true;
        await write(path, text);
      } catch (error) {
        throw failure(path, "written", error);
      }
    },
    remove: async () => {
      try {
        await removeDurably(path);
        await removeTemporaries(path);
      } catch (error) {
        throw failure(path, "removed", error);
      }
    },
  };
}

const failure = (path: string, done: string, error: unknown) =>
  new StateWriteError(`${path} cannot be ${done}: ${messageOf(error)}`, {
    advice: "Free disk space, or make the folder writable for this user, and run the same command again.",
    cause: error,
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The environments that have a state file, sorted. */
export async function listEnvironments(dir: string, local: boolean): Promise<string[]> {
  return environmentsOf(await namesIn(folderOf({ dir, local })));
}

/** The environments whose state files are among these names, sorted. */
export const environmentsOf = (names: readonly string[]): string[] =>
  names
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .filter((name) => suffixExpectation(name) === undefined)
    .sort();

/** The states and locks in a folder of this machine. */
export function folderHome(dir: string, local: boolean): StateHome {
  return {
    name: folderOf({ dir, local }),
    environments: () => listEnvironments(dir, local),
    of: (environment): StatePlace => {
      const place = { dir, environment, local };
      return {
        environment,
        lockName: lockPath(place),
        text: () => fileText(place),
        lock: (options) => acquireLock({ ...place, ...options }),
        readLock: () => readLock(place),
        forceUnlock: (nonce) => forceUnlock(place, nonce),
      };
    },
  };
}
