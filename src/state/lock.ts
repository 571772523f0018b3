import { link, lstat, mkdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { diskRefusal } from "../config/disk.ts";
import { readText, UnreadableFileError } from "../config/read-text.ts";
import { type Clock, wallClock } from "../engine/clock.ts";
import { TapError } from "../engine/errors.ts";
import { isCode, removeTemporaries, writeTemporary } from "./atomic.ts";
import { StateError, StateWriteError } from "./errors.ts";
import {
  type FoundLock,
  formatHolder,
  hasNonce,
  type Lock,
  type LockHolder,
  type LockNames,
  type LockState,
  lostError,
  mayRemove,
  newHolder,
  parseHolder,
  requireEnded,
  stateOf,
} from "./holder.ts";
import { lockPath, type Place } from "./paths.ts";

export interface LockOptions extends Place {
  /** What this process runs. */
  readonly command: string;
  readonly clock?: Clock;
}

/**
 * Takes the lock of an environment, or the lock of a holder that has ended.
 *
 * The lock is a file that appears under its name whole (link(2) fails when the name is taken), so a crash leaves no
 * half-written lock. Taking over a dead holder's lock needs a claim on it first: a file named after that lock's nonce,
 * made the same way, so only one process gets it. With the claim held, the lock is looked at once more: nobody else can
 * replace it now, and the claimant puts its own in its place.
 *
 * @throws LockedError when another run holds it, or what is there is no lock
 * @throws StateError when it cannot be read
 */
export async function acquireLock(options: LockOptions): Promise<Lock> {
  const path = lockPath(options);
  const holder = await newHolder(options.command, options.clock ?? wallClock);
  try {
    await mkdir(dirname(path), { recursive: true });
    while ((await attempt(options, path, holder)) === "lost");
    await removeTemporaries(path);
  } catch (error) {
    if (error instanceof TapError) throw error;
    const why = diskRefusal(error, path) ?? (error instanceof Error ? error.message : error);
    throw new StateWriteError(`${path} cannot be made: ${why}`, {
      advice: "Make the state folder writable for this user, or free disk space.",
      cause: error,
    });
  }
  return { holder, check: () => check(options, path, holder), release: () => release(path, holder) };
}

/** Looks at the lock of an environment, changing nothing. @throws StateError when it cannot be read */
export async function readLock(place: Place): Promise<LockState> {
  return stateOf(await read(lockPath(place)));
}

/**
 * Removes the lock, whoever holds it, and what is no lock as well: a link, a pipe, an empty folder.
 *
 * @param nonce only when it is still this one: the one that the user was shown
 * @returns whether a lock was removed
 * @throws StateWriteError when it cannot be removed
 */
export async function forceUnlock(place: Place, nonce?: string): Promise<boolean> {
  const path = lockPath(place);
  if (!mayRemove(await read(path), nonce)) return false;
  try {
    const there = await lstat(path);
    await (there.isDirectory() ? rmdir(path) : rm(path));
    return true;
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw new StateWriteError(`${path} cannot be removed: ${error instanceof Error ? error.message : error}`, {
      advice: "Look at what it is, and remove it by hand when no run is at work.",
      cause: error,
    });
  }
}

/** "lost": the world has changed meanwhile, and everything is to be tried again. */
type Attempt = "made" | "lost";

async function attempt(place: Place, path: string, holder: LockHolder): Promise<Attempt> {
  const mine = await writeTemporary(path, formatHolder(holder));
  try {
    const outcome = await makeName(mine, path);
    return outcome === "taken" ? await takeOver(place, path, mine) : outcome;
  } finally {
    await rm(mine, { force: true });
  }
}

/** @throws LockedError when the holder, or the one who is taking over, has not ended */
async function takeOver(place: Place, path: string, mine: string): Promise<Attempt> {
  const names = namesOf(place);
  const dead = await requireEnded(names, await read(path));
  if (dead === "free") return "lost";
  // A claimant can die as well; then its claim has to be claimed, and so on.
  for (let last = dead; ; ) {
    const claim = join(dirname(path), `.${basename(path)}.${last.nonce}.claim.tmp`);
    const outcome = await makeName(mine, claim);
    if (outcome === "made") return replace(path, dead, mine, claim);
    if (outcome === "lost") return "lost";
    const claimant = await requireEnded(names, await read(claim));
    if (claimant === "free") return "lost";
    last = claimant;
  }
}

/** Replaces the lock of `dead` by `mine`, for the one who holds the claim. */
async function replace(path: string, dead: LockHolder, mine: string, claim: string): Promise<Attempt> {
  let outcome: Attempt = "lost";
  try {
    // Someone may have taken over, and cleared the claims away, since the lock was read.
    if (hasNonce(await read(path), dead.nonce)) {
      await rename(mine, path);
      outcome = "made";
    }
  } finally {
    // Once the lock is replaced, its claims mean nothing; the new holder clears them all away.
    if (outcome === "lost") await rm(claim, { force: true });
  }
  return outcome;
}

/** Gives the file a second name, unless there is a file of that name. */
async function makeName(file: string, path: string): Promise<Attempt | "taken"> {
  try {
    await link(file, path);
    return "made";
  } catch (error) {
    if (isCode(error, "EEXIST")) return "taken";
    // A new holder has cleared our file away.
    if (isCode(error, "ENOENT")) return "lost";
    throw error;
  }
}

/** @throws StateError when it may not be read: it may be another user's */
async function read(path: string): Promise<FoundLock> {
  try {
    return parseHolder(await readText(path));
  } catch (error) {
    // No file at all. Its name is taken nevertheless.
    if (error instanceof UnreadableFileError && error.cause === undefined) return "unreadable";
    throw new StateError(`${path} ${error instanceof Error ? error.message : error}`, {
      advice: "It may be the lock of another user's run. Make it readable for this user as well.",
      cause: error,
    });
  }
}

async function check(place: Place, path: string, holder: LockHolder): Promise<void> {
  const found = await read(path);
  if (!hasNonce(found, holder.nonce)) throw lostError(namesOf(place), found);
}

/** Between look and removal only `tap unlock` could hand the lock to someone else: nobody takes it from the living. */
async function release(path: string, holder: LockHolder): Promise<void> {
  if (hasNonce(await read(path), holder.nonce)) await rm(path, { force: true });
}

/** How messages about a lock call it. */
export const namesOf = (place: Place): LockNames => ({
  environment: place.environment,
  name: lockPath(place),
  unlock: `tap unlock --env ${place.environment}${place.local ? " --local" : ""}`,
});
