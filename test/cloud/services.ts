import { AcmModel } from "./acm/acm.ts";
import { acm } from "./acm/authorization.ts";
import { ApiGatewayModel } from "./apigateway/apigateway.ts";
import { apigateway } from "./apigateway/authorization.ts";
import type { Authorization } from "./authorization.ts";
import type { Cloud } from "./cloud.ts";
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

/** Every service of the cloud. Models reach each other through `cloud.services`. */
export interface Services {
  readonly kms: KmsModel;
  readonly ec2: Ec2Model;
  readonly s3: S3Model;
  readonly logs: LogsModel;
  readonly iam: IamModel;
  readonly rds: RdsModel;
  readonly secretsmanager: SecretsModel;
  readonly lambda: LambdaModel;
  readonly apigateway: ApiGatewayModel;
  readonly acm: AcmModel;
  readonly route53: Route53Model;
  readonly sts: StsModel;
  readonly tagging: TaggingModel;
}

export function createServices(cloud: Cloud): Services {
  return {
    kms: new KmsModel(cloud),
    ec2: new Ec2Model(cloud),
    s3: new S3Model(cloud),
    logs: new LogsModel(cloud),
    iam: new IamModel(cloud),
    rds: new RdsModel(cloud),
    secretsmanager: new SecretsModel(cloud),
    lambda: new LambdaModel(cloud),
    apigateway: new ApiGatewayModel(cloud),
    acm: new AcmModel(cloud),
    route53: new Route53Model(cloud),
    sts: new StsModel(cloud),
    tagging: new TaggingModel(cloud),
  };
}

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
