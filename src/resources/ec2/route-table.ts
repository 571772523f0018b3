import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  type RouteTable as Description,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { type Change, ready } from "../../engine/kind.ts";
import { compare, compareMembers, sorted } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { compareTags, touches } from "../tags.ts";
import { ec2 } from "./permissions.ts";
import { destinationOf, type Target, targetsOf } from "./routes.ts";
import { searchFor } from "./search.ts";
import { retag, tagSpecification, tagsOf } from "./shared.ts";

interface Wanted {
  readonly vpcId: string;
  /** Targets by destination CIDR, without the local route and those of gateway endpoints. */
  readonly routes: Readonly<Record<string, Target>>;
  /** The subnets that use the table. */
  readonly subnetIds: readonly string[];
}

const id = (table: Description) => required(table.RouteTableId, "RouteTableId");

/** Associations with subnets, and with gateways, which are never wanted. The VPC's main table is the VPC's affair. */
const associationsOf = (table: Description) =>
  (table.Associations ?? []).filter(
    ({ Main, AssociationState }) =>
      Main !== true && AssociationState?.State !== "disassociating" && AssociationState?.State !== "disassociated",
  );

export const routeTables = searchFor<Description>({
  what: "route table",
  key: "ec2:route-tables",
  id,
  async describe(aws, { ids, filters, NextToken }) {
    const page = await aws.ec2(new DescribeRouteTablesCommand({ RouteTableIds: ids, Filters: filters, NextToken }));
    return { listed: page.RouteTables, NextToken: page.NextToken };
  },
});

/** A route table with its routes and its associations. */
export const RouteTable: AwsKind<Wanted, Description, { routeTableId: string }> = {
  type: "ec2:route-table",
  recover: "client-token",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 15 },
  seconds: { create: 1, remove: 1 },
  permissions: ec2,
  card: "Route tables",
  parseKey: noKey,

  find: routeTables.find,
  id,
  phase: () => ready,
  outputs: (live) => ({ routeTableId: id(live) }),

  changes(want, live, me) {
    return [
      ...compare(
        { vpcId: want.vpcId, subnetIds: sorted(want.subnetIds) },
        {
          vpcId: live.VpcId,
          subnetIds: sorted(associationsOf(live).map((a) => a.SubnetId ?? a.GatewayId)),
        },
        ["vpcId"],
      ),
      ...compareMembers("routes", want.routes, targetsOf(live)),
      ...compareTags(me, tagsOf(live)),
    ];
  },

  async create(aws, me, _key, want, token) {
    const made = await aws.ec2(
      new CreateRouteTableCommand({
        VpcId: want.vpcId,
        ClientToken: token,
        TagSpecifications: tagSpecification("route-table", me),
      }),
    );
    return required(made.RouteTable?.RouteTableId, "RouteTableId");
  },

  async update(aws, live, want, changes, me) {
    for (const change of changes) if (touches([change], "routes")) await setRoute(aws, live, want, change);
    if (touches(changes, "subnetIds")) await setAssociations(aws, live, want.subnetIds);
    if (touches(changes, "tags")) await retag(aws, id(live), me);
  },

  async remove(aws, live) {
    await disassociate(aws, associationsOf(live));
    await unlessGone(aws.ec2(new DeleteRouteTableCommand({ RouteTableId: id(live) })));
  },

  listOwned: routeTables.listOwned,
};

async function setRoute(aws: Aws, live: Description, want: Wanted, change: Change): Promise<void> {
  const RouteTableId = id(live);
  const destination = change.path.slice("routes.".length);
  const target = want.routes[destination];
  if (target === undefined) {
    await unlessGone(aws.ec2(new DeleteRouteCommand({ RouteTableId, ...destinationOf(live, destination) })));
    return;
  }
  const route = {
    RouteTableId,
    DestinationCidrBlock: destination,
    ...("gatewayId" in target ? { GatewayId: target.gatewayId } : { NatGatewayId: target.natGatewayId }),
  };
  if (change.live === undefined) {
    try {
      await aws.ec2(new CreateRouteCommand(route));
      return;
    } catch (error) {
      // A route that the look did not show yet.
      if (codeOf(error) !== "RouteAlreadyExists") throw error;
    }
  }
  await aws.ec2(new ReplaceRouteCommand(route));
}

async function setAssociations(aws: Aws, live: Description, subnetIds: readonly string[]): Promise<void> {
  const present = associationsOf(live);
  for (const subnetId of subnetIds) {
    if (!present.some((a) => a.SubnetId === subnetId)) await associate(aws, id(live), subnetId);
  }
  await disassociate(
    aws,
    present.filter((a) => a.SubnetId === undefined || !subnetIds.includes(a.SubnetId)),
  );
}

/** Associates a subnet, which may be associated elsewhere: then it is moved without being without a table. */
async function associate(aws: Aws, RouteTableId: string, SubnetId: string): Promise<void> {
  try {
    await aws.ec2(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  } catch (error) {
    if (codeOf(error) !== "Resource.AlreadyAssociated") throw error;
    const tables = await routeTables.all(aws, [{ Name: "association.subnet-id", Values: [SubnetId] }]);
    const held = tables.flatMap(associationsOf).find((a) => a.SubnetId === SubnetId);
    if (held === undefined) throw error;
    if (held.RouteTableId === RouteTableId) return;
    const AssociationId = required(held.RouteTableAssociationId, "RouteTableAssociationId");
    await aws.ec2(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId }));
  }
}

async function disassociate(aws: Aws, associations: ReturnType<typeof associationsOf>): Promise<void> {
  for (const association of associations) {
    const AssociationId = required(association.RouteTableAssociationId, "RouteTableAssociationId");
    await unlessGone(aws.ec2(new DisassociateRouteTableCommand({ AssociationId })));
  }
}
