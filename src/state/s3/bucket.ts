import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { type CallRecord, caller } from "../../aws/caller.ts";
import { codeOf } from "../../aws/errors.ts";
import { impatient, type Patience } from "../../aws/patience.ts";
import { throughProxy } from "../../aws/proxy.ts";
import { SharedReads } from "../../aws/reads.ts";
import { Semaphore } from "../../aws/semaphore.ts";
import { formatS3Location, type S3Location } from "../../config/location.ts";
import type { Clock } from "../../engine/clock.ts";
import { StateError } from "../errors.ts";
import { s3Failure } from "./failure.ts";

/** How to reach the bucket. */
export interface BucketOptions {
  readonly location: S3Location;
  /** Where to ask first; a bucket elsewhere is found as well. */
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  readonly clock: Clock;
  /** Of a local AWS. */
  readonly endpoint?: string;
  /** How long answers are waited for, unless as long as is usual. */
  readonly patience?: Patience;
  /** Once this is aborted, calls get a moment each: what is to be kept is still written. */
  readonly signal?: AbortSignal;
  record?(call: CallRecord): void;
}

/** An object, as it was read. */
export interface StoredObject {
  readonly text: string;
  /** S3's name for this content: what the next write must find unchanged. */
  readonly etag: string;
  /** Which write made it. */
  readonly mark: string | undefined;
}

/** The metadata entry that carries the mark of a write. */
const MARK = "tap-write";

/**
 * The objects under one prefix of a bucket. S3 is strongly consistent: a read that begins after a write has ended sees
 * it (S3 User Guide, "Amazon S3 data consistency model").
 *
 * The calls are not counted among those of a run: they change nothing of the platform.
 */
export class StateBucket {
  /** `s3://bucket/prefix` */
  readonly name: string;
  readonly clock: Clock;
  readonly #location: S3Location;
  readonly #send;

  constructor(options: BucketOptions) {
    const { location, region, credentials, clock, endpoint, patience = impatient, record, signal } = options;
    this.name = formatS3Location(location);
    this.clock = clock;
    this.#location = location;
    const line = {
      clock,
      patience,
      ...(signal === undefined ? {} : { signal }),
      take: async () => undefined,
      reads: new SharedReads(),
      reading: new Semaphore(8),
      // More than one: a heartbeat does not wait for a long write.
      writing: new Semaphore(4),
      record: (call: CallRecord) => record?.(call),
      // Beforehand, and without a limit: the user may have to sign in somewhere first.
      before: async () => {
        if (typeof credentials === "function") await credentials();
      },
    };
    // An object is read once its call has been answered: from then on, silence counts.
    const handling = { connectionTimeout: patience.connection, socketTimeout: patience.write };
    const requestHandler = endpoint === undefined ? throughProxy(handling) : handling;
    this.#send = caller(
      "s3",
      line,
      () =>
        new S3Client({
          region,
          credentials,
          // An unconditional repetition would be the SDK's; ours knows what was meant.
          maxAttempts: 1,
          followRegionRedirects: true,
          requestHandler,
          ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
        }),
    );
  }

  /** How messages call an object: `s3://bucket/prefix/dev.json`. */
  nameOf(file: string): string {
    return `${this.name}/${file}`;
  }

  /**
   * @param file its name under the prefix
   * @returns undefined when there is none
   * @throws StateError
   */
  async get(file: string): Promise<StoredObject | undefined> {
    try {
      const { Body, ETag, Metadata } = await this.#send(new GetObjectCommand(this.#target(file)));
      if (Body === undefined || ETag === undefined) throw new Error("S3 has answered without content");
      return { text: await Body.transformToString(), etag: ETag, mark: Metadata?.[MARK] };
    } catch (error) {
      if (codeOf(error) === "NoSuchKey") return undefined;
      throw s3Failure(error, this.nameOf(file), "read");
    }
  }

  /**
   * Writes an object, unless it has changed.
   *
   * @param etag what must be there: this content, or, when undefined, nothing
   * @returns the new content's ETag
   * @throws what S3 answers, PreconditionFailed (412) for one
   */
  async put(file: string, text: string, mark: string, etag: string | undefined): Promise<string> {
    const { ETag } = await this.#send(
      new PutObjectCommand({
        ...this.#target(file),
        Body: text,
        ContentType: "application/json",
        Metadata: { [MARK]: mark },
        ...(etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag }),
      }),
    );
    if (ETag === undefined) throw new Error("S3 has answered without an ETag");
    return ETag;
  }

  /**
   * Deletes an object, unless it has changed. Its versions stay.
   *
   * @throws what S3 answers, PreconditionFailed (412) for one
   */
  async delete(file: string, etag: string): Promise<void> {
    await this.#send(new DeleteObjectCommand({ ...this.#target(file), IfMatch: etag }));
  }

  /** Names of the objects under the prefix, not those further down. @throws StateError */
  async list(): Promise<string[]> {
    const { bucket: Bucket } = this.#location;
    const Prefix = this.#key("");
    const names: string[] = [];
    let token: string | undefined;
    try {
      do {
        const page: ListObjectsV2CommandOutput = await this.#send(
          new ListObjectsV2Command({ Bucket, Prefix, Delimiter: "/", ContinuationToken: token }),
        );
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) names.push(Key.slice(Prefix.length));
        token = page.NextContinuationToken;
      } while (token !== undefined);
    } catch (error) {
      throw s3Failure(error, this.name, "listed");
    }
    return names;
  }

  /** Refuses a bucket that forgets what was overwritten. @throws StateError */
  async requireVersioning(): Promise<void> {
    const { bucket: Bucket } = this.#location;
    const { Status } = await this.#send(new GetBucketVersioningCommand({ Bucket })).catch((error: unknown) => {
      throw s3Failure(error, this.name, "asked for its versioning");
    });
    if (Status === "Enabled") return;
    throw new StateError(`${this.name} cannot hold shared state: the bucket keeps no versions`, {
      advice: `Turn them on, so that a state can be brought back: aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`,
    });
  }

  #key(file: string): string {
    const { prefix } = this.#location;
    return prefix === "" ? file : `${prefix}/${file}`;
  }

  #target(file: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#location.bucket, Key: this.#key(file) };
  }
}
