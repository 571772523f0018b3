import type { Aws } from "../../aws/aws.ts";
import { endpoints } from "./gateway-endpoint.ts";
import { securityGroups } from "./group-rules.ts";
import { internetGateways } from "./internet-gateway.ts";
import { natGateways } from "./nat-gateway.ts";
import { routeTables } from "./route-table.ts";
import type { Search } from "./search.ts";
import { subnets } from "./subnet.ts";

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
  const named = async <T>(type: Search<T>, filters = within, holds: (live: T) => boolean = () => true) =>
    (await type.all(aws, filters)).filter(holds).map((live) => `${type.what} ${type.id(live)}`);
  const found = await Promise.all([
    named(subnets),
    named(securityGroups, within, ({ GroupName }) => GroupName !== "default"),
    named(routeTables, within, ({ Associations }) => !Associations?.some(({ Main }) => Main === true)),
    named(natGateways, within, ({ State }) => State !== "failed"),
    named(endpoints),
    named(internetGateways, attached),
  ]);
  return found.flat();
}
