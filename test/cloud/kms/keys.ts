import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import type { Cloud } from "../cloud.ts";
import { awsError, UnmodelledError } from "../errors.ts";
import { principals } from "../iam/policy.ts";
import { type Operation, read, write } from "../model.ts";
import { TagSet, type Tags } from "../tags.ts";
import { invalidState, type Key, type KmsStore, validation } from "./store.ts";

const day = 86_400_000;

/** Keys: their policies, rotation, deletion and tags. */
export function keyOperations(store: KmsStore): Operation[] {
  const { cloud } = store;
  return [
    write(CreateKeyCommand, ["Policy", "Description", "Tags", "KeyUsage", "KeySpec", "MultiRegion"], (input) => {
      const { KeyUsage = "ENCRYPT_DECRYPT", KeySpec = "SYMMETRIC_DEFAULT", MultiRegion = false } = input;
      if (KeyUsage !== "ENCRYPT_DECRYPT" || KeySpec !== "SYMMETRIC_DEFAULT") throw new UnmodelledError("kms: key kind");
      const tags = fromKmsTags(input.Tags);
      const policy = input.Policy ?? defaultPolicy(cloud);
      checkPolicy(cloud, policy);
      const id = cloud.uuid("key");
      const key: Key = {
        id,
        arn: cloud.arn("kms", `key/${id}`),
        created: new Date(cloud.now()),
        keySpec: KeySpec,
        multiRegion: MultiRegion,
        description: input.Description ?? "",
        policy,
        enabled: true,
        rotation: undefined,
        pending: undefined,
        tags: new TagSet(tags, cloud.now()),
      };
      store.keys.set(id, key);
      return { KeyMetadata: store.metadata(key) };
    }),
    read(DescribeKeyCommand, ["KeyId"], ({ KeyId }) => ({
      KeyMetadata: store.metadata(store.read(KeyId, "kms.state", true)),
    })),
    read(ListKeysCommand, ["Limit", "Marker"], ({ Limit, Marker }) => {
      const keys = [...store.keys.values()].filter((k) => store.exists(k) && cloud.visible(k.created.getTime()));
      const { items, next } = store.page(keys, (k) => k.id, Limit, Marker);
      const Keys = items.map((k) => ({ KeyId: k.id, KeyArn: k.arn }));
      return { Keys, Truncated: next !== undefined, ...(next !== undefined && { NextMarker: next }) };
    }),
    read(GetKeyPolicyCommand, ["KeyId", "PolicyName"], ({ KeyId }) => ({
      Policy: store.read(KeyId, "kms.policy").policy,
      PolicyName: "default",
    })),
    write(PutKeyPolicyCommand, ["KeyId", "PolicyName", "Policy"], ({ KeyId, Policy }) => {
      // Allowed in every state: KMS Developer Guide, "Key states of AWS KMS keys".
      const key = store.key(KeyId);
      checkPolicy(cloud, Policy ?? "");
      key.policy = Policy ?? "";
      return {};
    }),
    write(UpdateKeyDescriptionCommand, ["KeyId", "Description"], ({ KeyId, Description }) => {
      store.notPending(KeyId).description = Description ?? "";
      return {};
    }),
    write(EnableKeyRotationCommand, ["KeyId", "RotationPeriodInDays"], ({ KeyId, RotationPeriodInDays = 365 }) => {
      const key = store.usable(KeyId);
      // EnableKeyRotation API: "between 90 and 2560"; 365 unless given, also when rotation was on with another period.
      if (RotationPeriodInDays < 90 || RotationPeriodInDays > 2560) throw validation("rotationPeriodInDays");
      key.rotation = RotationPeriodInDays;
      return {};
    }),
    write(DisableKeyRotationCommand, ["KeyId"], ({ KeyId }) => {
      store.usable(KeyId).rotation = undefined;
      return {};
    }),
    read(GetKeyRotationStatusCommand, ["KeyId"], ({ KeyId }) => {
      const { id, created, pending, ...key } = store.read(KeyId, "kms.rotation");
      // GetKeyRotationStatus API: "While a KMS key is pending deletion, its key rotation status is false".
      const rotation = pending ? undefined : key.rotation;
      // The id, not the ARN; period and next date only while it is on (LocalStack snapshots test_key_enable_rotation_status
      // and test_rotate_key_on_demand_with_symmetric_key_and_automatic_rotation_disabled).
      return {
        KeyId: id,
        KeyRotationEnabled: rotation !== undefined,
        ...(rotation && {
          RotationPeriodInDays: rotation,
          NextRotationDate: new Date(created.getTime() + rotation * day),
        }),
      };
    }),
    write(EnableKeyCommand, ["KeyId"], ({ KeyId }) => {
      store.notPending(KeyId).enabled = true;
      return {};
    }),
    write(DisableKeyCommand, ["KeyId"], ({ KeyId }) => {
      store.notPending(KeyId).enabled = false;
      return {};
    }),
    write(ScheduleKeyDeletionCommand, ["KeyId", "PendingWindowInDays"], ({ KeyId, PendingWindowInDays = 30 }) => {
      const key = store.notPending(KeyId);
      if (PendingWindowInDays < 7 || PendingWindowInDays > 30) throw validation("pendingWindowInDays");
      const date = new Date(cloud.now() + PendingWindowInDays * day);
      key.pending = { date, window: PendingWindowInDays };
      return { KeyId: key.arn, DeletionDate: date, KeyState: "PendingDeletion" as const, PendingWindowInDays };
    }),
    write(CancelKeyDeletionCommand, ["KeyId"], ({ KeyId }) => {
      const key = store.key(KeyId);
      if (!key.pending) throw invalidState(key, "is not pending deletion");
      key.pending = undefined;
      // CancelKeyDeletion API: "If this operation succeeds, the key state of the KMS key is Disabled."
      key.enabled = false;
      return { KeyId: key.arn };
    }),
    write(TagResourceCommand, ["KeyId", "Tags"], ({ KeyId, Tags }) => {
      store.notPending(KeyId).tags.set(fromKmsTags(Tags), cloud.now());
      return {};
    }),
    write(UntagResourceCommand, ["KeyId", "TagKeys"], ({ KeyId, TagKeys = [] }) => {
      store.notPending(KeyId).tags.delete(TagKeys);
      return {};
    }),
    read(ListResourceTagsCommand, ["KeyId", "Limit", "Marker"], ({ KeyId, Limit, Marker }) => {
      const all = Object.entries(cloud.indexed(store.read(KeyId, "kms.tags").tags));
      const { items, next } = store.page(all, ([key]) => key, Limit, Marker);
      const Tags = items.map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
      return { Tags, Truncated: next !== undefined, ...(next !== undefined && { NextMarker: next }) };
    }),
  ];
}

