import { KMSClient } from "@aws-sdk/client-kms";
import { mockClient } from "aws-sdk-client-mock";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import type { Operation, Resource, ServiceModel } from "../model.ts";
import { aliasOperations } from "./aliases.ts";
import { keyOperations } from "./keys.ts";
import { KmsStore } from "./store.ts";

/** AWS KMS: customer-managed symmetric keys, their policies, rotation and aliases. No cryptography. */
export class KmsModel implements ServiceModel {
  readonly name = "kms";
  // aws-notes "Rate limits": CreateKey 5/s. KMS Developer Guide, "Request quotas".
  readonly limits = [
    { operations: ["CreateKey"], perSecond: 5, burst: 5 },
    { operations: ["CreateAlias", "UpdateAlias", "DeleteAlias"], perSecond: 5, burst: 5 },
    { operations: ["TagResource", "UntagResource"], perSecond: 10, burst: 10 },
    { operations: ["ScheduleKeyDeletion", "CancelKeyDeletion"], perSecond: 15, burst: 15 },
    { operations: ["DescribeKey"], perSecond: 2000, burst: 2000 },
    { operations: ["ListAliases", "ListKeys"], perSecond: 500, burst: 500 },
    { operations: ["ListResourceTags"], perSecond: 2000, burst: 2000 },
  ];
  readonly operations: readonly Operation[];
  readonly #store: KmsStore;

  constructor(cloud: Cloud) {
    this.#store = new KmsStore(cloud);
    this.operations = [...keyOperations(this.#store), ...aliasOperations(this.#store)];
  }

  stub() {
    return mockClient(KMSClient);
  }

  throttled() {
    return awsError("ThrottlingException", "Rate exceeded");
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
   * @returns undefined when the key does not exist, is disabled or is pending deletion
   */
  usableArn(reference: string): string | undefined {
    const key = this.#store.find(reference);
    return key?.enabled && !key.pending ? key.arn : undefined;
  }

  /** The policy text of a key, for services that must be named in it. */
  policyOf(reference: string): string | undefined {
    return this.#store.find(reference)?.policy;
  }
}
