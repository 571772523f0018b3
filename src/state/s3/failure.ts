import { credentialsAdvice } from "../../aws/credentials-advice.ts";
import { advise, classify, codeOf, metadataOf } from "../../aws/errors.ts";
import { TapError } from "../../engine/errors.ts";
import { StateError, StateWriteError } from "../errors.ts";

/**
 * What a failed call means for the user.
 *
 * @param name what could not be used: `s3://bucket/prefix/dev.json`
 * @param done what was to be done, to be read after "cannot be"
 */
export function s3Failure(error: unknown, name: string, done: string): StateError {
  return new StateError(messageOn(error, name, done), { advice: adviceOn(error), cause: error });
}

/** The same for a write. */
export function s3WriteFailure(error: unknown, name: string, done: string): TapError {
  // Looking how it has ended has failed: that says what is wrong.
  if (error instanceof TapError) return error;
  return new StateWriteError(messageOn(error, name, done), { advice: adviceOn(error), cause: error });
}

function messageOn(error: unknown, name: string, done: string): string {
  const said = error instanceof Error ? error.message || error.name : String(error);
  const { requestId } = metadataOf(error);
  const from = requestId === undefined ? "" : ` (${codeOf(error)}, request ${requestId})`;
  return `${name} cannot be ${done}: ${said}${from}`;
}

/** What the user can do about a failed call. */
function adviceOn(error: unknown): string {
  const code = codeOf(error);
  if (code === "CredentialsProviderError") return credentialsAdvice;
  if (code === "NoSuchBucket") {
    return "Make the bucket, with versioning and without public access, or correct the state's location (--state, or state in tap.yaml).";
  }
  if (code === "AccessDenied" || metadataOf(error).status === 403) {
    return "The credentials need s3:GetObject, s3:PutObject and s3:DeleteObject on the objects, and s3:ListBucket and s3:GetBucketVersioning on the bucket (and, where it encrypts with a key of its own, kms:GenerateDataKey and kms:Decrypt on that).";
  }
  if (classify(error) === "fatal") return "Correct what the message names, then run the same command again.";
  return advise(error) ?? "Run the same command again.";
}
