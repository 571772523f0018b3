import type { Identity } from "../engine/kind.ts";
import { identifying } from "./tags.ts";

const pairs = (me: Identity, key = "Key", value = "Value"): string =>
  identifying.map((name) => `${key}=${name},${value}=${me.tags[name]}`).join(" ");

const map = (me: Identity): string => identifying.map((name) => `${name}=${me.tags[name]}`).join(",");

/**
 * The AWS CLI's command that gives a resource the tags back by which it is this node's. Each adds to what is there: S3's
 * own would replace all tags of a bucket.
 *
 * @param id as the service wants it: an id of EC2's or KMS's, a role's name, else an ARN
 */
export const tagCommand = {
  ec2: (me: Identity, id: string) => `aws ec2 create-tags --resources ${id} --tags ${pairs(me)}`,
  acm: (me: Identity, id: string) => `aws acm add-tags-to-certificate --certificate-arn ${id} --tags ${pairs(me)}`,
  kms: (me: Identity, id: string) => `aws kms tag-resource --key-id ${id} --tags ${pairs(me, "TagKey", "TagValue")}`,
  iam: (me: Identity, id: string) => `aws iam tag-role --role-name ${id} --tags ${pairs(me)}`,
  rds: (me: Identity, id: string) => `aws rds add-tags-to-resource --resource-name ${id} --tags ${pairs(me)}`,
  secrets: (me: Identity, id: string) => `aws secretsmanager tag-resource --secret-id ${id} --tags ${pairs(me)}`,
  lambda: (me: Identity, id: string) => `aws lambda tag-resource --resource ${id} --tags ${map(me)}`,
  logs: (me: Identity, id: string) => `aws logs tag-resource --resource-arn ${id} --tags ${map(me)}`,
  apigateway: (me: Identity, id: string) => `aws apigateway tag-resource --resource-arn ${id} --tags ${map(me)}`,
  s3: (me: Identity, id: string) =>
    `aws resourcegroupstaggingapi tag-resources --resource-arn-list ${id} --tags ${map(me)}`,
} as const;

/** A service whose resources are given their tags back by {@link tagCommand}. */
export type Tagged = keyof typeof tagCommand;
