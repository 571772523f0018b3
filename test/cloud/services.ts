import { AcmModel } from "./acm/acm.ts";
import { acm } from "./acm/authorization.ts";
import { ApiGatewayModel } from "./apigateway/apigateway.ts";
import { apigateway } from "./apigateway/authorization.ts";
import type { Authorization } from "./authorization.ts";
import { ec2 } from "./ec2/authorization.ts";
import { Ec2Model } from "./ec2/ec2.ts";
import { IamModel } from "./iam.ts";
import { iam } from "./iam-authorization.ts";
import { kms } from "./kms/authorization.ts";
import { KmsModel } from "./kms/kms.ts";
import { lambda } from "./lambda/authorization.ts";
import { LambdaModel } from "./lambda/lambda.ts";
import { LogsModel } from "./logs.ts";
import { logs } from "./logs-authorization.ts";
import { rds } from "./rds/authorization.ts";
import { RdsModel } from "./rds/rds.ts";
import { route53 } from "./route53/authorization.ts";
import { Route53Model } from "./route53/route53.ts";
import { s3 } from "./s3/authorization.ts";
import { S3Model } from "./s3/s3.ts";
import { secretsmanager } from "./secrets/authorization.ts";
import { SecretsModel } from "./secrets/secrets.ts";
import { StsModel } from "./sts.ts";
import { TaggingModel } from "./tagging.ts";
import { tag } from "./tagging-authorization.ts";

/** The model of each service. To add one, add its line here. */
export const models = {
  kms: KmsModel,
  ec2: Ec2Model,
  s3: S3Model,
  logs: LogsModel,
  iam: IamModel,
  rds: RdsModel,
  secretsmanager: SecretsModel,
  lambda: LambdaModel,
  apigateway: ApiGatewayModel,
  acm: AcmModel,
  route53: Route53Model,
  sts: StsModel,
  tagging: TaggingModel,
} as const;

/** Every service of a cloud. Models reach each other through `cloud.services`. */
export type Services = { readonly [name in keyof typeof models]: InstanceType<(typeof models)[name]> };

/** How IAM sees the services, by its own prefix of each. */
export const authorizations: Readonly<Record<string, Authorization>> = {
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
  secretsmanager,
  tag,
};
