import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
  type Route,
  type RouteTableAssociation,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { parseBlock } from "./cidr.ts";
import { endpointState, prefixListOf } from "./endpoints.ts";
import { natState } from "./nat.ts";
import {
  type Attributes,
  dependencyViolation,
  type Ec2Record,
  type Ec2Store,
  get,
  invalid,
  notFound,
  required,
} from "./store.ts";
import { subnetNotFound } from "./subnets.ts";
import { vpcNotFound } from "./vpc.ts";

export interface RouteTable extends Ec2Record {
  readonly vpcId: string;
  associations: { readonly id: string; readonly subnetId: string | undefined; readonly main: boolean }[];
  /** Those made by CreateRoute, by destination. The local route and those of endpoints are worked out. */
  readonly routes: Map<string, Target>;
}

type Target = { readonly gatewayId: string } | { readonly natGatewayId: string };

export const routeTableNotFound = notFound("InvalidRouteTableID.NotFound", "routeTable ID");
const associationNotFound = notFound("InvalidAssociationID.NotFound", "association ID");

/** Adds a table; the main one of a VPC has no tags. */
export function createRouteTable(
  store: Ec2Store,
  vpcId: string,
  { main = false, tags = new TagSet({}, 0) } = {},
): RouteTable {
  const { cloud } = store;
  const associations = main ? [{ id: cloud.id("rtbassoc"), subnetId: undefined, main }] : [];
  const table: RouteTable = { id: cloud.id("rtb"), created: store.now(), tags, vpcId, associations, routes: new Map() };
  store.routeTables.set(table.id, table);
  return table;
}

