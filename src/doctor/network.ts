import {
  DescribeAccountAttributesCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Tag,
} from "@aws-sdk/client-ec2";
import { allPages } from "../resources/pages.ts";
import { fromList, isEnvironments } from "../resources/tags.ts";
import type { Check } from "./check.ts";
import { withCaller } from "./credentials.ts";
import { quotaFinding } from "./quota.ts";
import type { AwsSubject } from "./subject.ts";

/** Per region, unless raised (VPC user guide, "Amazon VPC quotas"). */
const vpcs = 5;
/** Per availability zone, unless raised (the same). */
const natGateways = 5;

/** Whether the region has room for an environment's network. */
export function networkChecks(subject: AwsSubject): Check[] {
  const { aws, settings } = subject;
  const { environment, region } = settings;
  const wanted = settings.network.natGateways;
  const isOurs = ({ Tags }: { readonly Tags?: Tag[] | undefined }) => isEnvironments(fromList(Tags), environment);
  const missing = (of: number, there: readonly { readonly Tags?: Tag[] | undefined }[]) =>
    Math.max(0, of - there.filter(isOurs).length);
  const check = withCaller(subject);
  return [
    check("vpcs", async () => {
      const there = await allPages(async (NextToken) => {
        const page = await aws.ec2(new DescribeVpcsCommand({ ...(NextToken && { NextToken }) }));
        return { items: page.Vpcs, next: page.NextToken };
      });
      const counted = { things: `VPCs in ${region}`, used: there.length, more: missing(1, there) };
      return quotaFinding({ ...counted, most: vpcs, byDefault: true, region, service: "vpc", code: "L-F678F1CE" });
    }),
    check("elastic-ips", async () => {
      const [{ Addresses = [] }, { AccountAttributes = [] }] = await Promise.all([
        aws.ec2(new DescribeAddressesCommand({})),
        aws.ec2(new DescribeAccountAttributesCommand({})),
      ]);
      const attribute = AccountAttributes.find(({ AttributeName }) => AttributeName === "vpc-max-elastic-ips");
      const most = Number(attribute?.AttributeValues?.[0]?.AttributeValue ?? Number.POSITIVE_INFINITY);
      const counted = { things: `Elastic IPs in ${region}`, used: Addresses.length, more: missing(wanted, Addresses) };
      return quotaFinding({ ...counted, most, byDefault: false, region, service: "ec2", code: "L-0263D0A3" });
    }),
    check("nat-gateways", async () => {
      const [there, subnets] = await Promise.all([
        allPages(async (NextToken) => {
          const Filter = [{ Name: "state", Values: ["pending", "available", "deleting"] }];
          const page = await aws.ec2(new DescribeNatGatewaysCommand({ Filter, ...(NextToken && { NextToken }) }));
          return { items: page.NatGateways, next: page.NextToken };
        }),
        allPages(async (NextToken) => {
          const page = await aws.ec2(new DescribeSubnetsCommand({ ...(NextToken && { NextToken }) }));
          return { items: page.Subnets, next: page.NextToken };
        }),
      ]);
      const zones = new Map(subnets.map(({ SubnetId, AvailabilityZone }) => [SubnetId, AvailabilityZone]));
      const counts = settings.network.publicSubnets.slice(0, wanted).map(({ zone }) => {
        const inZone = there.filter(({ SubnetId }) => zones.get(SubnetId) === zone);
        return { zone, used: inZone.length, more: missing(1, inZone) };
      });
      // The fullest of the zones decides.
      const { zone, used, more } = counts.reduce((a, b) => (b.used + b.more > a.used + a.more ? b : a));
      const counted = { things: `NAT gateways in ${zone}`, used, more };
      return quotaFinding({
        ...counted,
        most: natGateways,
        byDefault: true,
        region,
        service: "vpc",
        code: "L-FE5A380F",
      });
    }),
  ];
}
