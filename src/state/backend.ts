import type { Clock } from "../engine/clock.ts";
import type { Lock, LockState } from "./holder.ts";
import type { StateChange } from "./schema.ts";

/** Where the text of one environment's state is: a file, or an object in S3. The holder of the lock writes to it. */
export interface StateBlob {
  /** How messages call it: a path, or `s3://bucket/key`. */
  readonly name: string;
  /**
   * What was written last; undefined when there is none.
   *
   * @throws StateError when it cannot be read
   */
  read(): Promise<string | undefined>;
  /**
   * Resolves when the text is durable; all or nothing.
   *
   * @throws StateWriteError
   * @throws StateChangedError when somebody else has written since it was read, where that can be told
   */
  write(text: string): Promise<void>;
  /**
   * Notes what has changed since the latest `write`, which has succeeded, as has every `append` after it. Resolves when
   * the change is durable. Absent where the text can only be written whole.
   *
   * @throws as `write` does
   */
  readonly append?: (change: StateChange) => Promise<void>;
  /** Removes it, if it is there, for good. @throws as `write` does */
  remove(): Promise<void>;
}

/** The state and the lock of one environment. */
export interface StateSlot {
  readonly environment: string;
  /** The lock, as messages call it. */
  readonly lockName: string;
  /** The state, as it is found by the next read. */
  text(): StateBlob;
  /**
   * Takes the lock.
   *
   * @param options what this process runs, for others to see
   * @throws LockedError when another run holds it
   */
  lock(options: { readonly command: string; readonly clock: Clock }): Promise<Lock>;
  /** Looks at the lock, changing nothing. */
  readLock(): Promise<LockState>;
  /**
   * Removes the lock, whoever holds it.
   *
   * @param nonce only when it is still this one: the one that the user was shown
   * @returns whether a lock was removed
   */
  forceUnlock(nonce?: string): Promise<boolean>;
}

/** Where states and locks are kept: a folder on this machine, or a prefix of a bucket. */
export interface StateBackend {
  /** How messages call it. */
  readonly name: string;
  /** The environments that have a state there, sorted. */
  environments(): Promise<string[]>;
  of(environment: string): StateSlot;
}
