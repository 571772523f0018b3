import { type Asked, type Authorization, type Context, type During, objectOf, stringsIn } from "../authorization.ts";
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
  tagging: "kms:TagResource",
  taggable: () => [["kms:TagResource", "arn:aws:kms:us-east-1:123456789012:key/1"]],
  implied: {
    "kms:CreateGrant": (during) => usedKeys(during, { "kms:GrantIsForAWSResource": ["true"] }),
    "kms:Decrypt": (during) => usedKeys(during),
    "kms:Encrypt": (during) => usedKeys(during),
    "kms:GenerateDataKey": (during) => usedKeys(during),
  },
};

/** A key by id, ARN or alias; nothing for an alias that is not there. */
function keyArn(cloud: Cloud, reference: string): string[] {
  if (reference.startsWith("arn:")) return [reference];
  if (!reference.startsWith("alias/")) return [cloud.arn("kms", `key/${reference}`)];
  const alias = [...cloud.resources()].find(({ service, key }) => service === "kms" && key === reference);
  return stringsIn(objectOf(alias?.state)["keyId"]).map((id) => cloud.arn("kms", `key/${id}`));
}

/** The key that another service uses in the course of a call. */
const usedKeys = (during: During, more: Context = {}): Asked[] =>
  keysOf(during).map((key) => [
    key,
    { "kms:ViaService": [`${during.through}.${during.cloud.region}.amazonaws.com`], ...more },
  ]);

/** The key that a call names, or else the one of the environment whose thing the call is about. */
function keysOf({ cloud, operation, given, touched }: During): string[] {
  // A function that leaves its VPC keeps its key.
  if (operation === "UpdateFunctionConfiguration" && given["Role"] === undefined) return [];
  if (operation === "ModifyDBCluster" && given["ManageMasterUserPassword"] !== true) return [];
  const named = ["KMSKeyArn", "MasterUserSecretKmsKeyId", "KmsKeyId"].flatMap((field) => stringsIn(given[field]));
  if (named[0] !== undefined) return [named[0]];
  const all = [...cloud.resources()];
  const about = [...touched, `arn:aws:s3:::${String(given["Bucket"])}`];
  const whose = all.find(({ arn }) => arn !== undefined && about.includes(arn))?.tags["Environment"];
  if (whose === undefined) return [];
  return all.flatMap(({ service, key, arn, tags }) =>
    service === "kms" && key.startsWith("key/") && tags["Environment"] === whose && arn !== undefined ? [arn] : [],
  );
}
