import {
  DescribeAddressesCommand,
  DescribeAccountAttributesCommand as DescribeEc2Account,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Tag,
} from "@aws-sdk/client-ec2";
import { DescribeAccountAttributesCommand as DescribeRdsAccount } from "@aws-sdk/client-rds";
import { name } from "../config/names.ts";
import type { Settings } from "../config/settings.ts";
import { allPages } from "../resources/pages.ts";
import { listClusters, listInstances } from "../resources/rds/shared.ts";
import { fromList, isEnvironments } from "../resources/tags.ts";
import type { Account } from "./account.ts";
import { error, type Finding, ok, warning } from "./check.ts";

/** A quota of an account, and how much of it is used. */
interface Quota {
  /** What is counted, in the plural: "VPCs in us-east-1". */
  readonly things: string;
  readonly used: number;
  /** How many `up` would add. */
  readonly more: number;
  /** Where AWS does not say what this account has: what every account has, unless it was given more. */
  readonly byDefault?: number;
  /** What this account has. */
  readonly most?: number | undefined;
  /** As Service Quotas knows it. */
  readonly service: string;
  readonly code: string;
}

/** Whether a quota has room for what `up` would add. */
function room(
  { region }: Settings,
  { things, used, more, byDefault, most = byDefault ?? Number.POSITIVE_INFINITY, service, code }: Quota,
): Finding {
  const adds = more === 0 ? "up adds none" : `up adds ${more}`;
  const stands = `${things}: ${used} of ${most} in use, ${adds}`;
  if (more === 0 || used + more <= most) return ok(stands);
  const fix = `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${used + more}`;
  if (byDefault === undefined) return error(stands, fix);
  return warning(`${stands}; too many, unless the account's quota was raised`, fix);
}

/** How many of the environment's are not there yet. */
function missing({ environment }: Settings, wanted: number, there: readonly { readonly Tags?: Tag[] | undefined }[]) {
  return Math.max(0, wanted - there.filter(({ Tags }) => isEnvironments(fromList(Tags), environment)).length);
}

// The defaults: VPC user guide, "Amazon VPC quotas".

/** Whether the region has room for the environment's VPC. */
export async function vpcs({ aws, settings }: Account): Promise<Finding> {
  const there = await allPages("Vpcs", "NextToken", (NextToken) => aws.ec2(new DescribeVpcsCommand({ NextToken })));
  const counted = { things: `VPCs in ${aws.region}`, used: there.length, more: missing(settings, 1, there) };
  return room(settings, { ...counted, byDefault: 5, service: "vpc", code: "L-F678F1CE" });
}

/** Whether the region has room for the addresses of the NAT gateways. */
export async function elasticIps({ aws, settings }: Account): Promise<Finding> {
  const [{ Addresses = [] }, { AccountAttributes = [] }] = await Promise.all([
    aws.ec2(new DescribeAddressesCommand({})),
    aws.ec2(new DescribeEc2Account({})),
  ]);
  const attribute = AccountAttributes.find(({ AttributeName }) => AttributeName === "vpc-max-elastic-ips");
  const most = Number(attribute?.AttributeValues?.[0]?.AttributeValue ?? Number.POSITIVE_INFINITY);
  const more = missing(settings, settings.network.natGateways, Addresses);
  const counted = { things: `Elastic IPs in ${aws.region}`, used: Addresses.length, more };
  return room(settings, { ...counted, most, service: "ec2", code: "L-0263D0A3" });
}

/** Whether the zones have room for the NAT gateways. */
export async function natGateways({ aws, settings }: Account): Promise<Finding> {
  const [there, subnets] = await Promise.all([
    allPages("NatGateways", "NextToken", (NextToken) =>
      aws.ec2(
        new DescribeNatGatewaysCommand({
          Filter: [{ Name: "state", Values: ["pending", "available", "deleting"] }],
          NextToken,
        }),
      ),
    ),
    allPages("Subnets", "NextToken", (NextToken) => aws.ec2(new DescribeSubnetsCommand({ NextToken }))),
  ]);
  const zones = new Map(subnets.map(({ SubnetId, AvailabilityZone }) => [SubnetId, AvailabilityZone]));
  const { publicSubnets, natGateways: wanted } = settings.network;
  const counts = publicSubnets.slice(0, wanted).map(({ zone }) => {
    const inZone = there.filter(({ SubnetId }) => zones.get(SubnetId) === zone);
    return { things: `NAT gateways in ${zone}`, used: inZone.length, more: missing(settings, 1, inZone) };
  });
  const fullest = counts.reduce((a, b) => (b.used + b.more > a.used + a.more ? b : a));
  return room(settings, { ...fullest, byDefault: 5, service: "vpc", code: "L-FE5A380F" });
}

/** Whether the account has room for the cluster and its instances. */
export async function databaseQuota({ aws, settings }: Account): Promise<Finding> {
  const [{ AccountQuotas = [] }, clusters, instances] = await Promise.all([
    aws.rds(new DescribeRdsAccount({})),
    listClusters(aws),
    listInstances(aws),
  ]);
  const cluster = name("cluster", settings.environment);
  const findings = [
    { things: "DBClusters", code: "L-952B80B8", wanted: 1, there: clusters },
    { things: "DBInstances", code: "L-7B6409FD", wanted: 1 + settings.database.readers, there: instances },
  ].map(({ things, code, wanted, there }) => {
    const { Used: used = 0, Max: most } = AccountQuotas.find((q) => q.AccountQuotaName === things) ?? {};
    const ours = there.filter(({ DBClusterIdentifier }) => DBClusterIdentifier === cluster);
    return room(settings, { things, used, more: Math.max(0, wanted - ours.length), most, service: "rds", code });
  });
  return findings.find(({ status }) => status === "error") ?? ok(findings.map(({ what }) => what).join("; "));
}
