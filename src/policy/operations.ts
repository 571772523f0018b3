import type { ServiceName } from "../aws/services.ts";
import { kms, logs, rds, s3, secrets, state } from "./data.ts";
import type { ServiceNeeds } from "./needs.ts";
import { ec2 } from "./network.ts";
import { acm, apigateway, iam, lambda, route53, sts, tagging } from "./service.ts";

/** The services that tap calls, as it names them; `state` is S3 where the shared state is. */
export type Service = ServiceName | "state";

/**
 * Every operation that tap calls, and the IAM actions that it needs. A test holds this against the source and against
 * what is called over the whole life of an environment.
 */
export const operations: Readonly<Record<Service, ServiceNeeds>> = {
  acm,
  apigateway,
  ec2,
  iam,
  kms,
  lambda,
  logs,
  rds,
  route53,
  s3,
  secrets,
  state,
  sts,
  tagging,
};
