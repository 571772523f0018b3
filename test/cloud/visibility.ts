import type { Cloud } from "./cloud.ts";
import { TagSet } from "./tags.ts";

/**
 * What can show late by itself: a part of a resource as its own service's reads show it (`kms.policy`), or the whole as
 * somebody else sees it (`kms@logs`). `kms@kms` is how the service's own writes see what another of its hosts was told.
 * Sources: aws-notes, "What recordings of the real AWS say", the rows KMS, IAM, S3, Lambda.
 */
export const parts = [
  // KMS Developer Guide, "AWS KMS eventual consistency": each of these by itself, and other services after KMS.
  "kms.state",
  "kms.policy",
  "kms.rotation",
  "kms.alias",
  "kms.tags",
  "kms@kms",
  "kms@logs",
  "kms@s3",
  "kms@secretsmanager",
  "kms@rds",
  "kms@lambda",
  // IAM User Guide, "Changes that I make are not always immediately visible".
  "iam.arn",
  "iam.trust",
  "iam.inline",
  "iam.attached",
  "iam.tags",
  "iam@lambda",
  "iam@apigateway",
  // NoSuchBucket from any of them after CreateBucket worked, and the value before after a Put.
  "s3.versioning",
  "s3.encryption",
  "s3.publicAccessBlock",
  "s3.ownership",
  "s3.policy",
  "s3.lifecycle",
  "s3.tags",
  "s3@s3",
  // S3 User Guide, "Enabling versioning": NoSuchKey for objects written after it was switched on.
  "s3@lambda",
  "logs.group",
  "logs.tags",
  "logs@logs",
  // CreateFunction: "Error occurred while DescribeSubnets", "… DescribeSecurityGroups".
  "ec2.subnet@lambda",
  "ec2.group@lambda",
  // What AddPermission and RemovePermission wrote, as GetPolicy shows it.
  "lambda.policy",
] as const;
export type Part = (typeof parts)[number];

/** By how many milliseconds each part is late; what is not named is not. */
export type Lateness = Readonly<Partial<Record<Part, number>>>;

interface Version<T> {
  readonly at: number;
  readonly record: T;
}

/**
 * The records of one kind as they were: whoever sees late sees them as they stood that long ago, or not at all when they
 * were not there yet. What has been deleted is gone for everybody at once.
 */
export class Past<T extends object> {
  readonly #cloud: Cloud;
  readonly #records: ReadonlyMap<string, T>;
  readonly #versions = new Map<string, Version<T>[]>();

  /** @param records the live ones, by id; `Cloud.past` has them kept after each change */
  constructor(cloud: Cloud, records: ReadonlyMap<string, T>) {
    this.#cloud = cloud;
    this.#records = records;
  }

  /** The record as it stood `ms` milliseconds ago. */
  before(id: string, ms: number): T | undefined {
    const record = this.#records.get(id);
    const versions = this.#versions.get(id);
    if (ms === 0 || record === undefined || versions === undefined) return record;
    return versions.findLast(({ at }) => at <= this.#cloud.now() - ms)?.record;
  }

  /** The record as this part of it is seen now. Direct calls see what is. */
  seen(id: string, part: Part): T | undefined {
    return this.before(id, this.#cloud.lateness(part));
  }

  /** Notes how the records stand now, and forgets what nobody can see any more. */
  keep(longest: number, at: number): void {
    for (const id of this.#versions.keys()) if (!this.#records.has(id)) this.#versions.delete(id);
    for (const [id, record] of this.#records) {
      const known = (this.#versions.get(id) ?? []).filter((version) => version.at < at);
      const first = Math.max(
        0,
        known.findLastIndex((version) => version.at <= at - longest),
      );
      this.#versions.set(id, [...known.slice(first), { at, record: standing(record) }]);
    }
  }
}

/** A copy that later changes of the record leave alone: of its own containers, not of what is in them. */
function standing<T extends object>(record: T): T {
  const members = Object.entries(record).map(([name, value]: [string, unknown]) => [name, container(value)]);
  // The same members under the same names, so the same type.
  return Object.fromEntries(members) as T;
}

function container(value: unknown): unknown {
  if (value instanceof Map) return new Map<unknown, unknown>(value);
  if (value instanceof Set) return new Set<unknown>(value);
  if (value instanceof TagSet) return value.copy();
  return Array.isArray(value) ? [...(value as unknown[])] : value;
}
