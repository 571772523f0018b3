import { Readable } from "node:stream";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { UnmodelledError } from "../errors.ts";
import { defaultEncryption } from "./settings.ts";
import { type Bucket, type Content, s3Error } from "./store.ts";

type Condition = { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined };

/** S3 User Guide, "Conditional requests": If-None-Match takes only `*`; If-Match on a missing key answers 404. */
export function checkCondition(
  current: { readonly content: Content } | undefined,
  { IfMatch, IfNoneMatch }: Condition,
): void {
  if (IfNoneMatch !== undefined && IfNoneMatch !== "*") {
    throw s3Error("NotImplemented", "A header you provided implies functionality that is not implemented.", 501);
  }
  if (IfNoneMatch === "*" && current) throw preconditionFailed();
  if (IfMatch === undefined) return;
  if (!current) throw s3Error("NoSuchKey", "The specified key does not exist.", 404);
  if (IfMatch !== current.content.etag) throw preconditionFailed();
}

export function preconditionFailed() {
  return s3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
}

/** The bytes of a body that is text or bytes. */
export function bytesOf(body: PutObjectCommandInput["Body"]): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return new Uint8Array(body);
  throw new UnmodelledError("s3: a body that is neither text nor bytes");
}

/** A body in the form of the SDK's; reading it needs no real time. */
export function bodyOf(bytes: Uint8Array) {
  return Object.assign(Readable.from([Buffer.from(bytes)]), {
    transformToByteArray: async () => new Uint8Array(bytes),
    transformToString: async (encoding?: string) =>
      Buffer.from(bytes).toString(encoding === "base64" || encoding === "hex" ? encoding : "utf8"),
    transformToWebStream: (): never => {
      throw new UnmodelledError("s3: web streams");
    },
  });
}

/** How a new object is encrypted: as asked for, or as the bucket says. */
export function encryptionFor(input: PutObjectCommandInput, bucket: Bucket): Content["encryption"] {
  const { ServerSideEncryption: SSEAlgorithm, SSEKMSKeyId } = input;
  // DeleteBucketEncryption API: "resets the default encryption for the bucket as SSE-S3".
  const standing = bucket.encryption ?? defaultEncryption;
  if (SSEAlgorithm === undefined) return standing;
  const key = SSEKMSKeyId ?? standing.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(SSEAlgorithm !== "AES256" && { KMSMasterKeyID: key }) },
    BucketKeyEnabled: input.BucketKeyEnabled ?? standing.BucketKeyEnabled,
  };
}

/** Encryption as the outputs of object calls show it. */
export function encryptionOf({ encryption }: Content) {
  const { SSEAlgorithm, KMSMasterKeyID } = encryption.ApplyServerSideEncryptionByDefault ?? {};
  return {
    ServerSideEncryption: SSEAlgorithm,
    ...(KMSMasterKeyID !== undefined && { SSEKMSKeyId: KMSMasterKeyID, BucketKeyEnabled: encryption.BucketKeyEnabled }),
  };
}
