import type { Aws } from "../src/aws/aws.ts";
import { type AnyKind, anyKind, neverLeftOver } from "../src/engine/refresh.ts";
import { Certificate } from "../src/resources/acm/certificate.ts";
import { BasePathMapping } from "../src/resources/apigateway/base-path-mapping.ts";
import { ApiDeployment } from "../src/resources/apigateway/deployment.ts";
import { ApiDomainName } from "../src/resources/apigateway/domain-name.ts";
import { ApiMethod } from "../src/resources/apigateway/method.ts";
import { ApiResource } from "../src/resources/apigateway/resource.ts";
import { RestApi } from "../src/resources/apigateway/rest-api.ts";
import { ApiStage } from "../src/resources/apigateway/stage.ts";
import type { AnyAwsKind } from "../src/resources/define.ts";
import { ElasticIp } from "../src/resources/ec2/elastic-ip.ts";
import { GatewayEndpoint } from "../src/resources/ec2/gateway-endpoint.ts";
import { InternetGateway } from "../src/resources/ec2/internet-gateway.ts";
import { NatGateway } from "../src/resources/ec2/nat-gateway.ts";
import { RouteTable } from "../src/resources/ec2/route-table.ts";
import { SecurityGroup } from "../src/resources/ec2/security-group.ts";
import { SecurityGroupRule } from "../src/resources/ec2/security-group-rule.ts";
import { Subnet } from "../src/resources/ec2/subnet.ts";
import { Vpc } from "../src/resources/ec2/vpc.ts";
import { Role } from "../src/resources/iam/role.ts";
import { KmsAlias } from "../src/resources/kms/alias.ts";
import { KmsKey } from "../src/resources/kms/key.ts";
import { LambdaFunction } from "../src/resources/lambda/function.ts";
import { LambdaPermission } from "../src/resources/lambda/permission.ts";
import { LogGroup } from "../src/resources/logs/log-group.ts";
import { ClusterBackups } from "../src/resources/rds/backups.ts";
import { DbCluster } from "../src/resources/rds/cluster.ts";
import { DbClusterParameterGroup } from "../src/resources/rds/cluster-parameter-group.ts";
import { DbInstance } from "../src/resources/rds/instance.ts";
import { DbSubnetGroup } from "../src/resources/rds/subnet-group.ts";
import { HostedZone } from "../src/resources/route53/hosted-zone.ts";
import { DnsRecord } from "../src/resources/route53/record.ts";
import { Bucket } from "../src/resources/s3/bucket.ts";
import { Secret } from "../src/resources/secrets/secret.ts";

/**
 * Every kind of resource that tap has ever made, what others stand on first. What is ours and declared no more is looked
 * for by this list, and removed the other way round; a kind that no step uses any longer stays in it.
 */
export const awsKinds: readonly AnyAwsKind[] = [
  KmsKey,
  KmsAlias,
  Vpc,
  InternetGateway,
  Subnet,
  ElasticIp,
  NatGateway,
  RouteTable,
  GatewayEndpoint,
  SecurityGroup,
  SecurityGroupRule,
  Bucket,
  LogGroup,
  DbSubnetGroup,
  DbClusterParameterGroup,
  DbCluster,
  ClusterBackups,
  DbInstance,
  Secret,
  Role,
  LambdaFunction,
  RestApi,
  ApiResource,
  ApiMethod,
  LambdaPermission,
  ApiDeployment,
  ApiStage,
  HostedZone,
  Certificate,
  ApiDomainName,
  BasePathMapping,
  DnsRecord,
];

/** The same as the engine takes them, and every other type that a state may name. */
export const kinds: readonly AnyKind<Aws>[] = [
  ...awsKinds.map(anyKind),
  // Look-ups, settings of the account, what goes with its parent, and the database on this machine.
  ...[
    "acm:issued-certificate",
    "apigateway:account",
    "ec2:default-security-group",
    "iam:shared-role",
    "local:database",
    "rds:engine-version",
    "rds:master-secret",
    "rds:restore-source",
    "rds:schema",
    "route53:delegation",
    "route53:existing-zone",
  ].map(neverLeftOver),
];
