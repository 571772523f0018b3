import type { Asked, Authorization, During } from "../authorization.ts";
import type { Cloud } from "../cloud.ts";

/** See {@link Authorization}. */
export const secretsmanager: Authorization = {
  actions: {
    "secretsmanager:CancelRotateSecret": {
      on: { secret: ["aws:RequestTag", "aws:ResourceTag"] },
      keys: ["aws:ResourceTag"],
    },
    "secretsmanager:DeleteResourcePolicy": {
      on: { secret: ["aws:RequestTag", "aws:ResourceTag"] },
      keys: ["aws:ResourceTag"],
    },
    "secretsmanager:GetResourcePolicy": {
      on: { secret: ["aws:RequestTag", "aws:ResourceTag"] },
      keys: ["aws:ResourceTag"],
    },
    "secretsmanager:RemoveRegionsFromReplication": {
      on: { secret: ["aws:RequestTag", "aws:ResourceTag"] },
      keys: ["aws:ResourceTag"],
    },
    "secretsmanager:CreateSecret": {
      on: { secret: ["aws:RequestTag", "aws:ResourceTag"] },
      keys: ["aws:RequestTag", "aws:ResourceTag"],
    },
    "secretsmanager:DeleteSecret": { on: { secret: ["aws:RequestTag", "aws:ResourceTag"] }, keys: ["aws:ResourceTag"] },
    "secretsmanager:DescribeSecret": {
      on: { secret: ["aws:RequestTag", "aws:ResourceTag"] },
      keys: ["aws:ResourceTag"],
    },
    "secretsmanager:RestoreSecret": {
      on: { secret: ["aws:RequestTag", "aws:ResourceTag"] },
      keys: ["aws:ResourceTag"],
    },
    "secretsmanager:TagResource": {
      on: { secret: ["aws:RequestTag", "aws:ResourceTag"] },
      keys: ["aws:RequestTag", "aws:ResourceTag"],
    },
    "secretsmanager:UpdateSecret": { on: { secret: ["aws:RequestTag", "aws:ResourceTag"] }, keys: ["aws:ResourceTag"] },
  },
  forms: {
    secret: /^arn:aws:secretsmanager:[^:]+:\d+:secret:/,
  },
  touched: ({ cloud, operation, arn, each }) => [
    ...each("SecretId", (id) => secretArn(cloud, id)),
    ...(operation === "CreateSecret" ? each("Name", (name) => arn("secretsmanager", `secret:${name}-AbCdEf`)) : []),
  ],
  tagging: "secretsmanager:TagResource",
  taggable: (name) => [
    [
      "secretsmanager:TagResource",
      `arn:aws:secretsmanager:us-east-1:123456789012:secret:trading-database-user-${name}-AbCdEf`,
    ],
  ],
  implied: {
    "secretsmanager:CreateSecret": (during) => managedSecret(during),
    "secretsmanager:TagResource": (during) => managedSecret(during),
  },
};

/** A secret by ARN or name. One that is not there has no ARN, only the name that was asked for. */
function secretArn(cloud: Cloud, id: string): string {
  if (id.startsWith("arn:")) return id;
  const pattern = new RegExp(`:secret:${id}-\\w{6}$`);
  const found = [...cloud.resources()].find(({ arn }) => arn !== undefined && pattern.test(arn));
  return found?.arn ?? cloud.arn("secretsmanager", `secret:${id}`);
}

/** RDS keeps the master user's password in a secret of its own. */
const managedSecret = ({ operation, given, arn }: During): Asked[] =>
  operation === "CreateDBCluster" || given["ManageMasterUserPassword"] === true
    ? [[arn("secretsmanager", "secret:rds!cluster-0-AbCdEf")]]
    : [];
