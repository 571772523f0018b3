import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { type Clock, wallClock } from "../engine/clock.ts";
import { isCode, removeTemporaries, writeTemporary } from "./atomic.ts";
import { LockedError, StateWriteError } from "./errors.ts";
import { lockPath, type Place } from "./paths.ts";
import { hasEnded, type ProcessIdentity, thisProcess } from "./process.ts";

/** Who holds a lock. */
export interface LockHolder extends ProcessIdentity {
  /** When the lock was taken, ISO 8601. */
  readonly startedAt: string;
  /** What it runs, without arguments that could be secret: `tap up --env dev`. */
  readonly command: string;
  /** Tells this lock from every other. */
  readonly nonce: string;
}

/** What there is at the lock's place. */
export type LockState =
  | { readonly status: "free" }
  /** `stale`: the holder was on this machine and has ended; the next run takes the lock over. */
  | { readonly status: "held"; readonly holder: LockHolder; readonly stale: boolean }
  /** The file is not one that tap wrote. */
  | { readonly status: "unreadable" };

/** A lock that this process holds. */
export interface Lock {
  readonly holder: LockHolder;
  /** @throws LockedError when the lock was taken away, with `tap unlock` or by hand */
  check(): Promise<void>;
  /** Gives the lock back. One that was taken away meanwhile is left alone. */
  release(): Promise<void>;
}

export interface LockOptions extends Place {
  /** What this process runs. */
  readonly command: string;
  readonly clock?: Clock;
}

const holderSchema: z.ZodType<LockHolder> = z.object({
  owner: z.string(),
  host: z.string(),
  machine: z.string().exactOptional(),
  pid: z.int().positive(),
  started: z.string().exactOptional(),
  startedAt: z.string(),
  command: z.string(),
  nonce: z.uuid(),
});

/**
 * Takes the lock of an environment, or the lock of a holder that has ended.
 *
 * The lock is a file that appears under its name whole (link(2) fails when the name is taken), so a crash leaves no
 * half-written lock. Taking over a dead holder's lock needs a claim on it first: a file named after that lock's nonce,
 * made the same way, so only one process gets it. With the claim held, the lock is looked at once more: nobody else can
 * replace it now, and the claimant puts its own in its place.
 *
 * @throws LockedError when another run holds it
 */
export async function acquireLock(options: LockOptions): Promise<Lock> {
  const path = lockPath(options);
  const holder: LockHolder = {
    ...(await thisProcess()),
    startedAt: new Date((options.clock ?? wallClock).now()).toISOString(),
    command: options.command,
    nonce: randomUUID(),
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    while ((await attempt(options, path, holder)) === "lost");
    await removeTemporaries(path);
  } catch (error) {
    if (error instanceof LockedError) throw error;
    throw new StateWriteError(`${path} cannot be made: ${error instanceof Error ? error.message : error}`, {
      advice: "Make the state folder writable for this user, or free disk space.",
      cause: error,
    });
  }
  return { holder, check: () => check(options, path, holder), release: () => release(path, holder) };
}

/** Looks at the lock of an environment, changing nothing. */
export async function readLock(place: Place): Promise<LockState> {
  const found = await read(lockPath(place));
  if (found === "free" || found === "unreadable") return { status: found };
  return { status: "held", holder: found, stale: await hasEnded(found) };
}

/**
 * Removes the lock, whoever holds it.
 *
 * @param nonce only when it is still this one: the one that the user was shown
 * @returns whether a lock was removed
 */
export async function forceUnlock(place: Place, nonce?: string): Promise<boolean> {
  const path = lockPath(place);
  const found = await read(path);
  if (found === "free") return false;
  if (nonce !== undefined && (found === "unreadable" || found.nonce !== nonce)) return false;
  await rm(path, { force: true });
  return true;
}

/** "lost": the world has changed meanwhile, and everything is to be tried again. */
type Outcome = "made" | "lost";

async function attempt(place: Place, path: string, holder: LockHolder): Promise<Outcome> {
  const mine = await writeTemporary(path, `${JSON.stringify(holder, null, 2)}\n`);
  try {
    const outcome = await makeName(mine, path);
    return outcome === "taken" ? await takeOver(place, path, mine) : outcome;
  } finally {
    await rm(mine, { force: true });
  }
}

/** @throws LockedError when the holder, or the one who is taking over, has not ended */
async function takeOver(place: Place, path: string, mine: string): Promise<Outcome> {
  const dead = await readEnded(place, path, path);
  if (dead === "free") return "lost";
  // A claimant can die as well; then its claim has to be claimed, and so on.
  for (let last = dead; ; ) {
    const claim = join(dirname(path), `.${basename(path)}.${last.nonce}.claim.tmp`);
    const outcome = await makeName(mine, claim);
    if (outcome === "made") return replace(path, dead, mine, claim);
    if (outcome === "lost") return "lost";
    const claimant = await readEnded(place, path, claim);
    if (claimant === "free") return "lost";
    last = claimant;
  }
}

/** Replaces the lock of `dead` by `mine`, for the one who holds the claim. */
async function replace(path: string, dead: LockHolder, mine: string, claim: string): Promise<Outcome> {
  let outcome: Outcome = "lost";
  try {
    // Someone may have taken over, and cleared the claims away, since the lock was read.
    if (nonceOf(await read(path)) === dead.nonce) {
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
async function makeName(file: string, path: string): Promise<Outcome | "taken"> {
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

async function readEnded(place: Place, path: string, file: string): Promise<LockHolder | "free"> {
  const found = await read(file);
  if (found === "free" || (found !== "unreadable" && (await hasEnded(found)))) return found;
  throw lockedError(place, path, found);
}

async function read(file: string): Promise<LockHolder | "free" | "unreadable"> {
  try {
    const parsed = holderSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
    return parsed.success ? parsed.data : "unreadable";
  } catch (error) {
    if (isCode(error, "ENOENT")) return "free";
    if (error instanceof SyntaxError) return "unreadable";
    throw error;
  }
}

function nonceOf(found: LockHolder | "free" | "unreadable"): string | undefined {
  return typeof found === "string" ? undefined : found.nonce;
}

async function check(place: Place, path: string, holder: LockHolder): Promise<void> {
  const found = await read(path);
  if (nonceOf(found) === holder.nonce) return;
  const now = typeof found === "string" ? "nobody that is known" : found.owner;
  throw new LockedError(`this run has lost the lock of ${place.environment} to ${now}, and stops`, {
    advice: "Wait until no other run is at work, and run the same command again: it continues.",
  });
}

/** Between look and removal only `tap unlock` could hand the lock to someone else: nobody takes it from the living. */
async function release(path: string, holder: LockHolder): Promise<void> {
  if (nonceOf(await read(path)) === holder.nonce) await rm(path, { force: true });
}

function lockedError(place: Place, path: string, holder: LockHolder | "unreadable"): LockedError {
  const unlock = `tap unlock --env ${place.environment}${place.local ? " --local" : ""}`;
  if (holder === "unreadable") {
    return new LockedError(`${place.environment} is locked by ${path}, which tap did not write`, {
      advice: `Look at the file. When no run is at work, "${unlock}" removes it.`,
    });
  }
  const { owner, pid, startedAt, command } = holder;
  return new LockedError(
    `${place.environment} is locked: ${owner} has been running "${command}" since ${startedAt} (pid ${pid})`,
    { advice: `Wait until it has ended. If it has, and the lock is still there, "${unlock}" removes it.`, holder },
  );
}
