import { DescribeKeyCommand, type KeyMetadata, ListKeysCommand, ListResourceTagsCommand } from "@aws-sdk/client-kms";
import type { Aws } from "../../aws/aws.ts";
import { ifThere, required } from "../missing.ts";
import { allPages } from "../pages.ts";
import type { Tags } from "../tags.ts";

/** A key with its tags. */
export interface TaggedKey {
  readonly metadata: KeyMetadata;
  readonly tags: Tags;
}

/** Reads a key by id, ARN or alias, with its tags. */
export const readKey = (aws: Aws, idOrAlias: string): Promise<TaggedKey | undefined> =>
  aws.shared(`kms:key ${idOrAlias}`, async () => {
    const described = await ifThere(aws.kms(new DescribeKeyCommand({ KeyId: idOrAlias })));
    return described?.KeyMetadata && withTags(aws, described.KeyMetadata);
  });

async function withTags(aws: Aws, metadata: KeyMetadata): Promise<TaggedKey> {
  const KeyId = required(metadata.KeyId, "KeyId");
  const list = await aws.shared(`kms:tags ${KeyId}`, () =>
    allPages("Tags", "NextMarker", (Marker) => aws.kms(new ListResourceTagsCommand({ KeyId, Marker }))),
  );
  const tags = Object.fromEntries(list.map((t) => [t.TagKey ?? "", t.TagValue ?? ""]));
  return { metadata, tags };
}

/**
 * Every customer-managed key of the account with its tags. KMS has no filter by tag, so this is for when neither the
 * state file nor the alias knows the key.
 */
export const everyKey = (aws: Aws): Promise<TaggedKey[]> =>
  aws.shared("kms:every-key", async () => {
    const entries = await allPages("Keys", "NextMarker", (Marker) =>
      aws.kms(new ListKeysCommand({ Limit: 1000, Marker })),
    );
    const keys = await Promise.all(entries.map((entry) => readCustomerKey(aws, entry.KeyId ?? "")));
    return keys.filter((key) => key !== undefined);
  });

async function readCustomerKey(aws: Aws, id: string): Promise<TaggedKey | undefined> {
  const described = await ifThere(aws.kms(new DescribeKeyCommand({ KeyId: id })));
  // Listing the tags of keys that AWS manages is refused. What was read of the key by its id may be older than this.
  return described?.KeyMetadata?.KeyManager === "CUSTOMER" ? withTags(aws, described.KeyMetadata) : undefined;
}
