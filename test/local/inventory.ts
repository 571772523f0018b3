import { ACMClient, ListCertificatesCommand } from "@aws-sdk/client-acm";
import { APIGatewayClient, GetDomainNamesCommand, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
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
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSubnetGroupsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/**
 * Everything in an account, by type: read with plain SDK clients and by nothing of tap's, so that it can prove what tap
 * says of itself. A key that is to be deleted, and what EC2 lists for a while after its end, count as gone.
 */
export async function inventory(at: { readonly endpoint: string; readonly region: string }) {
  const config = { ...at, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const acm = new ACMClient(config);
  const gateway = new APIGatewayClient(config);
  const ec2 = new EC2Client(config);
  const kms = new KMSClient(config);
  const rds = new RDSClient(config);
  const lists: Readonly<Record<string, () => Promise<(string | undefined)[] | undefined>>> = {
    addresses: async () => (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.map((a) => a.AllocationId),
    endpoints: async () =>
      (await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints?.filter(
        (e) => e.State?.toLowerCase() !== "deleted",
      ).map((e) => e.VpcEndpointId),
    internetGateways: async () =>
      (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways?.map((g) => g.InternetGatewayId),
    natGateways: async () =>
      (await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways?.filter((n) => n.State !== "deleted").map(
        (n) => n.NatGatewayId,
      ),
    networkInterfaces: async () => {
      const interfaces = (await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces ?? [];
      const gateways = (await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways ?? [];
      return interfaces.map(({ NetworkInterfaceId: id }) => {
        const nat = gateways.find((n) => n.NatGatewayAddresses?.some((a) => a.NetworkInterfaceId === id));
        return nat === undefined ? id : `${id} of a NAT gateway, ${nat.State}`;
      });
    },
    routeTables: async () =>
      (await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables?.map((t) => t.RouteTableId),
    securityGroups: async () =>
      (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups?.map((g) => g.GroupId),
    subnets: async () => (await ec2.send(new DescribeSubnetsCommand({}))).Subnets?.map((s) => s.SubnetId),
    vpcs: async () => (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.map((v) => v.VpcId),
    aliases: async () => (await kms.send(new ListAliasesCommand({}))).Aliases?.map((a) => a.AliasName),
    keys: async () => {
      const keys = (await kms.send(new ListKeysCommand({}))).Keys ?? [];
      const all = await Promise.all(keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
      return all.filter((k) => k.KeyMetadata?.KeyState !== "PendingDeletion").map((k) => k.KeyMetadata?.KeyId);
    },
    buckets: async () =>
      (await new S3Client({ ...config, forcePathStyle: true }).send(new ListBucketsCommand({}))).Buckets?.map(
        (b) => b.Name,
      ),
    logGroups: async () =>
      (await new CloudWatchLogsClient(config).send(new DescribeLogGroupsCommand({}))).logGroups?.map(
        (g) => g.logGroupName,
      ),
    clusters: async () =>
      (await rds.send(new DescribeDBClustersCommand({}))).DBClusters?.map((c) => c.DBClusterIdentifier),
    instances: async () =>
      (await rds.send(new DescribeDBInstancesCommand({}))).DBInstances?.map((i) => i.DBInstanceIdentifier),
    parameterGroups: async () =>
      (await rds.send(new DescribeDBClusterParameterGroupsCommand({}))).DBClusterParameterGroups?.map(
        (g) => g.DBClusterParameterGroupName,
      ),
    snapshots: async () =>
      (await rds.send(new DescribeDBClusterSnapshotsCommand({}))).DBClusterSnapshots?.map(
        (s) => s.DBClusterSnapshotIdentifier,
      ),
    subnetGroups: async () =>
      (await rds.send(new DescribeDBSubnetGroupsCommand({}))).DBSubnetGroups?.map((g) => g.DBSubnetGroupName),
    secrets: async () =>
      (await new SecretsManagerClient(config).send(new ListSecretsCommand({}))).SecretList?.map((s) => s.Name),
    roles: async () => (await new IAMClient(config).send(new ListRolesCommand({}))).Roles?.map((r) => r.RoleName),
    functions: async () =>
      (await new LambdaClient(config).send(new ListFunctionsCommand({}))).Functions?.map((f) => f.FunctionName),
    apis: async () => (await gateway.send(new GetRestApisCommand({}))).items?.map((a) => a.name),
    domainNames: async () => (await gateway.send(new GetDomainNamesCommand({}))).items?.map((d) => d.domainName),
    certificates: async () =>
      (await acm.send(new ListCertificatesCommand({}))).CertificateSummaryList?.map((c) => c.DomainName),
    zones: async () =>
      (await new Route53Client(config).send(new ListHostedZonesCommand({}))).HostedZones?.map((z) => z.Name),
  };
  const read = Object.entries(lists).map(async ([type, list]) => [type, ((await list()) ?? []).sort()] as const);
  return Object.fromEntries(await Promise.all(read));
}
