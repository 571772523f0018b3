import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import type { StateBackend } from "../../src/state/backend.ts";
import { s3Backend } from "../../src/state/s3/backend.ts";
import { StateBucket } from "../../src/state/s3/bucket.ts";
import { VirtualClock } from "../cloud/clock.ts";
import { type Call, Cloud, type CloudOptions } from "../cloud/cloud.ts";
import { currentVersion } from "../cloud/s3/objects.ts";

export const location = { bucket: "acme-tap-state", prefix: "trading" };

/** A bucket for shared state in an account in memory. */
export class SharedBucket {
  readonly clock = new VirtualClock();
  readonly cloud: Cloud;
  /** Where states and locks are kept, as one process sees it. */
  readonly home: StateBackend;

  constructor(options: CloudOptions = {}) {
    this.cloud = new Cloud({ clock: this.clock, options });
    this.cloud.connect();
    onTestFinished(() => this.cloud.disconnect());
    const { bucket: Bucket } = location;
    this.cloud.call(new CreateBucketCommand({ Bucket }));
    this.cloud.call(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    this.home = this.open();
  }

  /** The same place, as another process sees it. */
  open(): StateBackend {
    return s3Backend(this.#options);
  }

  bucket(): StateBucket {
    return new StateBucket(this.#options);
  }

  get #options() {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    return { location, region: "us-east-1", credentials, clock: this.clock };
  }

  /** What an object says now; undefined when it is not there. */
  text(file: string): string | undefined {
    const { bytes } = this.#current(file)?.content ?? {};
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  }

  encryption(file: string) {
    return this.#current(file)?.content.encryption;
  }

  /** How often an object was written. */
  versions(file: string): number {
    return this.#bucket.versions.filter(({ key, content }) => key === `trading/${file}` && content).length;
  }

  /** Mutating calls so far, by operation. */
  writes(): Call[] {
    return this.cloud.log.filter(({ mutating }) => mutating);
  }

  /** Lets the first call of an operation come to grief. */
  once(operation: string, mishap: (apply: () => object) => object | Promise<object>): void {
    let over = false;
    this.cloud.intercept = (call, apply) => {
      if (over || call.operation !== operation) return apply();
      over = true;
      return mishap(() => apply());
    };
  }

  get #bucket() {
    const bucket = this.cloud.services.s3.store.buckets.get(location.bucket);
    if (bucket === undefined) throw new Error("the bucket is gone");
    return bucket;
  }

  #current(file: string) {
    return currentVersion(this.#bucket, `trading/${file}`);
  }
}
