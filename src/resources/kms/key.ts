import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { month, monthly } from "../../cost/prices.ts";
import { AmbiguousError } from "../../engine/errors.ts";
import type { Json } from "../../engine/journal.ts";
import { failed, gone, type Identity, pending, ready, unfamiliar } from "../../engine/kind.ts";
import { compare, none, parseDocument } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { ownedByTag } from "../tagging.ts";
import { compareTags, isOurs, requireOurs, touches } from "../tags.ts";
import { kms } from "./permissions.ts";
import { everyKey, readKey, type TaggedKey } from "./shared.ts";

interface Wanted {
  readonly description: string;
  readonly policy: Json;
  readonly rotation: boolean;
  /** Days between the request to delete the key and its deletion, 7 to 30; noted as a tag, for whoever deletes it. */
  readonly deletionWindowDays: number;
}

interface Live extends TaggedKey {
  readonly policy: Json | undefined;
  readonly rotation: boolean | undefined;
}

/** Where to look first: the alias that always points at it. */
type Key = { readonly alias: string };

const id = (live: TaggedKey) => required(live.metadata.KeyId, "KeyId");

const isLeaving = (key: TaggedKey) => key.metadata.KeyState === "PendingDeletion";

/** Survives the settings: a teardown uses what the key itself says. */
const windowTag = "tap:deletion-window-days";

/**
 * The environment's customer-managed key. It is looked for by the state file's id, then by alias, and only when both
 * fail by the tags of every key. A key pending deletion counts as gone, and is brought back rather than made anew.
 */
