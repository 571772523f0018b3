import { createHash } from "node:crypto";
import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { page } from "../paging.ts";
import type { TagSet } from "../tags.ts";
import type { Part, Past } from "../visibility.ts";

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  readonly keySpec: "SYMMETRIC_DEFAULT";
  readonly multiRegion: boolean;
  description: string;
  policy: string;
  enabled: boolean;
  /** Days between rotations, when rotation is on. */
  rotation: number | undefined;
  pending: { readonly date: Date; readonly window: number } | undefined;
  readonly tags: TagSet;
}

export interface Alias {
  readonly name: string;
  readonly created: Date;
  updated: Date;
  keyId: string;
}

/** The state of KMS. Methods that take a reference throw NotFoundException. */
export class KmsStore {
  readonly cloud: Cloud;
  readonly keys = new Map<string, Key>();
  readonly aliases = new Map<string, Alias>();
  readonly past: Past<Key>;
  readonly pastAliases: Past<Alias>;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.past = cloud.past(this.keys);
    this.pastAliases = cloud.past(this.aliases);
  }

  exists(key: Key): boolean {
    return key.pending === undefined || this.cloud.now() < key.pending.date.getTime();
  }

  /** KMS Developer Guide, "Deleting keys": when the window ends, the key and all aliases that point to it are deleted. */
  dropDeadAliases(): void {
    for (const alias of this.aliases.values()) {
      const key = this.keys.get(alias.keyId);
      if (!key || !this.exists(key)) this.aliases.delete(alias.name);
    }
  }

  /** @param alias false where the API takes a key id or ARN only */
  find(reference: string, alias = true): Key | undefined {
    this.dropDeadAliases();
    const name = reference.startsWith("arn:")
      ? reference.slice(reference.split(":", 5).join(":").length + 1)
      : reference;
    const id = name.startsWith("alias/")
      ? alias
        ? this.aliases.get(name)?.keyId
        : undefined
      : name.replace(/^key\//, "");
    const key = id === undefined ? undefined : this.keys.get(id);
    return key && this.exists(key) ? key : undefined;
  }

  key(reference: string | undefined, alias = false): Key {
    const key = this.find(reference ?? "", alias);
    if (key) return key;
    // LocalStack snapshot test_get_key_invalid_uuid; placebo, 400 of DescribeKey.
    if (!/^(arn:|alias\/|(mrk-)?[0-9a-f-]{32,36}$)/.test(reference ?? "")) {
      throw awsError("NotFoundException", `Invalid keyId '${reference ?? ""}'`);
    }
    const arn = reference?.startsWith("arn:") ? reference : this.cloud.arn("kms", this.path(reference ?? ""));
    throw notFound(arn);
  }

  path(reference: string): string {
    return reference.startsWith("alias/") ? reference : `key/${reference}`;
  }

  /** The key as one part of it is seen. */
  read(reference: string | undefined, part: Part, alias = false): Key {
    const key = this.key(reference, alias);
    const seen = this.past.seen(key.id, part);
    if (!seen || !this.cloud.visible(key.created.getTime())) throw notFound(key.arn);
    return seen;
  }

  /** The alias as ListAliases shows it. */
  seenAlias({ name, created }: Alias): Alias | undefined {
    return this.cloud.visible(created.getTime()) ? this.pastAliases.seen(name, "kms.alias") : undefined;
  }

  /** KMS Developer Guide, "Key states": most changes are refused while the key is pending deletion. */
  notPending(reference: string | undefined, alias = false): Key {
    const key = this.key(reference, alias);
    if (key.pending) throw invalidState(key, "is pending deletion");
    return key;
  }

  /** For what another host of KMS is asked to do with it: CreateAlias NotFoundException, KMSInvalidStateException. */
  settled(reference: string | undefined): Key {
    const key = this.notPending(reference);
    const seen = this.past.seen(key.id, "kms@kms");
    if (!seen) throw notFound(key.arn);
    if (seen.pending) throw invalidState(key, "is pending deletion");
    return key;
  }

  usable(reference: string | undefined): Key {
    const key = this.settled(reference);
    // EnableKeyRotation, DisableKeyRotation APIs: DisabledException.
    if (!key.enabled || !this.past.seen(key.id, "kms@kms")?.enabled)
      throw awsError("DisabledException", `${key.arn} is disabled.`);
    return key;
  }

  alias(name: string): Alias {
    this.dropDeadAliases();
    const alias = this.aliases.get(name);
    if (!alias) throw awsError("NotFoundException", `Alias ${this.cloud.arn("kms", name)} is not found.`);
    return alias;
  }

  metadata(key: Key): KeyMetadata {
    return {
      AWSAccountId: this.cloud.account,
      KeyId: key.id,
      Arn: key.arn,
      CreationDate: key.created,
      Enabled: key.enabled && !key.pending,
      Description: key.description,
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyState: key.pending ? "PendingDeletion" : key.enabled ? "Enabled" : "Disabled",
      ...(key.pending && { DeletionDate: key.pending.date }),
      Origin: "AWS_KMS",
      KeyManager: "CUSTOMER",
      KeySpec: key.keySpec,
      // The older name of the same, and since 2025 the key material (LocalStack snapshot test_create_key).
      CustomerMasterKeySpec: key.keySpec,
      CurrentKeyMaterialId: createHash("sha256").update(key.id).digest("hex"),
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      MultiRegion: key.multiRegion,
    };
  }

  page<T>(items: T[], key: (item: T) => string, limit: number | undefined, marker: string | undefined) {
    const size = Math.min(limit ?? this.cloud.pageSize, this.cloud.pageSize);
    return page(items, key, size, marker, () => awsError("InvalidMarkerException", "The marker is not valid."));
  }
}

export function notFound(arn: string) {
  // Worded in two ways: placebo, 400 of DescribeKey by alias; LocalStack snapshot test_get_key_does_not_exist by key.
  return awsError(
    "NotFoundException",
    arn.includes(":alias/") ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`,
  );
}

export function invalidState(key: Key, state: string) {
  return awsError("KMSInvalidStateException", `${key.arn} ${state}.`);
}

export function validation(field: string) {
  return awsError(
    "ValidationException",
    `1 validation error detected: Value at '${field}' failed to satisfy constraint`,
  );
}
