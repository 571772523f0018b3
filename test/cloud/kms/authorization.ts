import { type Authorization, objectOf, stringsIn } from "../authorization.ts";
import type { Cloud } from "../cloud.ts";

/** See {@link Authorization}. */
export const kms: Authorization = {
  actions: {
    "kms:CancelKeyDeletion": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:CreateAlias": { on: { alias: [], key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:CreateGrant": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:GrantIsForAWSResource", "kms:ViaService"] },
    "kms:CreateKey": { on: {}, keys: ["aws:RequestTag", "aws:ResourceTag", "kms:ViaService"] },
    "kms:Decrypt": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:DeleteAlias": { on: { alias: [], key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:DescribeKey": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:EnableKey": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:EnableKeyRotation": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:Encrypt": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:GenerateDataKey": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:GetKeyPolicy": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:GetKeyRotationStatus": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:ListAliases": { on: {}, keys: [] },
    "kms:ListKeys": { on: {}, keys: [] },
    "kms:ListResourceTags": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:PutKeyPolicy": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:ScheduleKeyDeletion": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:TagResource": { on: { key: ["aws:ResourceTag"] }, keys: ["aws:RequestTag", "kms:ViaService"] },
    "kms:UpdateAlias": { on: { alias: [], key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
    "kms:UpdateKeyDescription": { on: { key: ["aws:ResourceTag"] }, keys: ["kms:ViaService"] },
  },
  forms: {
    alias: /^arn:aws:kms:[^:]+:\d+:alias\//,
    key: /^arn:aws:kms:[^:]+:\d+:key\//,
  },
  touched: ({ cloud, operation, arn, each }) =>
    operation === "CreateKey"
      ? [arn("kms", "key/new")]
      : [
          ...each("KeyId", (key) => keyArn(cloud, key)),
          ...each("TargetKeyId", (key) => keyArn(cloud, key)),
          ...each("AliasName", (alias) => [arn("kms", alias), ...keyArn(cloud, alias)]),
        ],
};

/** A key by id, ARN or alias; nothing for an alias that is not there. */
function keyArn(cloud: Cloud, reference: string): string[] {
  if (reference.startsWith("arn:")) return [reference];
  if (!reference.startsWith("alias/")) return [cloud.arn("kms", `key/${reference}`)];
  const alias = [...cloud.resources()].find(({ service, key }) => service === "kms" && key === reference);
  return stringsIn(objectOf(alias?.state)["keyId"]).map((id) => cloud.arn("kms", `key/${id}`));
}
