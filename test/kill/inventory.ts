import {
  APIGatewayClient,
  GetDeploymentsCommand,
  GetResourcesCommand,
  GetRestApisCommand,
} from "@aws-sdk/client-api-gateway";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSubnetGroupsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { LocalAws } from "../../src/local/local-aws.ts";

type Tagged = { Tags?: { Key?: string | undefined; Value?: string | undefined }[] | undefined };

/** The name of a tagged resource; the default ones that come with an account or a VPC have none. */
const named = (type: string, list: readonly Tagged[] | undefined): string[] =>
  (list ?? []).flatMap(({ Tags }) => {
    const name = Tags?.find(({ Key }) => Key === "Name")?.Value;
    return name === undefined ? [] : [`${type} ${name}`];
  });

const listed = (type: string, names: readonly (string | undefined)[] | undefined): string[] =>
  (names ?? []).map((name) => `${type} ${name}`);

/**
 * Everything that the platform can have left on a local AWS, listed with the services' own calls and none of tap's code.
 * One line a resource; names, not ids, so that two accounts can be compared.
 */
export async function inventory({ endpoint, credentials }: LocalAws): Promise<string[]> {
  const config = { endpoint, region: "us-east-1", credentials };
  const ec2 = new EC2Client(config);
  const rds = new RDSClient(config);
  const api = new APIGatewayClient(config);
  const kms = new KMSClient(config);
  const keys = (await kms.send(new ListKeysCommand({}))).Keys ?? [];
  const metadata = await Promise.all(keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  const apis = (await api.send(new GetRestApisCommand({}))).items ?? [];
  const parts = await Promise.all(
    apis.map(async ({ id, name }) => {
      const resources = (await api.send(new GetResourcesCommand({ restApiId: id, embed: ["methods"] }))).items ?? [];
      const deployments = (await api.send(new GetDeploymentsCommand({ restApiId: id }))).items ?? [];
      const routes = resources.flatMap((r) => Object.keys(r.resourceMethods ?? {}).map((verb) => `${verb} ${r.path}`));
      return [`api ${name}`, ...listed("route", routes), ...deployments.map((d) => `deployment ${d.description}`)];
    }),
  );
  const roles = (await new IAMClient(config).send(new ListRolesCommand({}))).Roles ?? [];
  const lines = [
    ...named("vpc", (await ec2.send(new DescribeVpcsCommand({}))).Vpcs),
    ...named("subnet", (await ec2.send(new DescribeSubnetsCommand({}))).Subnets),
    ...named("igw", (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways),
    ...named("address", (await ec2.send(new DescribeAddressesCommand({}))).Addresses),
    ...named(
      "nat",
      (await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways?.filter(({ State }) => State !== "deleted"),
    ),
    ...named("routes", (await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables),
    ...named(
      "endpoint",
      (await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints?.filter(
        ({ State }) => State?.toLowerCase() !== "deleted",
      ),
    ),
    ...named("group", (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups),
    ...named("rule", (await ec2.send(new DescribeSecurityGroupRulesCommand({}))).SecurityGroupRules),
    ...listed(
      "key",
      metadata.filter((m) => m.KeyMetadata?.KeyState === "Enabled").map((m) => m.KeyMetadata?.Description),
    ),
    ...listed(
      "alias",
      (await kms.send(new ListAliasesCommand({}))).Aliases?.map((a) => a.AliasName).filter((n) =>
        n?.includes("trading"),
      ),
    ),
    ...listed(
      "bucket",
      (await new S3Client(config).send(new ListBucketsCommand({}))).Buckets?.map((b) => b.Name),
    ),
    ...listed(
      "log group",
      (await new CloudWatchLogsClient(config).send(new DescribeLogGroupsCommand({}))).logGroups
        ?.map((g) => g.logGroupName?.replace(/Logs_[^/]+/, "Logs_*"))
        .filter((n) => n?.includes("trading") || n?.startsWith("API-Gateway")),
    ),
    ...listed(
      "cluster",
      (await rds.send(new DescribeDBClustersCommand({}))).DBClusters?.map((c) => c.DBClusterIdentifier),
    ),
    ...listed(
      "instance",
      (await rds.send(new DescribeDBInstancesCommand({}))).DBInstances?.map((i) => i.DBInstanceIdentifier),
    ),
    ...listed(
      "subnet group",
      (await rds.send(new DescribeDBSubnetGroupsCommand({}))).DBSubnetGroups?.map((g) => g.DBSubnetGroupName),
    ),
    ...listed(
      "parameter group",
      (await rds.send(new DescribeDBClusterParameterGroupsCommand({}))).DBClusterParameterGroups?.map(
        (g) => g.DBClusterParameterGroupName,
      ).filter((n) => n?.startsWith("trading-")),
    ),
    ...listed(
      "secret",
      (await new SecretsManagerClient(config).send(new ListSecretsCommand({}))).SecretList?.map((s) =>
        s.Name?.replace(/cluster-.*/, "cluster-*"),
      ),
    ),
    ...listed(
      "role",
      roles.map((r) => r.RoleName).filter((n) => n?.startsWith("trading-")),
    ),
    ...listed(
      "function",
      (await new LambdaClient(config).send(new ListFunctionsCommand({}))).Functions?.map((f) => f.FunctionName),
    ),
    ...parts.flat(),
  ];
  return lines.sort();
}
