import {
  BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Cloud } from "../cloud.ts";
import { type Operation, onlyFields, type Resource, read, type ServiceModel, write } from "../model.ts";
import { page } from "../paging.ts";
import { fromList, TagSet } from "../tags.ts";
import { currentVersion, objectOperations } from "./objects.ts";
import { defaultEncryption, settingOperations } from "./settings.ts";
import { type Bucket, S3Store, s3Error } from "./store.ts";

/** Amazon S3: general purpose buckets with their settings and objects. Lifecycle rules are kept, not carried out. */
export class S3Model implements ServiceModel {
  readonly name = "s3";
  readonly client = S3Client;
  readonly throttled = () => s3Error("SlowDown", "Please reduce your request rate.", 503);
  // Thousands of requests a second per prefix (S3 User Guide, "Optimizing performance"): never met here.
  readonly limits = [];
  readonly operations: readonly Operation[];
  readonly store: S3Store;

  constructor(cloud: Cloud) {
    this.store = new S3Store(cloud);
    this.operations = [
      ...this.#bucketOperations(cloud),
      ...settingOperations(this.store),
      ...objectOperations(this.store),
    ];
  }

  *resources(): Generator<Resource> {
    for (const bucket of this.store.buckets.values()) {
      const versions = bucket.versions.map(({ content, ...version }) => ({
        ...version,
        content: content && { ...content, bytes: content.bytes.length },
      }));
      yield {
        key: bucket.name,
        arn: `arn:aws:s3:::${bucket.name}`,
        tags: bucket.tags.all(),
        indexedTags: this.store.cloud.indexed(bucket.tags),
        state: { ...bucket, versions },
      };
    }
  }

  /** The next time that an object of this key is to be deleted in a batch, it is refused: an item of a reply of 200. */
  refuseNextDelete(key: string, Code: string, Message: string): void {
    this.store.refusals.set(key, { Code, Message });
  }

  /** Gives a bucket name to another account. */
  takeName(name: string): void {
    this.store.foreign.add(name);
  }

  /** For other services: the content of an object, if it is there. */
  objectBytes(bucketName: string, key: string, versionId?: string): Uint8Array | undefined {
    const bucket = this.store.buckets.get(bucketName);
    // S3 User Guide, "Enabling versioning": for up to 15 minutes, requests for objects written since may find none.
    if (!bucket || this.store.past.seen(bucketName, "s3@lambda")?.versioning !== bucket.versioning) return undefined;
    if (versionId === undefined) return currentVersion(bucket, key)?.content.bytes;
    return bucket.versions.find((version) => version.key === key && version.id === versionId)?.content?.bytes;
  }

