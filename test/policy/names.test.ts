import * as gateway from "@aws-sdk/client-api-gateway";
import { expect, test } from "vitest";
import { permissions } from "../../src/policy/permissions.ts";
import { objectOf, stringsIn } from "../cloud/authorization.ts";
import { actions } from "./service-authorization.ts";

/** IAM's prefix, where it is not how tap calls the service. */
const prefixes: Readonly<Record<string, string>> = { secrets: "secretsmanager", state: "s3", tagging: "tag" };

/**
 * Operations whose actions have other names, or more than one (S3 user guide, "Required permissions for Amazon S3 API
 * operations"; Lambda API reference; STS API reference).
 */
const others: Readonly<Record<string, readonly string[]>> = {
  "lambda:GetFunction": ["lambda:GetFunction", "lambda:ListTags"],
  "lambda:Invoke": ["lambda:InvokeFunction"],
  "s3:DeleteObjects": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  "s3:GetBucketEncryption": ["s3:GetEncryptionConfiguration"],
  "s3:GetBucketLifecycleConfiguration": ["s3:GetLifecycleConfiguration"],
  "s3:GetPublicAccessBlock": ["s3:GetBucketPublicAccessBlock"],
  "s3:HeadObject": ["s3:GetObject", "s3:ListBucket"],
  "s3:ListMultipartUploads": ["s3:ListBucketMultipartUploads"],
  "s3:ListObjectVersions": ["s3:ListBucketVersions"],
  "s3:PutBucketEncryption": ["s3:PutEncryptionConfiguration"],
  "s3:PutBucketLifecycleConfiguration": ["s3:PutLifecycleConfiguration"],
  "s3:PutPublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
  "state:GetObject": ["s3:GetObject", "s3:ListBucket"],
  "state:ListObjectsV2": ["s3:ListBucket"],
  "sts:GetCallerIdentity": [],
};

/** The action that a create call with tags needs besides its own. */
const tagging: Readonly<Record<string, string>> = {
  acm: "acm:AddTagsToCertificate",
  ec2: "ec2:CreateTags",
  iam: "iam:TagRole",
  kms: "kms:TagResource",
  lambda: "lambda:TagResource",
  logs: "logs:TagResource",
  rds: "rds:AddTagsToResource",
  s3: "s3:TagResource",
  secrets: "secretsmanager:TagResource",
};

/** API Gateway's actions are HTTP verbs: the one that the SDK sends. */
function verbsOf(operation: string): readonly string[] {
  const schema: unknown = Reflect.get(gateway, `${operation}$`);
  const [verb = ""] = stringsIn(objectOf(Array.isArray(schema) ? schema[3] : undefined)["http"]);
  return [`apigateway:${verb}`, ...(operation === "TagResource" ? ["apigateway:PATCH"] : [])];
}

/** The actions of an operation by IAM's own rules: the same name, and one more where something is made with tags. */
function actionsOf(service: string, operation: string): readonly string[] {
  if (service === "apigateway") return verbsOf(operation);
  const own = `${prefixes[service] ?? service}:${operation}`;
  const { keys = [], on = {} } = actions[own] ?? {};
  const isMade = /^(Create|Allocate|Authorize|Request|RestoreDB)/.test(operation) && operation !== "CreateTags";
  const takesTags = isMade && [...keys, ...Object.values(on).flat()].includes("aws:RequestTag");
  return others[`${service}:${operation}`] ?? [own, ...(takesTags ? [tagging[service] ?? "unknown"] : [])];
}

const all = Object.entries(permissions).flatMap(([service, { operations: needs }]) =>
  Object.entries(needs).map(([operation, on]) => [service, operation, Object.keys(on)] as const),
);

test("the table gives every operation the actions that it needs, and no other", () => {
  const wrong = all.filter(
    ([service, operation, given]) => [...actionsOf(service, operation)].sort().join() !== [...given].sort().join(),
  );
  expect(wrong).toEqual([]);
});

test("every exception is there for an operation", () => {
  const names = new Set(all.map(([service, operation]) => `${service}:${operation}`));
  expect(Object.keys(others).filter((name) => !names.has(name))).toEqual([]);
});
