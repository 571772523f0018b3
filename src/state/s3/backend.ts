import type { StateBackend, StateBlob, StateSlot } from "../backend.ts";
import { StateChangedError } from "../errors.ts";
import { environmentsOf } from "../file.ts";
import { type BucketOptions, StateBucket } from "./bucket.ts";
import { s3WriteFailure } from "./failure.ts";
import { acquireS3Lock, forceS3Unlock, readS3Lock } from "./lock.ts";
import { ConditionalObject, OvertakenError } from "./object.ts";

/** The states and locks under a prefix of a bucket: `<prefix>/<environment>.json` and `<prefix>/<environment>.lock`. */
export function s3Backend(options: BucketOptions): StateBackend {
  const bucket = new StateBucket(options);
  return {
    name: bucket.name,
    environments: async () => environmentsOf(await bucket.list()),
    of: (environment): StateSlot => {
      const file = `${environment}.lock`;
      const names = {
        environment,
        name: bucket.nameOf(file),
        unlock: `tap unlock --env ${environment} --state ${bucket.name}`,
      };
      return {
        environment,
        lockName: names.name,
        text: () => s3Text(bucket, environment),
        lock: async ({ command }) => {
          await bucket.requireVersioning();
          return acquireS3Lock(bucket, file, names, command);
        },
        readLock: () => readS3Lock(bucket, file),
        forceUnlock: (nonce) => forceS3Unlock(bucket, file, nonce),
      };
    },
  };
}

/** A state in S3. */
function s3Text(bucket: StateBucket, environment: string): StateBlob {
  const file = `${environment}.json`;
  const name = bucket.nameOf(file);
  const object = new ConditionalObject(bucket, file);
  const explained = async (done: string, work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof OvertakenError)) throw s3WriteFailure(error, name, done);
      throw new StateChangedError(`${name} was written by somebody else since this run has read it`, {
        advice:
          "Nothing more is changed. Find out who it was (two runs are at work at once only when a lock was removed), then run the same command again: it continues.",
        cause: error,
      });
    }
  };
  return {
    name,
    read: () => object.read(),
    write: (text) => explained("written", object.write(text)),
    remove: () => explained("removed", object.remove()),
  };
}