  #bucketOperations(cloud: Cloud): Operation[] {
    const { store } = this;
    const target = ["Bucket", "ExpectedBucketOwner"] as const;
    const made = (name: string) => ({
      Location: cloud.region === "us-east-1" ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
      BucketArn: `arn:aws:s3:::${name}`,
    });
    return [
      write(CreateBucketCommand, ["Bucket", "CreateBucketConfiguration", "ObjectOwnership"], (input) => {
        const { Bucket: name = "", CreateBucketConfiguration: configuration } = input;
        onlyFields(configuration, "CreateBucketConfiguration", ["LocationConstraint", "Tags"]);
        checkName(name);
        // CreateBucket API, LocationConstraint: not given in us-east-1, the endpoint's region elsewhere.
        const constraint = configuration?.LocationConstraint;
        if (constraint !== (cloud.region === "us-east-1" ? undefined : cloud.region)) {
          throw s3Error(
            cloud.region === "us-east-1" ? "InvalidLocationConstraint" : "IllegalLocationConstraintException",
            `The ${constraint ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
          );
        }
        if (store.foreign.has(name)) {
          const text =
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.";
          throw s3Error("BucketAlreadyExists", text, 409);
        }
        if (store.buckets.has(name)) {
          // CreateBucket API, BucketAlreadyOwnedByYou: "in all AWS Regions except us-east-1", where the answer is 200.
          // There, too, a creation with tags is refused, be they the same ones (LocalStack snapshot
          // test_create_bucket_with_tags_us_east_1_idempotency).
          if (cloud.region === "us-east-1" && !configuration?.Tags?.length) return made(name);
          const text = "Your previous request to create the named bucket succeeded and you already own it.";
          throw s3Error("BucketAlreadyOwnedByYou", text, 409, { BucketName: name });
        }
        const bucket: Bucket = {
          name,
          created: new Date(cloud.now()),
          region: cloud.region,
          tags: new TagSet(fromList(configuration?.Tags), cloud.now()),
          encryption: defaultEncryption,
          versioning: undefined,
          // S3 User Guide: since April 2023 new buckets block public access and enforce the owner.
          publicAccessBlock: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: true,
          },
          ownership: input.ObjectOwnership ?? "BucketOwnerEnforced",
          policy: undefined,
          lifecycle: undefined,
          versions: [],
          uploads: [],
        };
        store.buckets.set(name, bucket);
        return made(name);
      }),
      read(HeadBucketCommand, target, (input) => {
        // A HEAD answer has no body: the SDK names a 404 NotFound and any other status by its number.
        const bucket = store.buckets.get(input.Bucket ?? "");
        const refused =
          store.foreign.has(input.Bucket ?? "") || (input.ExpectedBucketOwner ?? cloud.account) !== cloud.account;
        if (refused) throw s3Error("403", "UnknownError", 403);
        if (!bucket || !cloud.visible(bucket.created.getTime())) throw s3Error("NotFound", "UnknownError", 404);
        return { BucketArn: `arn:aws:s3:::${bucket.name}`, BucketRegion: bucket.region, AccessPointAlias: false };
      }),
      read(GetBucketLocationCommand, target, (input) => {
        const { region } = store.bucket(input);
        // GetBucketLocation API: "Buckets in Region us-east-1 have a LocationConstraint of null".
        const constraint = Object.values(BucketLocationConstraint).find((value) => value === region);
        return constraint === undefined ? {} : { LocationConstraint: constraint };
      }),
      read(ListBucketsCommand, ["Prefix", "MaxBuckets", "ContinuationToken", "BucketRegion"], (input) => {
        const { Prefix = "", BucketRegion: region, MaxBuckets, ContinuationToken } = input;
        const found = [...store.buckets.values()].filter(
          (bucket) =>
            bucket.name.startsWith(Prefix) &&
            (region === undefined || bucket.region === region) &&
            cloud.visible(bucket.created.getTime()),
        );
        const bad = () => s3Error("InvalidArgument", "The continuation token provided is incorrect");
        // Without MaxBuckets, everything comes at once (ListBuckets API).
        const size = MaxBuckets === undefined ? found.length : Math.min(MaxBuckets, cloud.pageSize);
        const { items, next } = page(found, ({ name }) => name, size, ContinuationToken, bad);
        const Buckets = items.map((bucket) => ({
          Name: bucket.name,
          CreationDate: bucket.created,
          BucketRegion: bucket.region,
          BucketArn: `arn:aws:s3:::${bucket.name}`,
        }));
        return { Buckets, ...(next !== undefined && { ContinuationToken: next }) };
      }),
      write(DeleteBucketCommand, target, (input) => {
        const bucket = store.bucket(input);
        // DeleteBucket API: all objects, versions and delete markers must be gone. Uploads too: stricter than S3, so that
        // a teardown which forgets to abort them shows (aws-notes trap 11).
        if (bucket.versions.length > 0 || bucket.uploads.length > 0) {
          const more = bucket.versioning === undefined ? "" : ". You must delete all versions in the bucket.";
          const text = `The bucket you tried to delete is not empty${more}`;
          throw s3Error("BucketNotEmpty", text, 409, { BucketName: bucket.name });
        }
        store.buckets.delete(bucket.name);
        cloud.bury(`arn:aws:s3:::${bucket.name}`, bucket.tags);
        return {};
      }),
    ];
  }
}

/** S3 User Guide, "Bucket naming rules". */
function checkName(name: string): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes("..") || /^\d+\.\d+\.\d+\.\d+$/.test(name)) {
    throw s3Error("InvalidBucketName", "The specified bucket is not valid.");
  }
}
