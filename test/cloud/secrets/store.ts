import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { TagSet } from "../tags.ts";

/** A secret's value: text or bytes. */
export type Value = { readonly SecretString?: string | undefined; readonly SecretBinary?: Uint8Array | undefined };
export type Version = { readonly id: string; readonly value: Value; stages: string[]; readonly createdAt: Date };

/** A secret as this cloud keeps it; tests may read `versions` to know what must not leak. */
export type Secret = {
  readonly name: string;
  readonly arn: string;
  readonly tags: TagSet;
  readonly createdAt: Date;
  description?: string | undefined;
  kmsKeyId?: string | undefined;
  changedAt: Date;
  /** The day of the last GetSecretValue, at midnight. */
  accessedOn?: Date | undefined;
  /** When its recovery window began and ends; unset while it is in use. */
  deletion?: { readonly at: Date; readonly until: Date } | undefined;
  /** The service that manages it, such as `rds`. */
  readonly owner?: string | undefined;
  versions: Version[];
  /** What somebody else has put on it. */
  policy?: string | undefined;
  rotationLambda?: string | undefined;
  rotates?: boolean | undefined;
  replicas?: readonly string[] | undefined;
};

/**
 * A name stays taken for a moment after a forced deletion, which AWS carries out in the background (DeleteSecret): CreateSecret
 * is first refused "because it was deleted", then because it is "already scheduled for deletion"
 * (hashicorp/terraform-provider-aws, internal/service/secretsmanager/secret.go, which repeats both).
 */
export const forcedDeletionTail = 2_000;
export const day = 86_400_000;

/** The state of Secrets Manager, by name. */
export class SecretStore {
  readonly cloud: Cloud;
  readonly secrets = new Map<string, Secret>();
  /** Until when the name of a secret deleted by force is taken. */
  readonly forced = new Map<string, number>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  new(
    name: string,
    more: Pick<Secret, "description" | "kmsKeyId" | "owner"> & { tags: Record<string, string> },
  ): Secret {
    const ending = this.cloud.count("secret").toString(36).padStart(6, "A");
    const { tags, ...rest } = more;
    const at = this.date();
    const secret: Secret = {
      name,
      arn: this.cloud.arn("secretsmanager", `secret:${name}-${ending}`),
      tags: new TagSet(tags, this.cloud.now()),
      createdAt: at,
      changedAt: at,
      versions: [],
      ...rest,
    };
    this.secrets.set(name, secret);
    return secret;
  }

  putVersion(secret: Secret, token: string | undefined, value: Value, wanted: string[]): Version {
    const same = secret.versions.find((v) => v.id === token);
    if (same) {
      if (sameValue(same.value, value)) return same;
      throw awsError("ResourceExistsException", `A resource with the ID you requested already exists: ${same.id}`);
    }
    // For its managed secrets RDS has looked at the key itself, and waits for whatever is late.
    if (!secret.owner && !this.keyUsable(secret.kmsKeyId)) throw encryptionFailure();
    const version: Version = {
      id: token ?? this.cloud.uuid("secret version"),
      value,
      stages: wanted,
      createdAt: this.date(),
    };
    for (const old of secret.versions) {
      if (wanted.includes("AWSCURRENT")) {
        const wasCurrent = old.stages.includes("AWSCURRENT");
        old.stages = wasCurrent ? ["AWSPREVIOUS"] : old.stages.filter((stage) => stage !== "AWSPREVIOUS");
      }
      old.stages = old.stages.filter((stage) => !wanted.includes(stage));
    }
    // A version without labels is deprecated, and Secrets Manager removes it by itself.
    secret.versions = [...secret.versions.filter((v) => v.stages.length > 0), version];
    secret.changedAt = this.date();
    return version;
  }

  /** Secrets whose recovery window has not run out. */
  live(): Secret[] {
    for (const secret of [...this.secrets.values()]) {
      if (secret.deletion && secret.deletion.until.getTime() <= this.cloud.now()) this.secrets.delete(secret.name);
    }
    return [...this.secrets.values()];
  }

  lookUp(id: string | undefined): Secret | undefined {
    return this.live().find(
      (s) =>
        (s.name === id || s.arn === id || s.arn.replace(/-\w{6}$/, "") === id) &&
        this.cloud.visible(s.createdAt.getTime()),
    );
  }

  find(id: string | undefined): Secret {
    const secret = this.lookUp(id);
    if (!secret) throw awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return secret;
  }

  inUse(id: string | undefined): Secret {
    const secret = this.find(id);
    if (secret.deletion) throw marked();
    return secret;
  }

  unmanaged(id: string | undefined): Secret {
    const secret = this.inUse(id);
    if (secret.owner) throw managed(secret);
    return secret;
  }

  keyUsable(key: string | undefined): boolean {
    return (
      key === undefined ||
      key === "alias/aws/secretsmanager" ||
      this.cloud.services.kms.usableArn(key, "kms@secretsmanager") !== undefined
    );
  }

  date(): Date {
    return new Date(this.cloud.now());
  }
}

export function secretValue({ SecretString, SecretBinary }: Value): Value {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw awsError(
      "InvalidParameterException",
      "You can't specify both a binary secret value and a string secret value.",
    );
  }
  return { SecretString, SecretBinary };
}

export function hasValue(value: Value): boolean {
  return value.SecretString !== undefined || value.SecretBinary !== undefined;
}

export function sameValue(a: Value, b: Value): boolean {
  const bytes = (v: Value) => (v.SecretBinary === undefined ? "" : Buffer.from(v.SecretBinary).toString("base64"));
  return hasValue(a) && a.SecretString === b.SecretString && bytes(a) === bytes(b);
}

export function marked() {
  return awsError(
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

/** How CreateSecret words the first part of that moment. */
export function deleted() {
  return awsError("InvalidRequestException", "You can't perform this operation on the secret because it was deleted.");
}

/** Source: Secrets Manager User Guide, "Secrets managed by other AWS services": only the owner changes or deletes them. */
export function managed(secret: Secret) {
  return awsError(
    "InvalidRequestException",
    `You can't perform this operation on the secret because it is managed by ${secret.owner}.`,
  );
}

export function encryptionFailure() {
  return awsError(
    "EncryptionFailure",
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key.",
  );
}
