import type {
  LifecycleRule,
  ObjectOwnership,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import type { TagSet } from "../tags.ts";
import type { Part, Past } from "../visibility.ts";

/** One version of an object, or a delete marker when it has no content. */
export interface Version {
  readonly key: string;
  /** "null" while versioning was never on. */
  readonly id: string;
  readonly modified: Date;
  readonly content: Content | undefined;
}

export interface Content {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly sha256: string;
  readonly type: string;
  readonly metadata: Record<string, string>;
  readonly encryption: ServerSideEncryptionRule;
}

export interface Bucket {
  readonly name: string;
  readonly created: Date;
  readonly region: string;
  readonly tags: TagSet;
  /** Undefined after its deletion; objects are then encrypted as by default. */
  encryption: ServerSideEncryptionRule | undefined;
  versioning: "Enabled" | "Suspended" | undefined;
  publicAccessBlock: PublicAccessBlockConfiguration | undefined;
  ownership: ObjectOwnership | undefined;
  policy: string | undefined;
  lifecycle: LifecycleRule[] | undefined;
  /** Newest last. */
  versions: Version[];
  uploads: { readonly id: string; readonly key: string; readonly initiated: Date }[];
}

/** What every call that names a bucket accepts. */
export interface BucketInput {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** The state of S3. */
export class S3Store {
  readonly cloud: Cloud;
  readonly buckets = new Map<string, Bucket>();
  readonly past: Past<Bucket>;
  /** How long after a deletion a conditional write of the same key is in its way, in milliseconds: see `conflicts`. */
  conflictMs = 50;
  /** When an object was deleted last, by bucket and key, in milliseconds since the epoch. */
  readonly deletions = new Map<string, number>();
  /** How a bucket without encryption answers: as recorded since 2023, or as recorded before. */
  withoutEncryption: "empty" | "not found" = "empty";
  /** Names that another account holds: bucket names are global. */
  readonly foreign = new Set<string>();
  /** By key: what the next batch that is to delete it says of it. */
  readonly refusals = new Map<string, { readonly Code: string; readonly Message: string }>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.past = cloud.past(this.buckets);
  }

  /**
   * Whether a deletion came between the sending of a conditional write and its arrival, as it does when it was carried
   * out less than half the latency ago. PutObject API, If-Match and If-None-Match: "If a conflicting operation occurs
   * during the upload S3 returns a 409 ConditionalRequestConflict response."
   */
  conflicts(bucket: string, key: string): boolean {
    const deleted = this.deletions.get(`${bucket}/${key}`);
    return deleted !== undefined && this.cloud.now() - deleted < this.conflictMs;
  }

  /** @throws NoSuchBucket, or AccessDenied for another account's bucket or another expected owner */
  bucket({ Bucket = "", ExpectedBucketOwner }: BucketInput): Bucket {
    if (this.foreign.has(Bucket)) throw accessDenied();
    const bucket = this.buckets.get(Bucket);
    if (!bucket) throw noSuchBucket(Bucket);
    if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== this.cloud.account) throw accessDenied();
    return bucket;
  }

  /** The bucket as one setting of it is seen: NoSuchBucket for a while after CreateBucket, then what it was before. */
  read(input: BucketInput, part: Part): Bucket {
    const seen = this.past.seen(this.bucket(input).name, part);
    if (!seen) throw noSuchBucket(input.Bucket);
    return seen;
  }

  /** A bucket that has reached whatever is to change it. */
  settled(input: BucketInput): Bucket {
    this.read(input, "s3@s3");
    return this.bucket(input);
  }
}

function noSuchBucket(BucketName = "") {
  return awsError("NoSuchBucket", "The specified bucket does not exist", 404, { Code: "NoSuchBucket", BucketName });
}

/** Errors of S3 carry their code once more, as `Code`, and what they are about, as `BucketName` or `Key`. */
export function s3Error(code: string, message: string, status = 400, about: object = {}) {
  return awsError(code, message, status, { Code: code, ...about });
}

export function accessDenied() {
  return s3Error("AccessDenied", "Access Denied", 403);
}
