import type { Route, RouteTable } from "@aws-sdk/client-ec2";

/** Where a route that tap sets leads to. */
export type Target = { readonly gatewayId: string } | { readonly natGatewayId: string };

/**
 * Routes that AWS makes and keeps itself: the local one, those that a virtual private gateway propagates, and those of
 * a gateway endpoint, which lead from a prefix list to the endpoint (VPC user guide, "Gateway endpoints").
 */
const isAws = (route: Route) =>
  route.Origin === "CreateRouteTable" ||
  route.Origin === "EnableVgwRoutePropagation" ||
  route.GatewayId === "local" ||
  (route.DestinationPrefixListId !== undefined && route.GatewayId?.startsWith("vpce-") === true);

const destination = (route: Route) =>
  route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? "";

/** A route's target: the field that holds it, and its id. A black hole still names what is gone. */
function targetOf(route: Route): Readonly<Record<string, string>> {
  const fields = {
    gatewayId: route.GatewayId,
    natGatewayId: route.NatGatewayId,
    instanceId: route.InstanceId,
    networkInterfaceId: route.NetworkInterfaceId,
    transitGatewayId: route.TransitGatewayId,
    vpcPeeringConnectionId: route.VpcPeeringConnectionId,
    egressOnlyInternetGatewayId: route.EgressOnlyInternetGatewayId,
    carrierGatewayId: route.CarrierGatewayId,
    localGatewayId: route.LocalGatewayId,
    coreNetworkArn: route.CoreNetworkArn,
  };
  for (const [field, target] of Object.entries(fields)) if (target !== undefined) return { [field]: target };
  return { state: route.State ?? "unknown" };
}

/** The targets of the routes that are ours to judge, by destination. */
export const targetsOf = (table: RouteTable): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    (table.Routes ?? []).filter((route) => !isAws(route)).map((route) => [destination(route), targetOf(route)]),
  );

/** The field in which calls name the destination of a table's route. */
export function destinationOf(table: RouteTable, name: string) {
  const route = table.Routes?.find((r) => destination(r) === name);
  if (route?.DestinationIpv6CidrBlock !== undefined) return { DestinationIpv6CidrBlock: name };
  if (route?.DestinationPrefixListId !== undefined) return { DestinationPrefixListId: name };
  return { DestinationCidrBlock: name };
}