/** Route tables, their routes and associations. */
export function routeTableOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const table = (id: string | undefined) => get(store.routeTables, id, routeTableNotFound, "routeTableId");

  const active = (target: Target, vpcId: string): boolean => {
    if ("gatewayId" in target) return store.internetGateways.get(target.gatewayId)?.vpcId === vpcId;
    const nat = store.natGateways.get(target.natGatewayId);
    return nat !== undefined && natState(store, nat) === "available";
  };
  const showRoutes = ({ id, vpcId, routes }: RouteTable): Route[] => [
    {
      DestinationCidrBlock: store.vpcs.get(vpcId)?.cidr,
      GatewayId: "local",
      Origin: "CreateRouteTable",
      State: "active",
    },
    ...[...routes].map(
      ([destination, target]): Route => ({
        DestinationCidrBlock: destination,
        ...("gatewayId" in target ? { GatewayId: target.gatewayId } : { NatGatewayId: target.natGatewayId }),
        Origin: "CreateRoute",
        // Route data type: "blackhole" when the target is not available, such as a deleted gateway.
        State: active(target, vpcId) ? "active" : "blackhole",
      }),
    ),
    // aws-notes, route table row: an S3 gateway endpoint adds a prefix-list route.
    ...[...store.endpoints.values()]
      .filter((endpoint) => endpoint.routeTableIds.has(id) && endpointState(store, endpoint) === "available")
      .map(
        (endpoint): Route => ({
          DestinationPrefixListId: prefixListOf(endpoint.serviceName),
          GatewayId: endpoint.id,
          Origin: "CreateRoute",
          State: "active",
        }),
      ),
  ];
  const showAssociations = ({ id, associations }: RouteTable): RouteTableAssociation[] =>
    associations.map((association) => ({
      RouteTableAssociationId: association.id,
      RouteTableId: id,
      Main: association.main,
      ...(association.subnetId !== undefined && { SubnetId: association.subnetId }),
      AssociationState: { State: "associated" },
    }));
  const show = (item: RouteTable) => ({
    RouteTableId: item.id,
    VpcId: item.vpcId,
    OwnerId: cloud.account,
    Associations: showAssociations(item),
    Routes: showRoutes(item),
    PropagatingVgws: [],
    Tags: item.tags.list(),
  });

  const targetOf = (
    owner: RouteTable,
    input: { GatewayId?: string | undefined; NatGatewayId?: string | undefined },
  ): Target => {
    const { GatewayId: gatewayId, NatGatewayId: natGatewayId } = input;
    if (gatewayId !== undefined && natGatewayId !== undefined) {
      throw awsError("InvalidParameterCombination", "A route has exactly one target.");
    }
    if (gatewayId !== undefined) {
      const gateway = get(
        store.internetGateways,
        gatewayId,
        notFound("InvalidGatewayID.NotFound", "gateway ID"),
        "gatewayId",
      );
      if (gateway.vpcId !== owner.vpcId) {
        throw invalid(`route table ${owner.id} and network gateway ${gateway.id} belong to different networks`);
      }
      return { gatewayId };
    }
    const natNotFound = notFound("InvalidNatGatewayID.NotFound", "natGateway ID");
    const nat = get(store.natGateways, natGatewayId, natNotFound, "natGatewayId");
    if (nat.vpcId !== owner.vpcId) {
      throw invalid(`route table ${owner.id} and NAT gateway ${nat.id} belong to different networks`);
    }
    // design.md: "a NAT that a route points to" must be usable first; EC2 does not find one that is still pending.
    if (natState(store, nat) !== "available") throw natNotFound(nat.id);
    return { natGatewayId: nat.id };
  };
  const association = (id: string | undefined) => {
    for (const owner of store.routeTables.values()) {
      const found = owner.associations.find((item) => item.id === id);
      if (found) return { owner, found };
    }
    throw associationNotFound(required(id, "associationId"));
  };

  const attributes: Attributes<RouteTable> = {
    "route-table-id": (item) => item.id,
    "vpc-id": (item) => item.vpcId,
    "association.main": (item) => item.associations.map(({ main }) => String(main)),
    "association.subnet-id": (item) => item.associations.flatMap(({ subnetId }) => subnetId ?? []),
    "association.route-table-association-id": (item) => item.associations.map(({ id }) => id),
    "route.nat-gateway-id": (item) => showRoutes(item).flatMap((route) => route.NatGatewayId ?? []),
    "route.gateway-id": (item) => showRoutes(item).flatMap((route) => route.GatewayId ?? []),
  };

  return [
    write(CreateRouteTableCommand, ["VpcId", "ClientToken", "TagSpecifications"], (input) => {
      const { ClientToken } = input;
      const earlier = store.routeTables.get(store.made("CreateRouteTable", ClientToken, input) ?? "");
      if (earlier) return { RouteTable: show(earlier), ClientToken };
      const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
      const made = createRouteTable(store, vpc.id, { tags: store.newTags(input.TagSpecifications, "route-table") });
      store.remember("CreateRouteTable", ClientToken, input, made.id);
      return { RouteTable: show(made), ClientToken };
    }),
    read(DescribeRouteTablesCommand, ["RouteTableIds", "Filters", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: store.routeTables.values(),
        ids: input.RouteTableIds,
        filters: input.Filters,
        attributes,
        notFound: routeTableNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { RouteTables: items.map(show), ...next };
    }),
    write(DeleteRouteTableCommand, ["RouteTableId"], (input) => {
      const item = table(input.RouteTableId);
      // DeleteRouteTable API: "You must disassociate the route table from any subnets", "You can't delete the main route
      // table". That endpoints hold it too is stricter than what is documented.
      const endpoints = [...store.endpoints.values()].some(({ routeTableIds }) => routeTableIds.has(item.id));
      if (item.associations.length > 0 || endpoints) {
        throw dependencyViolation(`The routeTable '${item.id}' has dependencies and cannot be deleted.`);
      }
      store.routeTables.delete(item.id);
      cloud.bury(cloud.arn("ec2", `route-table/${item.id}`), item.tags);
      return {};
    }),
    write(CreateRouteCommand, ["RouteTableId", "DestinationCidrBlock", "GatewayId", "NatGatewayId"], (input) => {
      const owner = table(input.RouteTableId);
      const destination = required(input.DestinationCidrBlock, "destinationCidrBlock");
      if (!parseBlock(destination)) throw invalid(`The destination CIDR block ${destination} is not valid`);
      const target = targetOf(owner, input);
      if (owner.routes.has(destination) || destination === store.vpcs.get(owner.vpcId)?.cidr) {
        throw awsError("RouteAlreadyExists", `The route identified by ${destination} already exists.`);
      }
      owner.routes.set(destination, target);
      return { Return: true };
    }),
    write(ReplaceRouteCommand, ["RouteTableId", "DestinationCidrBlock", "GatewayId", "NatGatewayId"], (input) => {
      const owner = table(input.RouteTableId);
      const destination = required(input.DestinationCidrBlock, "destinationCidrBlock");
      const target = targetOf(owner, input);
      if (!owner.routes.has(destination)) {
        throw invalid(`There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`);
      }
      owner.routes.set(destination, target);
      return {};
    }),
    write(DeleteRouteCommand, ["RouteTableId", "DestinationCidrBlock"], (input) => {
      const owner = table(input.RouteTableId);
      const destination = required(input.DestinationCidrBlock, "destinationCidrBlock");
      if (destination === store.vpcs.get(owner.vpcId)?.cidr) {
        throw invalid(`cannot remove local route ${destination} in route table ${owner.id}`);
      }
      if (!owner.routes.delete(destination)) {
        const text = `no route with destination-cidr-block ${destination} in route table ${owner.id}`;
        throw awsError("InvalidRoute.NotFound", text);
      }
      return {};
    }),
    write(AssociateRouteTableCommand, ["RouteTableId", "SubnetId"], (input) => {
      const owner = table(input.RouteTableId);
      const subnet = get(store.subnets, input.SubnetId, subnetNotFound, "subnetId");
      if (subnet.vpcId !== owner.vpcId) {
        throw invalid(`route table ${owner.id} and subnet ${subnet.id} belong to different networks`);
      }
      // AssociateRouteTable: a subnet has one table at a time; changing it is ReplaceRouteTableAssociation.
      const taken = [...store.routeTables.values()].some((other) =>
        other.associations.some(({ subnetId }) => subnetId === subnet.id),
      );
      if (taken) {
        const text = `the specified association for route table ${owner.id} conflicts with an existing association`;
        throw awsError("Resource.AlreadyAssociated", text);
      }
      const made = { id: cloud.id("rtbassoc"), subnetId: subnet.id, main: false };
      owner.associations.push(made);
      return { AssociationId: made.id, AssociationState: { State: "associated" as const } };
    }),
    write(DisassociateRouteTableCommand, ["AssociationId"], (input) => {
      const { owner, found } = association(input.AssociationId);
      if (found.main) throw invalid(`cannot disassociate the main route table association ${found.id}`);
      owner.associations = owner.associations.filter((item) => item !== found);
      return {};
    }),
    write(ReplaceRouteTableAssociationCommand, ["AssociationId", "RouteTableId"], (input) => {
      const { owner, found } = association(input.AssociationId);
      const next = table(input.RouteTableId);
      if (next.vpcId !== owner.vpcId)
        throw invalid(`route tables ${owner.id} and ${next.id} belong to different networks`);
      owner.associations = owner.associations.filter((item) => item !== found);
      const made = { ...found, id: cloud.id("rtbassoc") };
      next.associations.push(made);
      return { NewAssociationId: made.id, AssociationState: { State: "associated" as const } };
    }),
  ];
}