function defaultPolicy(cloud: Cloud): string {
  const Principal = { AWS: `arn:aws:iam::${cloud.account}:root` };
  const Statement = [
    { Sid: "Enable IAM User Permissions", Effect: "Allow", Principal, Action: "kms:*", Resource: "*" },
  ];
  return JSON.stringify({ Version: "2012-10-17", Id: "key-default-1", Statement });
}

function fromKmsTags(tags: readonly Tag[] = []): Tags {
  for (const { TagKey } of tags) {
    if (!TagKey || TagKey.startsWith("aws:")) throw awsError("TagException", "Tags beginning with aws: are reserved");
  }
  return Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey ?? "", TagValue ?? ""]));
}

/** A key policy must be JSON with statements, and leave the key manageable (CreateKey API, Policy). */
function checkPolicy(cloud: Cloud, policy: string): void {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw malformed();
  }
  if (typeof document !== "object" || document === null || !("Statement" in document)) throw malformed();
  // aws-notes, KMS row: a policy that names a role which is not there, or too fresh, is malformed.
  const roles = principals(policy).filter((arn) => arn.includes(":role/"));
  if (roles.some((arn) => !cloud.services.iam.propagated(arn))) {
    throw malformed("Policy contains a statement with one or more invalid principals.");
  }
  if (!policy.includes(":root")) {
    throw malformed("The new key policy will not allow you to update the key policy in the future.");
  }
}

function malformed(message = "Policy is not well-formed.") {
  return awsError("MalformedPolicyDocumentException", message);
}
