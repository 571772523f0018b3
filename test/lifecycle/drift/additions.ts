import { CreateResourceCommand, PutMethodCommand, UpdateStageCommand } from "@aws-sdk/client-api-gateway";
import { DeleteRetentionPolicyCommand, DisassociateKmsKeyCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AssociateRouteTableCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  DeleteRouteCommand,
  DisassociateRouteTableCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ReplaceRouteCommand,
} from "@aws-sdk/client-ec2";
import { AttachRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { DisableKeyCommand, DisableKeyRotationCommand } from "@aws-sdk/client-kms";
import {
  ModifyDBClusterCommand,
  ModifyDBClusterParameterGroupCommand,
  StopDBClusterCommand,
} from "@aws-sdk/client-rds";
import { ChangeResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { DeleteBucketPolicyCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { Cloud } from "../../cloud/cloud.ts";
import { domainName } from "./baseline.ts";

/** Something that someone has added, taken away or switched by hand, which no other value in a call of `up` stands for. */
export interface Addition {
  readonly what: string;
  /** The node whose row has to name it. */
  readonly node: string;
  readonly path: RegExp;
  /** Nodes whose rows show a consequence. */
  readonly also?: RegExp;
  /** @param id AWS's id of a node */
  readonly by: (cloud: Cloud, id: (node: string) => string) => void;
}

const anywhere = { CidrIp: "0.0.0.0/0" };
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
});
const role = "trading-processor-dev";

/** The first association of a subnet with one of our tables, by its id. */
function associationOf(cloud: Cloud, table: string): string {
  const state = JSON.stringify(cloud.dump()["ec2"]?.[`route-table/${table}`]);
  const [association] = /rtbassoc-[0-9a-f]+/.exec(state) ?? [];
  if (association === undefined) throw new Error(`${table} has no association`);
  return association;
}

/** A stranger's, in our VPC, without a table of its own. */
const strangersSubnet = "subnet-00000000000000001";

export const additions: readonly Addition[] = [
  {
    what: "a route",
    node: "network/public-routes",
    path: /^routes\.192\.168\.0\.0\/16$/,
    by: (cloud, id) =>
      cloud.call(
        new CreateRouteCommand({
          RouteTableId: id("network/public-routes"),
          DestinationCidrBlock: "192.168.0.0/16",
          GatewayId: id("network/internet-gateway"),
        }),
      ),
  },
  {
    what: "a route that leads elsewhere",
    node: "network/public-routes",
    path: /^routes\.0\.0\.0\.0\/0$/,
    by: (cloud, id) =>
      cloud.call(
        new ReplaceRouteCommand({
          RouteTableId: id("network/public-routes"),
          DestinationCidrBlock: "0.0.0.0/0",
          NatGatewayId: id("network/nat-1"),
        }),
      ),
  },
  {
    what: "a route that is gone",
    node: "network/private-routes-1",
    path: /^routes\.0\.0\.0\.0\/0$/,
    by: (cloud, id) =>
      cloud.call(
        new DeleteRouteCommand({ RouteTableId: id("network/private-routes-1"), DestinationCidrBlock: "0.0.0.0/0" }),
      ),
  },
  {
    what: "an association",
    node: "network/public-routes",
    path: /^subnetIds$/,
    by: (cloud, id) =>
      cloud.call(
        new AssociateRouteTableCommand({ RouteTableId: id("network/public-routes"), SubnetId: strangersSubnet }),
      ),
  },
  {
    what: "an association that is gone",
    node: "network/private-routes-1",
    path: /^subnetIds$/,
    by: (cloud, id) =>
      cloud.call(
        new DisassociateRouteTableCommand({ AssociationId: associationOf(cloud, id("network/private-routes-1")) }),
      ),
  },
  {
    what: "an ingress rule in the functions' group",
    node: "security-groups/functions",
    path: /^rules\.sgr-/,
    by: (cloud, id) =>
      cloud.call(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: id("security-groups/functions"),
          IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [anywhere] }],
        }),
      ),
  },
  {
    what: "an egress rule in the database's group",
    node: "security-groups/database",
    path: /^rules\.sgr-/,
    by: (cloud, id) =>
      cloud.call(
        new AuthorizeSecurityGroupEgressCommand({
          GroupId: id("security-groups/database"),
          IpPermissions: [{ IpProtocol: "-1", IpRanges: [anywhere] }],
        }),
      ),
  },
  {
    what: "a rule in the default security group",
    node: "network/default-security-group",
    path: /^rules\.sgr-/,
    by: (cloud, id) =>
      cloud.call(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: id("network/default-security-group"),
          IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [anywhere] }],
        }),
      ),
  },
  {
    what: "DNS switched off",
    node: "network/vpc",
    path: /^dns(Support|Hostnames)$/,
    by: (cloud, id) => {
      const VpcId = id("network/vpc");
      cloud.call(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: false } }));
      cloud.call(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: false } }));
    },
  },
  {
    what: "public addresses in a private subnet",
    node: "network/private-subnet-1",
    path: /^mapPublicIp$/,
    by: (cloud, id) => {
      const SubnetId = id("network/private-subnet-1");
      cloud.call(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    },
  },
  {
    what: "an inline policy",
    node: "functions/processor-role",
    path: /^policies\.by-hand$/,
    by: (cloud) =>
      cloud.call(new PutRolePolicyCommand({ RoleName: role, PolicyName: "by-hand", PolicyDocument: policy })),
  },
  {
    what: "an attached policy",
    node: "functions/processor-role",
    path: /^managed\./,
    by: (cloud) => {
      const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
      cloud.call(new AttachRolePolicyCommand({ RoleName: role, PolicyArn }));
    },
  },
  {
    what: "a key that is disabled",
    node: "encryption/key",
    path: /^enabled$/,
    also: /^database\//,
    by: (cloud, id) => cloud.call(new DisableKeyCommand({ KeyId: id("encryption/key") })),
  },
  {
    what: "a key that is not rotated any more",
    node: "encryption/key",
    path: /^rotation$/,
    by: (cloud, id) => cloud.call(new DisableKeyRotationCommand({ KeyId: id("encryption/key") })),
  },
  {
    what: "public access to the bucket",
    node: "artifacts/bucket",
    path: /^publicAccess\.BlockPublicPolicy$/,
    by: (cloud, id) => {
      const blocks = { BlockPublicAcls: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
      const PublicAccessBlockConfiguration = { ...blocks, BlockPublicPolicy: false };
      const Bucket = id("artifacts/bucket");
      cloud.call(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    },
  },
  {
    what: "a bucket without a policy",
    node: "artifacts/bucket",
    path: /^policy$/,
    by: (cloud, id) => cloud.call(new DeleteBucketPolicyCommand({ Bucket: id("artifacts/bucket") })),
  },
  {
    what: "a log group that keeps everything",
    node: "logs/query",
    path: /^retentionDays$/,
    by: (cloud, id) => cloud.call(new DeleteRetentionPolicyCommand({ logGroupName: id("logs/query") })),
  },
  {
    what: "a log group in the clear",
    node: "logs/query",
    path: /^kmsKeyArn$/,
    by: (cloud, id) => cloud.call(new DisassociateKmsKeyCommand({ logGroupName: id("logs/query") })),
  },
  {
    what: "a log that is exported no more",
    node: "database/cluster",
    path: /^logExports$/,
    by: (cloud, id) =>
      cloud.call(
        new ModifyDBClusterCommand({
          DBClusterIdentifier: id("database/cluster"),
          CloudwatchLogsExportConfiguration: { DisableLogTypes: ["audit"] },
          ApplyImmediately: true,
        }),
      ),
  },
  {
    what: "a database that is stopped",
    node: "database/cluster",
    path: /^status$/,
    also: /^database\//,
    by: (cloud, id) => cloud.call(new StopDBClusterCommand({ DBClusterIdentifier: id("database/cluster") })),
  },
  {
    what: "a database parameter",
    node: "database/parameter-group",
    path: /^parameters\.max_connections$/,
    by: (cloud, id) =>
      cloud.call(
        new ModifyDBClusterParameterGroupCommand({
          DBClusterParameterGroupName: id("database/parameter-group"),
          Parameters: [{ ParameterName: "max_connections", ParameterValue: "100", ApplyMethod: "immediate" }],
        }),
      ),
  },
  {
    what: "a secret that is to be deleted",
    node: "database/user-secret",
    path: /^deletionDate$/,
    by: (cloud, id) =>
      cloud.call(new DeleteSecretCommand({ SecretId: id("database/user-secret"), RecoveryWindowInDays: 7 })),
  },
  {
    what: "a path of the API",
    node: "api/rest-api",
    path: /^resources\.\/trade\/admin$/,
    by: (cloud, id) =>
      cloud.call(
        new CreateResourceCommand({ restApiId: id("api/rest-api"), parentId: id("api/trade"), pathPart: "admin" }),
      ),
  },
  {
    what: "a method of the API",
    node: "api/rest-api",
    path: /^resources\.\/trade\.DELETE$/,
    by: (cloud, id) =>
      cloud.call(
        new PutMethodCommand({
          restApiId: id("api/rest-api"),
          resourceId: id("api/trade"),
          httpMethod: "DELETE",
          authorizationType: "NONE",
        }),
      ),
  },
  {
    what: "requests in the execution log",
    node: "api/stage",
    path: /^dataTrace$/,
    by: (cloud, id) => {
      const patchOperations = [{ op: "replace" as const, path: "/*/*/logging/dataTrace", value: "true" }];
      cloud.call(new UpdateStageCommand({ restApiId: id("api/rest-api"), stageName: "dev", patchOperations }));
    },
  },
  {
    what: "an address record that leads elsewhere",
    node: "dns/address",
    path: /^(ttl|values|alias\.\w+)$/,
    by: (cloud, id) =>
      cloud.call(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: id("dns/zone"),
          ChangeBatch: {
            Changes: [
              {
                Action: "UPSERT",
                ResourceRecordSet: { Name: domainName, Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] },
              },
            ],
          },
        }),
      ),
  },
  {
    what: "a record beside the address",
    node: "dns/address",
    path: /^others\.AAAA$/,
    by: (cloud, id) =>
      cloud.call(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: id("dns/zone"),
          ChangeBatch: {
            Changes: [
              {
                Action: "CREATE",
                ResourceRecordSet: {
                  Name: domainName,
                  Type: "AAAA",
                  TTL: 60,
                  ResourceRecords: [{ Value: "2001:db8::1" }],
                },
              },
            ],
          },
        }),
      ),
  },
];
