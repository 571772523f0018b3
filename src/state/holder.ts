import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type Clock, wallClock } from "../engine/clock.ts";
import { TapError } from "../engine/errors.ts";
import { hasEnded, type ProcessIdentity, thisProcess } from "./process.ts";
import { seal, unseal } from "./seal.ts";

/** Who holds a lock. */
export interface LockHolder extends ProcessIdentity {
  /** When the lock was taken, ISO 8601. */
  readonly startedAt: string;
  /** What it runs, without arguments that could be secret: `tap up --env dev`. */
  readonly command: string;
  /** Tells this lock from every other. */
  readonly nonce: string;
  /** The holder's latest sign of life, ISO 8601; only in S3, where others cannot look whether it runs. */
  readonly heartbeat?: string;
}

/** What is read at the lock's place. */
export type FoundLock = LockHolder | "free" | "unreadable";

/** What there is at the lock's place. */
export type LockState =
  | { readonly status: "free" }
  | {
      readonly status: "held";
      readonly holder: LockHolder;
      /** The holder was on this machine and has ended; the next run takes the lock over. */
      readonly stale: boolean;
      /** For how long there has been no sign of life, in milliseconds, where there should have been one. */
      readonly silentMs?: number;
    }
  /** It is not something that tap wrote. */
  | { readonly status: "unreadable" };

/** A lock that this process holds. */
export interface Lock {
  readonly holder: LockHolder;
  /** @throws LockedError when the lock was taken away, with `tap unlock` or by hand */
  check(): Promise<void>;
  /** Gives the lock back. One that was taken away meanwhile is left alone. */
  release(): Promise<void>;
}

/** Another run holds the lock of the environment. The command line ends with exit code 3. */
export class LockedError extends TapError {
  override readonly name = "LockedError";
  readonly exitCode = 3;
  /** Who holds it, where that can be read. */
  readonly holder: LockHolder | undefined;

  constructor(message: string, options: { advice: string; holder?: LockHolder }) {
    super(message, options);
    this.holder = options.holder;
  }
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
  heartbeat: z.iso.datetime().exactOptional(),
});

/** This process, as the holder of a new lock. */
export async function newHolder(command: string, clock: Clock): Promise<LockHolder> {
  return {
    ...(await thisProcess()),
    startedAt: new Date(clock.now()).toISOString(),
    command,
    nonce: randomUUID(),
  };
}

/** The text of a lock. */
export const formatHolder = (holder: LockHolder): string => seal(holder);

/** Reads the text of a lock; undefined when there is none. */
export function parseHolder(text: string | undefined): FoundLock {
  if (text === undefined) return "free";
  const found = unseal(text);
  // Of a lock that is not as it was written, another process may seem to be the holder: one that has ended.
  if (found.is !== "whole") return "unreadable";
  return holderSchema.safeParse(found.content).data ?? "unreadable";
}

/** Without a sign of life for so long, a holder has probably ended. It may also be cut off, so nobody takes its lock. */
const silentMs = 120_000;

/** What is found, for those who only look. */
export async function stateOf(found: FoundLock, clock: Clock = wallClock): Promise<LockState> {
  if (typeof found === "string") return { status: found };
  const { heartbeat } = found;
  // By the clocks of two machines.
  const silence = heartbeat === undefined ? 0 : clock.now() - Date.parse(heartbeat);
  const stale = await hasEnded(found);
  return { status: "held", holder: found, stale, ...(silence > silentMs ? { silentMs: silence } : {}) };
}

/**
 * What is found, if it may be replaced: no lock, or that of a holder that was on this machine and has ended.
 *
 * @throws LockedError when it may not
 */
export async function requireEnded(names: LockNames, found: FoundLock, clock?: Clock): Promise<LockHolder | "free"> {
  const state = await stateOf(found, clock);
  if (state.status === "free") return "free";
  if (state.status === "held" && state.stale) return state.holder;
  throw lockedError(names, state);
}

/** Whether it is the lock of this nonce. */
export const hasNonce = (found: FoundLock, nonce: string): boolean =>
  typeof found !== "string" && found.nonce === nonce;

/** Whether `tap unlock` may remove it: any lock, or only that of the nonce that the user was shown. */
export const mayRemove = (found: FoundLock, nonce: string | undefined): boolean =>
  found !== "free" && (nonce === undefined || hasNonce(found, nonce));

/** A time without a sign of life, for messages. */
export const minutes = (ms: number): string => `${Math.floor(ms / 60_000)} min`;

/** What messages about a lock say. */
export interface LockNames {
  readonly environment: string;
  /** The lock's path or key. */
  readonly name: string;
  /** The command that removes it. */
  readonly unlock: string;
}

/** The error of a run that finds the lock taken. */
function lockedError(names: LockNames, state: Exclude<LockState, { readonly status: "free" }>): LockedError {
  const { environment, name, unlock } = names;
  if (state.status === "unreadable") {
    return new LockedError(`${environment} is locked by ${name}, which tap did not write`, {
      advice: `Look at it. When no run is at work, "${unlock}" removes it.`,
    });
  }
  const { holder, silentMs } = state;
  const { owner, pid, startedAt, command } = holder;
  const silent = silentMs === undefined ? "" : `, but has given no sign of life for ${minutes(silentMs)}`;
  const wait = silentMs === undefined ? "Wait until it has ended. If it has" : "It has probably ended: look. If it has";
  return new LockedError(
    `${environment} is locked: ${owner} has been running "${command}" since ${startedAt} (pid ${pid})${silent}`,
    { advice: `${wait}, and the lock is still there, "${unlock}" removes it.`, holder },
  );
}

/** The error of a run whose lock was taken away. */
export function lostError({ environment }: LockNames, now: FoundLock): LockedError {
  const who = typeof now === "string" ? "nobody that is known" : now.owner;
  return new LockedError(`this run has lost the lock of ${environment} to ${who}, and stops`, {
    advice: "Wait until no other run is at work, and run the same command again: it continues.",
  });
}
