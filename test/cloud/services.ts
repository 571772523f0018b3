import { acm } from "./acm/facts.ts";
import { apigateway } from "./apigateway/facts.ts";
import { ec2 } from "./ec2/facts.ts";
import type { ServiceFacts } from "./facts.ts";
import { iam } from "./iam/facts.ts";
import { kms } from "./kms/facts.ts";
import { lambda } from "./lambda/facts.ts";
import { logs } from "./logs/facts.ts";
import type { ServiceModel } from "./model.ts";
import { rds } from "./rds/facts.ts";
import { route53 } from "./route53/facts.ts";
import { s3 } from "./s3/facts.ts";
import { secretsmanager } from "./secrets/facts.ts";
import { sts } from "./sts.ts";
import { tagging } from "./tagging.ts";

/** What is known of every service of the in-memory AWS. To add one, add it here. */
const facts = {
  kms,
  ec2,
  s3,
  logs,
  iam,
  rds,
  secretsmanager,
  lambda,
  apigateway,
  acm,
  route53,
  sts,
  tagging,
};

type Facts = typeof facts;

/** Every service of a cloud. Models reach each other through `cloud.services`. */
export type Services = {
  readonly [Name in keyof Facts]: Facts[Name] extends ServiceFacts<infer Model> ? Model : never;
};

/** The same, for whoever asks for any of them, in the order in which they are made. */
export const services: Readonly<Record<string, ServiceFacts<ServiceModel>>> = facts;