export const KmsKey: AwsKind<Wanted, Live, { keyId: string; keyArn: string }, Key> = {
  type: "kms:key",
  recover: "tagged-create",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  irreplaceable:
    "Whatever it encrypted (database, snapshots, bucket, logs, secrets) cannot be read again without it. " +
    "Look for it first: a key whose deletion was asked for stays for 7 to 30 days (aws kms list-keys, aws kms describe-key) " +
    "and comes back with aws kms cancel-key-deletion; one that has lost its tags is found again by them (aws kms tag-resource).",
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 10, remove: 1 },
  permissions: kms,
  price: monthly("KMS key", month.key),
  card: "KMS key",
  parseKey: keyOf(z.object({ alias: z.string() })),

  async find(aws, me, { alias }) {
    const found = (await hinted(aws, me)) ?? (await byAlias(aws, me, alias)) ?? (await byTags(aws, me));
    if (found === undefined) return undefined;
    if (isLeaving(found)) return { ...found, policy: undefined, rotation: false };
    const KeyId = id(found);
    const [policy, rotation] = await Promise.all([
      aws.kms(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" })),
      aws.kms(new GetKeyRotationStatusCommand({ KeyId })),
    ]);
    return { ...found, policy: parseDocument(policy.Policy), rotation: rotation.KeyRotationEnabled };
  },
  id,
  phase(live) {
    switch (live.metadata.KeyState) {
      case "Enabled":
      case "Disabled":
        return ready;
      case "PendingDeletion":
        return gone(`pending deletion until ${live.metadata.DeletionDate?.toISOString() ?? "an unknown date"}`);
      case "Creating":
      case "Updating":
        return pending(live.metadata.KeyState);
      case "PendingImport":
      case "Unavailable":
      case "PendingReplicaDeletion":
        // Of keys with imported material, in a key store of one's own, or with replicas: tap makes none of them.
        return failed(`key state ${live.metadata.KeyState}`);
      default:
        return unfamiliar(live.metadata.KeyState);
    }
  },
  outputs: (live) => ({ keyId: id(live), keyArn: required(live.metadata.Arn, "Arn") }),

  changes: (want, live, me) => [
    ...compare(
      {
        enabled: true,
        description: want.description,
        policy: want.policy,
        rotation: want.rotation,
        keySpec: "SYMMETRIC_DEFAULT",
        keyUsage: "ENCRYPT_DECRYPT",
        [`tags.${windowTag}`]: String(want.deletionWindowDays),
      },
      {
        enabled: live.metadata.Enabled,
        description: live.metadata.Description,
        policy: live.policy,
        rotation: live.rotation,
        keySpec: live.metadata.KeySpec,
        keyUsage: live.metadata.KeyUsage,
        [`tags.${windowTag}`]: live.tags[windowTag] ?? none,
      },
      ["keySpec", "keyUsage"],
    ),
    ...compareTags(me, live.tags),
  ],

  async create(aws, me, _key, want) {
    const ours = (await everyKey(aws)).filter((key) => isOurs(key.tags, me));
    // Hidden from the look that led here.
    const living = ours.find((key) => !isLeaving(key));
    if (living !== undefined) return id(living);
    const [leaving] = ours;
    if (leaving !== undefined) {
      await aws.kms(new CancelKeyDeletionCommand({ KeyId: id(leaving) }));
      return id(leaving);
    }
    const made = await aws.kms(
      new CreateKeyCommand({
        Description: want.description,
        KeySpec: "SYMMETRIC_DEFAULT",
        KeyUsage: "ENCRYPT_DECRYPT",
        Policy: JSON.stringify(want.policy),
        Tags: tagsOf(me, want),
      }),
    );
    return required(made.KeyMetadata?.KeyId, "KeyId");
  },

  async update(aws, live, want, changes, me) {
    const KeyId = id(live);
    if (touches(changes, "enabled")) await aws.kms(new EnableKeyCommand({ KeyId }));
    if (touches(changes, "policy")) {
      await aws.kms(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: JSON.stringify(want.policy) }));
    }
    if (touches(changes, "description")) {
      await aws.kms(new UpdateKeyDescriptionCommand({ KeyId, Description: want.description }));
    }
    if (touches(changes, "rotation")) await aws.kms(new EnableKeyRotationCommand({ KeyId }));
    if (touches(changes, "tags")) await aws.kms(new TagResourceCommand({ KeyId, Tags: tagsOf(me, want) }));
  },

  async remove(aws, live) {
    try {
      await unlessGone(
        aws.kms(
          new ScheduleKeyDeletionCommand({
            KeyId: id(live),
            // 30 days is AWS's longest: where the tag was lost, the safe side.
            PendingWindowInDays: Number(live.tags[windowTag] ?? 30),
          }),
        ),
      );
    } catch (error) {
      // An earlier call was accepted, and the look does not show it yet (KMSInvalidStateException; so does
      // hashicorp/terraform-provider-aws, resource aws_kms_key).
      if (!(error instanceof Error && error.message.includes("is pending deletion"))) throw error;
    }
  },

  // Its own id serves where an alias would.
  listOwned: ownedByTag("kms", /^key\/(.+)$/, (keyId, { tags }) => ({
    name: tags["Name"] ?? keyId,
    id: keyId,
    key: { alias: keyId },
  })),
};

const tagsOf = (me: Identity, want: Wanted) =>
  Object.entries({ ...me.tags, [windowTag]: String(want.deletionWindowDays) }).map(([TagKey, TagValue]) => ({
    TagKey,
    TagValue,
  }));

async function hinted(aws: Aws, me: Identity): Promise<TaggedKey | undefined> {
  if (me.id === undefined) return undefined;
  const key = await readKey(aws, me.id);
  return key === undefined
    ? undefined
    : requireOurs(me, `KMS key ${me.id}`, key, key.tags, tagCommand("kms")(me, me.id));
}

async function byAlias(aws: Aws, me: Identity, alias: string): Promise<TaggedKey | undefined> {
  const key = await readKey(aws, alias);
  return key !== undefined && isOurs(key.tags, me) ? key : undefined;
}

async function byTags(aws: Aws, me: Identity): Promise<TaggedKey | undefined> {
  const ours = (await everyKey(aws)).filter((key) => isOurs(key.tags, me));
  const living = ours.filter((key) => !isLeaving(key));
  if (living.length > 1) throw new AmbiguousError(`KMS key with the tag tap:id=${me.node}`, living.map(id));
  return living[0] ?? ours[0];
}
