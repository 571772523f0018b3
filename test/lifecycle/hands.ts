import { DeleteCertificateCommand } from "@aws-sdk/client-acm";
import {
  DeleteBasePathMappingCommand,
  DeleteDeploymentCommand,
  DeleteDomainNameCommand,
  DeleteMethodCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  DeleteStageCommand,
} from "@aws-sdk/client-api-gateway";
import { DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ModifyVpcEndpointCommand,
  ReleaseAddressCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { DeleteAliasCommand } from "@aws-sdk/client-kms";
import { DeleteFunctionCommand, RemovePermissionCommand } from "@aws-sdk/client-lambda";
import {
  DeleteDBClusterCommand,
  DeleteDBClusterParameterGroupCommand,
  DeleteDBInstanceCommand,
  DeleteDBSubnetGroupCommand,
} from "@aws-sdk/client-rds";
import {
  ChangeResourceRecordSetsCommand,
  DeleteHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { DeleteBucketCommand, DeleteObjectsCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { Cloud } from "../cloud/cloud.ts";

/** How a person deletes one resource of the platform in the console. */
export interface Hand {
  /** @param id AWS's id of a node */
  remove(cloud: Cloud, id: (node: string) => string): void | Promise<void>;
  /** AWS's error code, where it will not let go of what is in use. */
  readonly refused?: string;
  /** Other nodes that go with it. */
  readonly takes?: readonly string[];
}

const domain = "api.example.com";

const unmap = (cloud: Cloud) =>
  void cloud.call(new DeleteBasePathMappingCommand({ domainName: domain, basePath: "(none)" }));

const subnet = (node: string): Hand => ({
  remove: (cloud, id) => void cloud.call(new DeleteSubnetCommand({ SubnetId: id(node) })),
});

/** A table goes once it is no subnet's and no endpoint's. */
const routes = (node: string): Hand => ({
  remove(cloud, id) {
    const RouteTableId = id(node);
    const { RouteTables = [] } = cloud.call(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
    for (const { RouteTableAssociationId: AssociationId } of RouteTables[0]?.Associations ?? []) {
      cloud.call(new DisassociateRouteTableCommand({ AssociationId }));
    }
    const VpcEndpointId = id("network/s3-endpoint");
    cloud.call(new ModifyVpcEndpointCommand({ VpcEndpointId, RemoveRouteTableIds: [RouteTableId] }));
    cloud.call(new DeleteRouteTableCommand({ RouteTableId }));
  },
});

const group = (node: string): Hand => ({
  refused: "DependencyViolation",
  remove: (cloud, id) => void cloud.call(new DeleteSecurityGroupCommand({ GroupId: id(node) })),
});

const rule = (node: string, of: string, direction: "ingress" | "egress"): Hand => ({
  remove(cloud, id) {
    const input = { GroupId: id(of), SecurityGroupRuleIds: [id(node)] };
    if (direction === "ingress") cloud.call(new RevokeSecurityGroupIngressCommand(input));
    else cloud.call(new RevokeSecurityGroupEgressCommand(input));
  },
});

const logGroup = (node: string): Hand => ({
  remove: (cloud, id) => void cloud.call(new DeleteLogGroupCommand({ logGroupName: id(node) })),
});

const instance = (node: string): Hand => ({
  async remove(cloud, id) {
    cloud.call(new DeleteDBInstanceCommand({ DBInstanceIdentifier: id(node), SkipFinalSnapshot: true }));
    await cloud.clock.sleep(cloud.durations.instanceDelete);
  },
});

const instances = ["database/writer", "database/reader-1", "database/reader-2"];

const role = (node: string): Hand => ({
  remove(cloud, id) {
    const RoleName = id(node);
    for (const PolicyName of cloud.call(new ListRolePoliciesCommand({ RoleName })).PolicyNames ?? []) {
      cloud.call(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    }
    cloud.call(new DeleteRoleCommand({ RoleName }));
  },
});

/** What may call a function goes with it. */
const lambda = (node: string, ...takes: string[]): Hand => ({
  takes,
  remove: (cloud, id) => void cloud.call(new DeleteFunctionCommand({ FunctionName: id(node) })),
});

const permission = (node: string): Hand => ({
  remove(cloud, id) {
    const [FunctionName, StatementId] = id(node).split("/");
    cloud.call(new RemovePermissionCommand({ FunctionName, StatementId }));
  },
});

const method = (node: string): Hand => ({
  remove(cloud, id) {
    const [restApiId, resourceId, httpMethod] = id(node).split("/");
    cloud.call(new DeleteMethodCommand({ restApiId, resourceId, httpMethod }));
  },
});

const underTrade = ["api/create-trade", "api/list-trades"];
const underTradeById = ["api/get-trade"];

const resource = (node: string, ...takes: string[]): Hand => ({
  takes,
  remove: (cloud, id) =>
    void cloud.call(new DeleteResourceCommand({ restApiId: id("api/rest-api"), resourceId: id(node) })),
});

function removeRecords(cloud: Cloud, HostedZoneId: string, fits: (set: ResourceRecordSet) => boolean): void {
  const { ResourceRecordSets = [] } = cloud.call(new ListResourceRecordSetsCommand({ HostedZoneId, MaxItems: 100 }));
  const Changes = ResourceRecordSets.filter(fits).map((set) => ({ Action: "DELETE" as const, ResourceRecordSet: set }));
  cloud.call(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
}

const record = (Type: string): Hand => ({
  remove: (cloud, id) => removeRecords(cloud, id("dns/zone"), (set) => set.Type === Type),
});

/** Every resource of the platform but its key, which has tests of its own. */
export const hands: Readonly<Record<string, Hand>> = {
  "encryption/alias": {
    remove: (cloud, id) => void cloud.call(new DeleteAliasCommand({ AliasName: id("encryption/alias") })),
  },
  "encryption/region-alias": {
    remove: (cloud, id) => void cloud.call(new DeleteAliasCommand({ AliasName: id("encryption/region-alias") })),
  },
  "network/vpc": {
    refused: "DependencyViolation",
    remove: (cloud, id) => void cloud.call(new DeleteVpcCommand({ VpcId: id("network/vpc") })),
  },
  "network/internet-gateway": {
    refused: "DependencyViolation",
    remove: (cloud, id) =>
      void cloud.call(new DeleteInternetGatewayCommand({ InternetGatewayId: id("network/internet-gateway") })),
  },
  // The NAT gateway and the functions' network interfaces sit in the others.
  "network/public-subnet-1": { ...subnet("network/public-subnet-1"), refused: "DependencyViolation" },
  "network/public-subnet-2": subnet("network/public-subnet-2"),
  "network/private-subnet-1": { ...subnet("network/private-subnet-1"), refused: "DependencyViolation" },
  "network/private-subnet-2": { ...subnet("network/private-subnet-2"), refused: "DependencyViolation" },
  "network/public-routes": routes("network/public-routes"),
  "network/private-routes-1": routes("network/private-routes-1"),
  "network/address-1": {
    // Held by the NAT gateway (kubernetes/kops#938).
    refused: "AuthFailure",
    remove: (cloud, id) => void cloud.call(new ReleaseAddressCommand({ AllocationId: id("network/address-1") })),
  },
  "network/nat-1": {
    async remove(cloud, id) {
      cloud.call(new DeleteNatGatewayCommand({ NatGatewayId: id("network/nat-1") }));
      await cloud.clock.sleep(cloud.durations.natDelete);
    },
  },
  "network/s3-endpoint": {
    async remove(cloud, id) {
      cloud.call(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id("network/s3-endpoint")] }));
      await cloud.clock.sleep(cloud.durations.endpointDelete);
    },
  },
  "security-groups/functions": group("security-groups/functions"),
  "security-groups/database": group("security-groups/database"),
  "security-groups/database-from-functions": rule(
    "security-groups/database-from-functions",
    "security-groups/database",
    "ingress",
  ),
  "security-groups/functions-to-database": rule(
    "security-groups/functions-to-database",
    "security-groups/functions",
    "egress",
  ),
  "security-groups/functions-to-https": rule(
    "security-groups/functions-to-https",
    "security-groups/functions",
    "egress",
  ),
  "artifacts/bucket": {
    remove(cloud, id) {
      const Bucket = id("artifacts/bucket");
      const { Versions = [] } = cloud.call(new ListObjectVersionsCommand({ Bucket }));
      const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
      cloud.call(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      cloud.call(new DeleteBucketCommand({ Bucket }));
    },
  },
  "logs/processor": logGroup("logs/processor"),
  "logs/query": logGroup("logs/query"),
  "logs/migrate": logGroup("logs/migrate"),
  "logs/api-access": logGroup("logs/api-access"),
  "logs/database-audit": logGroup("logs/database-audit"),
  "logs/database-error": logGroup("logs/database-error"),
  "logs/database-general": logGroup("logs/database-general"),
  "logs/database-slowquery": logGroup("logs/database-slowquery"),
  "database/subnet-group": {
    refused: "InvalidDBSubnetGroupStateFault",
    remove: (cloud, id) =>
      void cloud.call(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: id("database/subnet-group") })),
  },
  "database/parameter-group": {
    refused: "InvalidDBParameterGroupStateFault",
    remove(cloud, id) {
      const DBClusterParameterGroupName = id("database/parameter-group");
      cloud.call(new DeleteDBClusterParameterGroupCommand({ DBClusterParameterGroupName }));
    },
  },
  "database/cluster": {
    takes: [...instances, "database/schema", "database/master-secret"],
    async remove(cloud, id) {
      for (const node of instances) {
        cloud.call(new DeleteDBInstanceCommand({ DBInstanceIdentifier: id(node), SkipFinalSnapshot: true }));
      }
      const DBClusterIdentifier = id("database/cluster");
      cloud.call(new DeleteDBClusterCommand({ DBClusterIdentifier, SkipFinalSnapshot: true }));
      await cloud.clock.sleep(cloud.durations.instanceDelete + cloud.durations.clusterDelete);
    },
  },
  "database/writer": instance("database/writer"),
  "database/reader-1": instance("database/reader-1"),
  "database/reader-2": instance("database/reader-2"),
  "database/user-secret": {
    remove(cloud, id) {
      const SecretId = id("database/user-secret");
      cloud.call(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    },
  },
  "functions/processor-role": role("functions/processor-role"),
  "functions/query-role": role("functions/query-role"),
  "functions/migrate-role": role("functions/migrate-role"),
  "functions/processor": lambda("functions/processor", "api/create-trade-permission"),
  "functions/query": lambda("functions/query", "api/list-trades-permission", "api/get-trade-permission"),
  "functions/migrate": lambda("functions/migrate"),
  "api/rest-api": {
    takes: [
      "api/trade",
      "api/trade-by-id",
      ...underTrade,
      ...underTradeById,
      "api/deployment",
      "api/stage",
      "api/execution-log",
      "domain/mapping",
    ],
    remove(cloud, id) {
      unmap(cloud);
      cloud.call(new DeleteRestApiCommand({ restApiId: id("api/rest-api") }));
    },
  },
  "api/trade": resource("api/trade", "api/trade-by-id", ...underTrade, ...underTradeById),
  "api/trade-by-id": resource("api/trade-by-id", ...underTradeById),
  "api/create-trade": method("api/create-trade"),
  "api/list-trades": method("api/list-trades"),
  "api/get-trade": method("api/get-trade"),
  "api/create-trade-permission": permission("api/create-trade-permission"),
  "api/list-trades-permission": permission("api/list-trades-permission"),
  "api/get-trade-permission": permission("api/get-trade-permission"),
  "api/deployment": {
    refused: "BadRequestException",
    remove(cloud, id) {
      cloud.call(new DeleteDeploymentCommand({ restApiId: id("api/rest-api"), deploymentId: id("api/deployment") }));
    },
  },
  "api/execution-log": logGroup("api/execution-log"),
  "api/stage": {
    takes: ["domain/mapping"],
    remove(cloud, id) {
      unmap(cloud);
      cloud.call(new DeleteStageCommand({ restApiId: id("api/rest-api"), stageName: "dev" }));
    },
  },
  "certificate/certificate": {
    refused: "ResourceInUseException",
    remove: (cloud, id) =>
      void cloud.call(new DeleteCertificateCommand({ CertificateArn: id("certificate/certificate") })),
  },
  "domain/domain-name": {
    takes: ["domain/mapping"],
    remove: (cloud) => void cloud.call(new DeleteDomainNameCommand({ domainName: domain })),
  },
  "domain/mapping": { remove: unmap },
  "dns/zone": {
    takes: ["dns/validation", "dns/address", "dns/delegation"],
    remove(cloud, id) {
      removeRecords(cloud, id("dns/zone"), (set) => set.Type !== "NS" && set.Type !== "SOA");
      cloud.call(new DeleteHostedZoneCommand({ Id: id("dns/zone") }));
    },
  },
  "dns/validation": record("CNAME"),
  "dns/address": record("A"),
};
