import { diskRefusal } from "../config/disk.ts";
import { readText } from "../config/read-text.ts";
import { suffixExpectation } from "../config/suffix.ts";
import { namesIn, removeDurably, removeTemporaries, writeAtomically } from "./atomic.ts";
import type { StateBackend, StateBlob, StateSlot } from "./backend.ts";
import { StateError, StateWriteError } from "./errors.ts";
import { type AppendFile, appendDurably, JournalFile, replay } from "./journal-file.ts";
import { acquireLock, forceUnlock, readLock } from "./lock.ts";
import { folderOf, journalPath, lockPath, type Place, statePath } from "./paths.ts";
import { formatState, parseState } from "./schema.ts";

/** How state files are written. */
export interface Disk {
  /** Makes `text` the durable content of `path`, all or nothing. */
  readonly write: (path: string, text: string) => Promise<void>;
  readonly append: AppendFile;
}

const realDisk: Disk = { write: writeAtomically, append: appendDurably };

/** A state file, and the journal beside it while a run is at work. */
export function fileBlob(place: Place, disk: Disk = realDisk): StateBlob {
  const path = statePath(place);
  const journal = new JournalFile(journalPath(path), disk.append);
  /** What the file holds, once this process has written it. */
  let written: string | undefined;
  const explained = async (done: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      throw failure(path, done, error);
    }
  };
  return {
    name: path,
    read: () => readStateText(path),
    write: (text) =>
      explained("written", async () => {
        if (written === undefined) {
          await removeTemporaries(path);
          // It belonged to a file that is gone, and counts for nothing: it must not stand beside another one.
          if ((await readIfThere(path)) === undefined) await journal.remove();
        }
        await disk.write(path, text);
        written = text;
        await journal.remove();
      }),
    append: (change) =>
      explained("written", async () => {
        if (written === undefined) throw new Error("a journal continues what this process has written");
        await journal.append(change, written);
      }),
    remove: () =>
      explained("removed", async () => {
        await journal.remove();
        await removeDurably(path);
        await removeTemporaries(path);
        written = undefined;
      }),
  };
}

/**
 * The text of a state file, as if it had been written whole at the latest change in the journal beside it. Undefined
 * when there is no such file, whatever the journal.
 *
 * @throws StateError when one of them cannot be used
 */
export async function readStateText(path: string): Promise<string | undefined> {
  for (;;) {
    const text = await readIfThere(path);
    if (text === undefined) return undefined;
    const beside = journalPath(path);
    const journal = await readIfThere(beside);
    // A run at work may write it whole, and begin another journal, at any moment.
    if ((await readIfThere(path)) !== text) continue;
    return journal === undefined ? text : formatState(replay(parseState(text, path), text, journal, beside));
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (error) {
    throw new StateError(`${path} ${messageOf(error)}`, {
      advice: "Make it readable for this user, or move it away: tap finds everything again by its tags and names.",
      cause: error,
    });
  }
}

const failure = (path: string, done: string, error: unknown) =>
  new StateWriteError(`${path} cannot be ${done}: ${diskRefusal(error, path) ?? messageOf(error)}`, {
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
export function folderBackend(dir: string, local: boolean): StateBackend {
  return {
    name: folderOf({ dir, local }),
    environments: () => listEnvironments(dir, local),
    of: (environment): StateSlot => {
      const place = { dir, environment, local };
      return {
        environment,
        lockName: lockPath(place),
        text: () => fileBlob(place),
        lock: (options) => acquireLock({ ...place, ...options }),
        readLock: () => readLock(place),
        forceUnlock: (nonce) => forceUnlock(place, nonce),
      };
    },
  };
}
