import {
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import { allPages } from "../pages.ts";

/** Reads one page of a list. */
type Load = (page: {
  readonly NextToken?: string;
}) => Promise<{ readonly items: readonly (string | undefined)[] | undefined; readonly next: string | undefined }>;

/**
 * What keeps a VPC from being deleted (DeleteVpc: what is attached to it or sits in it has to go first), whoever's it
 * is. What goes with the VPC is left out: its main route table, its default security group, and gateways and endpoints
 * that are only listed still.
 *
 * @returns for people, for example "subnet subnet-0123"
 */
export async function contentsOf(aws: Aws, vpcId: string): Promise<string[]> {
  const within = [{ Name: "vpc-id", Values: [vpcId] }];
  const attached = [{ Name: "attachment.vpc-id", Values: [vpcId] }];
  const lists: Readonly<Record<string, Load>> = {
    subnet: async (page) => {
      const { Subnets, NextToken: next } = await aws.ec2(new DescribeSubnetsCommand({ Filters: within, ...page }));
      return { items: Subnets?.map(({ SubnetId }) => SubnetId), next };
    },
    "security group": async (page) => {
      const answer = await aws.ec2(new DescribeSecurityGroupsCommand({ Filters: within, ...page }));
      const others = answer.SecurityGroups?.filter(({ GroupName }) => GroupName !== "default");
      return { items: others?.map(({ GroupId }) => GroupId), next: answer.NextToken };
    },
    "route table": async (page) => {
      const answer = await aws.ec2(new DescribeRouteTablesCommand({ Filters: within, ...page }));
      const others = answer.RouteTables?.filter((table) => !table.Associations?.some(({ Main }) => Main === true));
      return { items: others?.map(({ RouteTableId }) => RouteTableId), next: answer.NextToken };
    },
    "NAT gateway": async (page) => {
      const answer = await aws.ec2(new DescribeNatGatewaysCommand({ Filter: within, ...page }));
      const live = answer.NatGateways?.filter(({ State }) => State !== "deleted" && State !== "failed");
      return { items: live?.map(({ NatGatewayId }) => NatGatewayId), next: answer.NextToken };
    },
    endpoint: async (page) => {
      const answer = await aws.ec2(new DescribeVpcEndpointsCommand({ Filters: within, ...page }));
      // The documented spelling is "Deleted", what arrives is "deleted".
      const live = answer.VpcEndpoints?.filter(({ State }) => State?.toLowerCase() !== "deleted");
      return { items: live?.map(({ VpcEndpointId }) => VpcEndpointId), next: answer.NextToken };
    },
    "internet gateway": async (page) => {
      const answer = await aws.ec2(new DescribeInternetGatewaysCommand({ Filters: attached, ...page }));
      return {
        items: answer.InternetGateways?.map(({ InternetGatewayId }) => InternetGatewayId),
        next: answer.NextToken,
      };
    },
  };
  const found = Object.entries(lists).map(async ([what, load]) => {
    const ids = await allPages((NextToken) => load(NextToken === undefined ? {} : { NextToken }));
    return ids.map((id) => `${what} ${id}`);
  });
  return (await Promise.all(found)).flat();
}
