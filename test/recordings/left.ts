import { APIGatewayClient, paginateGetRestApis } from "@aws-sdk/client-api-gateway";
import { CloudWatchLogsClient, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  EC2Client,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient, paginateListAliases } from "@aws-sdk/client-kms";
import { LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import {
  paginateDescribeDBClusterParameterGroups,
  paginateDescribeDBClusterSnapshots,
  paginateDescribeDBClusters,
  paginateDescribeDBInstances,
  paginateDescribeDBSubnetGroups,
  RDSClient,
} from "@aws-sdk/client-rds";
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { paginateListSecrets, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";

/** Where to look. */
export interface At {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Of an emulator. */
  readonly endpoint?: string;
}

/**
 * What an account still holds of an environment, by the services' own lists and with none of tap's code: everything that
 * mentions its suffix, which nothing else may contain. Keys have no names, and are looked for by tag; one that is to be
 * deleted counts as gone, and so does what EC2 goes on listing after its end.
 *
 * @returns one line each, such as `role trading-query-proof`; a list that could not be read is a line, too
 */
export async function left({ endpoint, ...at }: At, suffix: string): Promise<string[]> {
  const config = { ...at, ...(endpoint === undefined ? {} : { endpoint }) };
  const gateway = { client: new APIGatewayClient(config) };
  const ec2 = { client: new EC2Client(config) };
  const iam = { client: new IAMClient(config) };
  const kms = { client: new KMSClient(config) };
  const lambda = { client: new LambdaClient(config) };
  const logs = { client: new CloudWatchLogsClient(config) };
  const rds = { client: new RDSClient(config) };
  const s3 = new S3Client({ ...config, forcePathStyle: endpoint !== undefined });
  const secrets = { client: new SecretsManagerClient(config) };
  const tagging = { client: new ResourceGroupsTaggingAPIClient(config) };

  const keys = async () => {
    const TagFilters = [{ Key: "Environment", Values: [suffix] }];
    const tagged = paginateGetResources(tagging, { TagFilters, ResourceTypeFilters: ["kms:key"] });
    const arns = (await all(tagged, (page) => page.ResourceTagMappingList)).map(({ ResourceARN }) => ResourceARN);
    const found = await Promise.all(arns.map((KeyId) => kms.client.send(new DescribeKeyCommand({ KeyId }))));
    const alive = found.filter(({ KeyMetadata }) => KeyMetadata?.KeyState !== "PendingDeletion");
    return alive.map(({ KeyMetadata }) => ({ id: KeyMetadata?.KeyId, suffix }));
  };
  const lists: Readonly<Record<string, () => Promise<readonly object[]>>> = {
    address: async () => (await ec2.client.send(new DescribeAddressesCommand({}))).Addresses ?? [],
    alias: () => all(paginateListAliases(kms, {}), (page) => page.Aliases),
    api: () => all(paginateGetRestApis(gateway, {}), (page) => page.items),
    bucket: async () => (await s3.send(new ListBucketsCommand({}))).Buckets ?? [],
    cluster: () => all(paginateDescribeDBClusters(rds, {}), (page) => page.DBClusters),
    function: () => all(paginateListFunctions(lambda, {}), (page) => page.Functions),
    instance: () => all(paginateDescribeDBInstances(rds, {}), (page) => page.DBInstances),
    "internet gateway": () => all(paginateDescribeInternetGateways(ec2, {}), (page) => page.InternetGateways),
    key: keys,
    "log group": () => all(paginateDescribeLogGroups(logs, {}), (page) => page.logGroups),
    "NAT gateway": async () =>
      (await all(paginateDescribeNatGateways(ec2, {}), (page) => page.NatGateways)).filter(
        ({ State }) => State !== "deleted",
      ),
    "network interface": () => all(paginateDescribeNetworkInterfaces(ec2, {}), (page) => page.NetworkInterfaces),
    "parameter group": () =>
      all(paginateDescribeDBClusterParameterGroups(rds, {}), (page) => page.DBClusterParameterGroups),
    role: () => all(paginateListRoles(iam, {}), (page) => page.Roles),
    "route table": () => all(paginateDescribeRouteTables(ec2, {}), (page) => page.RouteTables),
    secret: () => all(paginateListSecrets(secrets, {}), (page) => page.SecretList),
    "security group": () => all(paginateDescribeSecurityGroups(ec2, {}), (page) => page.SecurityGroups),
    snapshot: () => all(paginateDescribeDBClusterSnapshots(rds, {}), (page) => page.DBClusterSnapshots),
    subnet: () => all(paginateDescribeSubnets(ec2, {}), (page) => page.Subnets),
    "subnet group": () => all(paginateDescribeDBSubnetGroups(rds, {}), (page) => page.DBSubnetGroups),
    VPC: () => all(paginateDescribeVpcs(ec2, {}), (page) => page.Vpcs),
    "VPC endpoint": async () =>
      (await all(paginateDescribeVpcEndpoints(ec2, {}), (page) => page.VpcEndpoints)).filter(
        ({ State }) => State?.toLowerCase() !== "deleted",
      ),
  };
  const lines = Object.entries(lists).map(async ([type, list]) => {
    try {
      return (await list())
        .filter((one) => JSON.stringify(one).includes(suffix))
        .map((one) => `${type} ${nameOf(one)}`);
    } catch (error) {
      return [`${type}: could not be listed: ${error instanceof Error ? error.message : error}`];
    }
  });
  return (await Promise.all(lines)).flat().sort();
}

async function all<Page, Item>(pages: AsyncIterable<Page>, items: (page: Page) => readonly Item[] | undefined) {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}

/** Its ids and names, those of what it belongs to included. */
const nameOf = (item: object): string =>
  Object.entries(item)
    .filter(([key, value]) => /(^id|Id|Identifier|[nN]ame)$/.test(key) && typeof value === "string")
    .map(([, value]) => value)
    .join(" ");
