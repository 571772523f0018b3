import type { Clock } from "../../engine/clock.ts";
import { GroupCommit } from "../group-commit.ts";
import {
  type FoundLock,
  formatHolder,
  hasNonce,
  type Lock,
  type LockedError,
  type LockHolder,
  type LockNames,
  type LockState,
  lostError,
  mayRemove,
  newHolder,
  parseHolder,
  requireEnded,
  stateOf,
} from "../holder.ts";
import type { StateBucket } from "./bucket.ts";
import { s3WriteFailure } from "./failure.ts";
import { ConditionalObject, OvertakenError } from "./object.ts";

/** How often a holder gives a sign of life, in milliseconds. */
const heartbeatMs = 20_000;

/**
 * Takes the lock of an environment, or the lock of a holder that was on this machine and has ended: an object that is
 * made, or replaced, only as it was last seen, so that of all who try one gets it.
 *
 * @param file the lock's name under the prefix
 * @param command what this process runs
 * @throws LockedError when another run holds it
 */
export async function acquireS3Lock(
  bucket: StateBucket,
  file: string,
  names: LockNames,
  command: string,
): Promise<Lock> {
  const { clock } = bucket;
  const holder = await newHolder(command, clock);
  const object = new ConditionalObject(bucket, file);
  for (;;) {
    await requireEnded(names, parseHolder(await object.read()), clock);
    try {
      await object.write(format(holder, clock));
      return new S3Lock(bucket, file, names, holder, object);
    } catch (error) {
      // Somebody was faster, and is now the one to look at.
      if (!(error instanceof OvertakenError)) throw s3WriteFailure(error, names.name, "made");
    }
  }
}

/** Looks at the lock of an environment, changing nothing. @throws StateError */
export async function readS3Lock(bucket: StateBucket, file: string): Promise<LockState> {
  return stateOf(await look(bucket, file), bucket.clock);
}

/**
 * Removes the lock, whoever holds it.
 *
 * @param nonce only when it is still this one
 * @returns whether a lock was removed
 */
export async function forceS3Unlock(bucket: StateBucket, file: string, nonce?: string): Promise<boolean> {
  const object = new ConditionalObject(bucket, file);
  for (;;) {
    if (!mayRemove(parseHolder(await object.read()), nonce)) return false;
    try {
      await object.remove();
      return true;
    } catch (error) {
      // A heartbeat came in between, or another holder: look again.
      if (!(error instanceof OvertakenError)) throw s3WriteFailure(error, bucket.nameOf(file), "removed");
    }
  }
}

/** A lock in S3 that this process holds; it gives signs of life until it is released. */
class S3Lock implements Lock {
  readonly holder: LockHolder;
  readonly #bucket: StateBucket;
  readonly #file: string;
  readonly #names: LockNames;
  readonly #object: ConditionalObject;
  readonly #stop = new AbortController();
  readonly #beating: Promise<void>;
  #lost: LockedError | undefined;
  readonly #looking = new GroupCommit(() => this.#look());

  constructor(bucket: StateBucket, file: string, names: LockNames, holder: LockHolder, object: ConditionalObject) {
    this.holder = holder;
    this.#bucket = bucket;
    this.#file = file;
    this.#names = names;
    this.#object = object;
    this.#beating = this.#beat();
  }

  async check(): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    await this.#looking.done();
  }

  async release(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
    try {
      await this.#object.remove();
    } catch (error) {
      if (error instanceof OvertakenError) return;
      throw s3WriteFailure(error, this.#names.name, "given back");
    }
  }

  async #look(): Promise<void> {
    const found = await look(this.#bucket, this.#file);
    if (hasNonce(found, this.holder.nonce)) return;
    this.#lost = lostError(this.#names, found);
    throw this.#lost;
  }

  async #beat(): Promise<void> {
    const { clock } = this.#bucket;
    while (this.#lost === undefined) {
      try {
        await clock.sleep(heartbeatMs, this.#stop.signal);
      } catch {
        return;
      }
      try {
        await this.#object.write(format(this.holder, clock));
      } catch (error) {
        // Any other failure passes, or stops the run at its next check.
        if (error instanceof OvertakenError) await this.#look().catch(() => undefined);
      }
    }
  }
}

async function look(bucket: StateBucket, file: string): Promise<FoundLock> {
  return parseHolder((await bucket.get(file))?.text);
}

/** The text of a lock, as of now. */
function format(holder: LockHolder, clock: Clock): string {
  const heartbeat = new Date(clock.now()).toISOString();
  return formatHolder({ ...holder, heartbeat });
}
