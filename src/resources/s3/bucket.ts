import {
  BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { gigabyteText } from "../../cost/prices.ts";
import type { Json } from "../../engine/journal.ts";
import { ready } from "../../engine/kind.ts";
import { compare, none, parseDocument } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { byName, ownedByTag } from "../tagging.ts";
import { compareTags, fromList, isProtected, requireOurs, type Tags, toList, touches } from "../tags.ts";
import { emptyBucket, isEmpty } from "./empty.ts";
import { lifecycleFields, lifecycleRules } from "./lifecycle.ts";
import { s3 } from "./permissions.ts";

interface Wanted {
  readonly kmsKeyArn: string;
  /** Objects and noncurrent versions go after this many days. */
  readonly expireDays: number;
  readonly policy: Json;
}

interface Live {
  readonly name: string;
  readonly tags: Tags;
  readonly encryption: ServerSideEncryptionRule | undefined;
  /** Left out while it was never switched on (GetBucketVersioning). */
  readonly versioning: string | undefined;
  readonly publicAccess: Readonly<Record<PublicAccessSwitch, boolean | undefined>>;
  readonly policy: Json | undefined;
  readonly lifecycle: readonly LifecycleRule[];
}

const switches = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] as const;
type PublicAccessSwitch = (typeof switches)[number];

const all = <T>(value: T) =>
  ({
    BlockPublicAcls: value,
    IgnorePublicAcls: value,
    BlockPublicPolicy: value,
    RestrictPublicBuckets: value,
  }) as const;

/** A private, versioned bucket, encrypted with the environment's key, whose contents expire. */
export const Bucket: AwsKind<Wanted, Live, { bucketName: string; bucketArn: string }> = {
  type: "s3:bucket",
  recover: "fixed-name",
  // Objects are put into it only once it is encrypted.
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 60 },
  seconds: { create: 2, remove: 5 },
  permissions: s3,
  card: "S3",
  holdsData: true,
  parseKey: noKey,

  async find(aws, me) {
    const tags = await readTags(aws, me.name);
    if (tags === undefined) return undefined;
    requireOurs(me, `bucket ${me.name}`, me.name, tags, tagCommand("s3")(me, `arn:aws:s3:::${me.name}`));
    return { name: me.name, tags, ...(await readSettings(aws, me.name)) };
  },
  id: (live) => live.name,
  phase: () => ready,
  outputs: (live) => ({ bucketName: live.name, bucketArn: `arn:aws:s3:::${live.name}` }),

  changes: (want, live, me) => [
    ...compare(
      {
        "encryption.algorithm": "aws:kms",
        "encryption.kmsKeyArn": want.kmsKeyArn,
        "encryption.bucketKey": true,
        versioning: "Enabled",
        policy: want.policy,
        ...Object.fromEntries(switches.map((name) => [`publicAccess.${name}`, true])),
      },
      {
        "encryption.algorithm": live.encryption?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? none,
        // Without one it is the key aws/s3, and a bucket key is off (ServerSideEncryptionByDefault, …Rule).
        "encryption.kmsKeyArn": live.encryption?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? none,
        "encryption.bucketKey": live.encryption?.BucketKeyEnabled ?? false,
        versioning: live.versioning ?? none,
        policy: live.policy ?? none,
        // A switch that was never set is off (PublicAccessBlockConfiguration).
        ...Object.fromEntries(switches.map((name) => [`publicAccess.${name}`, live.publicAccess[name] ?? none])),
      },
    ),
    ...lifecycleFields(want.expireDays, live.lifecycle),
    ...compareTags(me, live.tags),
  ],

  // A second create by the owner is refused, in us-east-1 too when it has tags (LocalStack, recorded on AWS, s3
  // snapshots), or answers 200 (S3 API, CreateBucket): every setting is compared anyway.
  async create(aws, me) {
    await aws.s3(
      new CreateBucketCommand({
        Bucket: me.name,
        CreateBucketConfiguration: {
          Tags: toList(me.tags),
          ...(aws.region === "us-east-1" ? {} : { LocationConstraint: locationOf(aws.region) }),
        },
      }),
    );
    return me.name;
  },

  async update(aws, live, want, changes, me) {
    const Bucket = live.name;
    if (touches(changes, "publicAccess")) {
      await aws.s3(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: all(true) }));
    }
    if (touches(changes, "encryption")) {
      const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: want.kmsKeyArn } as const;
      const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }];
      await aws.s3(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    }
    if (touches(changes, "versioning")) {
      await aws.s3(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    }
    if (touches(changes, "policy")) {
      await aws.s3(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(want.policy) }));
    }
    if (touches(changes, "lifecycle")) {
      const LifecycleConfiguration = { Rules: lifecycleRules(want.expireDays) };
      await aws.s3(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    }
    if (touches(changes, "tags")) {
      // PutBucketTagging replaces the whole set: what others have added stays.
      await aws.s3(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: toList({ ...live.tags, ...me.tags }) } }));
    }
  },

  async retainReason(aws, live, how) {
    if (!isProtected(live.tags, how) || (await isEmpty(aws, live.name))) return undefined;
    return `it is not empty; ${gigabyteText("objects")}`;
  },

  async remove(aws, live) {
    await emptyBucket(aws, live.name);
    await unlessGone(aws.s3(new DeleteBucketCommand({ Bucket: live.name })));
  },

  listOwned: ownedByTag("s3", /^([^/]+)$/, byName),
};

/** A refusal is no diagnosis: another account's bucket, a policy, a wrong key or clock are all a 403. */
async function readTags(aws: Aws, Bucket: string): Promise<Tags | undefined> {
  try {
    return fromList((await aws.s3(new GetBucketTaggingCommand({ Bucket }))).TagSet);
  } catch (error) {
    if (codeOf(error) === "NoSuchTagSet") return {};
    if (codeOf(error) === "NoSuchBucket") return undefined;
    throw error;
  }
}

async function readSettings(aws: Aws, Bucket: string): Promise<Omit<Live, "name" | "tags">> {
  const [encryption, versioning, access, policy, lifecycle] = await Promise.all([
    unlessUnset(aws.s3(new GetBucketEncryptionCommand({ Bucket }))),
    aws.s3(new GetBucketVersioningCommand({ Bucket })),
    unlessUnset(aws.s3(new GetPublicAccessBlockCommand({ Bucket }))),
    unlessUnset(aws.s3(new GetBucketPolicyCommand({ Bucket }))),
    unlessUnset(aws.s3(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
  ]);
  return {
    encryption: encryption?.ServerSideEncryptionConfiguration?.Rules?.[0],
    versioning: versioning.Status,
    publicAccess: access?.PublicAccessBlockConfiguration
      ? { ...all(undefined), ...access.PublicAccessBlockConfiguration }
      : all(undefined),
    policy: parseDocument(policy?.Policy),
    lifecycle: lifecycle?.Rules ?? [],
  };
}

/** S3's errors for settings that were never made. "NoSuchBucket" is none of them: the bucket does not show everywhere yet. */
const unset = [
  "NoSuchBucketPolicy",
  "NoSuchLifecycleConfiguration",
  "NoSuchPublicAccessBlockConfiguration",
  "ServerSideEncryptionConfigurationNotFoundError",
];

/** What a read answers, or `undefined` when the setting was never made. */
async function unlessUnset<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (unset.includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

/** Every region but us-east-1 is its own constraint (S3 API, CreateBucket). */
function locationOf(region: string) {
  const location = Object.values(BucketLocationConstraint).find((known) => known === region);
  if (location === undefined) throw new Error(`S3 knows no location constraint for region ${region}`);
  return location;
}
