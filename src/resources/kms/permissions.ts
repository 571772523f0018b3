import { both, each, permissions, reference } from "../../aws/permissions.ts";
import { keyAlias, regionAlias } from "../../config/names.ts";

/** AWS KMS. Aliases need both the alias and its key. */
export const kms = permissions({
  source: reference("awskeymanagementservice"),
  scopes: ({ environment, region, arn, ours, asOurs, notOthers, inRegion, throughKms }) => ({
    NewKey: { resources: ["*"], condition: both(asOurs, inRegion) },
    TagKey: { resources: [arn("kms", "key/*")], condition: both(asOurs, notOthers) },
    Key: { resources: [arn("kms", "key/*")], condition: ours },
    KeyAliases: { resources: [keyAlias(environment, region), regionAlias(region)].map((alias) => arn("kms", alias)) },
    KeyThroughServices: {
      resources: [arn("kms", "key/*")],
      condition: both(
        ours,
        { StringEquals: { "kms:ViaService": throughKms.map((service) => `${service}.${region}.amazonaws.com`) } },
        { BoolIfExists: { "kms:GrantIsForAWSResource": "true" } },
      ),
    },
  }),
  operations: {
    // Any key may turn out to be the one: KMS cannot be asked for keys by tag.
    ...each("kms:*", "Look", "DescribeKey", "ListAliases", "ListKeys", "ListResourceTags"),
    ...each("kms:*", "Key", "GetKeyPolicy", "GetKeyRotationStatus", "CancelKeyDeletion", "EnableKey"),
    ...each("kms:*", "Key", "EnableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion", "UpdateKeyDescription"),
    ...each("kms:*", ["Key", "KeyAliases"], "CreateAlias", "DeleteAlias", "UpdateAlias"),
    TagResource: { "kms:TagResource": "TagKey" },
    // Tags need a permission of their own (KMS API reference, CreateKey, Tags).
    CreateKey: { "kms:CreateKey": "NewKey", "kms:TagResource": "TagKey" },
  },
});
