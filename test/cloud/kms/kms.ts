import { KMSClient } from "@aws-sdk/client-kms";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import type { Operation, Resource, ServiceModel } from "../model.ts";
import type { Part } from "../visibility.ts";
import { aliasOperations } from "./aliases.ts";
import { keyOperations } from "./keys.ts";
import { type Key, KmsStore } from "./store.ts";

/** AWS KMS: customer-managed symmetric keys, their policies, rotation and aliases. No cryptography. */
export class KmsModel implements ServiceModel {
  readonly name = "kms";
  readonly client = KMSClient;
  readonly throttled = () => awsError("ThrottlingException", "Rate exceeded");
  // KMS Developer Guide, "Request quotas": each operation by itself.
  readonly limits = Object.entries({
    CancelKeyDeletion: 5,
    CreateAlias: 5,
    CreateKey: 5,
    DeleteAlias: 15,
    DescribeKey: 2000,
    EnableKey: 5,
    EnableKeyRotation: 15,
    GetKeyPolicy: 1000,
    GetKeyRotationStatus: 1000,
    ListAliases: 500,
    ListKeys: 500,
    ListResourceTags: 2000,
    PutKeyPolicy: 15,
    ScheduleKeyDeletion: 15,
    TagResource: 10,
    UntagResource: 5,
    UpdateAlias: 5,
  }).map(([operation, perSecond]) => ({ operations: [operation], perSecond, burst: perSecond }));
  readonly operations: readonly Operation[];
  readonly #store: KmsStore;

  constructor(cloud: Cloud) {
    this.#store = new KmsStore(cloud);
    this.operations = [...keyOperations(this.#store), ...aliasOperations(this.#store)];
  }

  *resources(): Generator<Resource> {
    for (const key of this.#store.keys.values()) {
      if (!this.#store.exists(key)) continue;
      const { arn, tags } = key;
      yield { key: `key/${key.id}`, arn, tags: tags.all(), indexedTags: this.#store.cloud.indexed(tags), state: key };
    }
    this.#store.dropDeadAliases();
    for (const alias of this.#store.aliases.values()) {
      yield { key: alias.name, tags: this.#store.keys.get(alias.keyId)?.tags.all() ?? {}, state: alias };
    }
  }

  /**
   * What another service needs to encrypt with a key: its ARN, if the key can be used now.
   *
   * @param reference key id, key ARN, alias name or alias ARN
   * @param observer the service, as far as it may see late
   * @returns undefined when the key does not exist, is disabled or is pending deletion
   */
  usableArn(reference: string, observer?: Part): string | undefined {
    const key = this.#seen(reference, observer);
    return key?.enabled && !key.pending ? key.arn : undefined;
  }

  /** Why a service cannot use a key: KMS's own error, which some services pass on. */
  refusal(reference: string, observer?: Part): { readonly code: string; readonly message: string } | undefined {
    const key = this.#seen(reference, observer);
    if (!key) return { code: "NotFoundException", message: `Key '${reference}' does not exist` };
    if (key.pending) return { code: "KMSInvalidStateException", message: `${key.arn} is pending deletion.` };
    return key.enabled ? undefined : { code: "DisabledException", message: `${key.arn} is disabled.` };
  }

  /** The policy text of a key, for services that must be named in it. */
  policyOf(reference: string, observer?: Part): string | undefined {
    return this.#seen(reference, observer)?.policy;
  }

  #seen(reference: string, observer: Part | undefined): Key | undefined {
    const key = this.#store.find(reference);
    return key && observer ? this.#store.past.seen(key.id, observer) : key;
  }
}
