import { name } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node, within } from "../src/engine/node.ts";
import { DefaultSecurityGroup } from "../src/resources/ec2/default-security-group.ts";
import { ElasticIp } from "../src/resources/ec2/elastic-ip.ts";
import { GatewayEndpoint } from "../src/resources/ec2/gateway-endpoint.ts";
import { InternetGateway } from "../src/resources/ec2/internet-gateway.ts";
import { NatGateway } from "../src/resources/ec2/nat-gateway.ts";
import { RouteTable } from "../src/resources/ec2/route-table.ts";
import { Subnet } from "../src/resources/ec2/subnet.ts";
import { Vpc } from "../src/resources/ec2/vpc.ts";

/** Two public and two private subnets over two zones; the private ones reach out through NAT gateways. */
export function network({ environment, region, network: settings }: Settings) {
  const named = (type: string) => name(type, environment);

  const vpc = node(Vpc, "network/vpc", {
    name: named("vpc"),
    want: () => ({ cidr: settings.cidr, dnsSupport: true, dnsHostnames: true }),
  });

  // Everything brings a group of its own; the default one lets nothing in or out.
  const defaultGroup = node(DefaultSecurityGroup, "network/default-security-group", {
    name: named("default"),
    key: within(vpc, ({ vpcId }) => ({ vpcId })),
    want: () => ({}),
  });

  const internetGateway = node(InternetGateway, "network/internet-gateway", {
    name: named("igw"),
    needs: { vpc },
    want: ({ vpc }) => ({ vpcId: vpc.vpcId }),
  });

  const subnet = (type: "public" | "private", index: 0 | 1) => {
    const { cidr, zone } = settings[`${type}Subnets`][index];
    return node(Subnet, `network/${type}-subnet-${index + 1}`, {
      name: named(`${type}-subnet-${index + 1}`),
      needs: { vpc },
      want: ({ vpc }) => ({ vpcId: vpc.vpcId, cidr, zone, mapPublicIp: type === "public" }),
    });
  };
  const publicSubnets = [subnet("public", 0), subnet("public", 1)] as const;
  const privateSubnets = [subnet("private", 0), subnet("private", 1)] as const;

  const publicRoutes = node(RouteTable, "network/public-routes", {
    name: named("public-routes"),
    needs: { vpc, internetGateway, subnets: publicSubnets },
    want: ({ vpc, internetGateway, subnets }) => ({
      vpcId: vpc.vpcId,
      routes: { "0.0.0.0/0": { gatewayId: internetGateway.internetGatewayId } },
      subnetIds: subnets.map(({ subnetId }) => subnetId),
    }),
  });

  const exit = (number: 1 | 2) => {
    const address = node(ElasticIp, `network/address-${number}`, {
      name: named(`address-${number}`),
      want: () => ({}),
    });
    const nat = node(NatGateway, `network/nat-${number}`, {
      name: named(`nat-${number}`),
      // A NAT gateway fails without a way out for its subnet.
      needs: { internetGateway, subnet: publicSubnets[number === 1 ? 0 : 1], address },
      want: ({ subnet, address }) => ({ subnetId: subnet.subnetId, allocationId: address.allocationId }),
    });
    return { address, nat };
  };
  const exits = settings.natGateways === 2 ? [exit(1), exit(2)] : [exit(1)];

  const privateRoutes = exits.map(({ nat }, index) => {
    return node(RouteTable, `network/private-routes-${index + 1}`, {
      name: named(`private-routes-${index + 1}`),
      // With an exit each, a zone's subnet uses the exit of its own zone.
      needs: { vpc, nat, subnets: exits.length === 1 ? privateSubnets : privateSubnets.slice(index, index + 1) },
      want: ({ vpc, nat, subnets }) => ({
        vpcId: vpc.vpcId,
        routes: { "0.0.0.0/0": { natGatewayId: nat.natGatewayId } },
        subnetIds: subnets.map(({ subnetId }) => subnetId),
      }),
    });
  });

  const s3Endpoint = node(GatewayEndpoint, "network/s3-endpoint", {
    name: named("s3-endpoint"),
    needs: { vpc, tables: [publicRoutes, ...privateRoutes] },
    want: ({ vpc, tables }) => ({
      vpcId: vpc.vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      routeTableIds: tables.map(({ routeTableId }) => routeTableId),
      policy: anyone,
    }),
  });

  const addresses = exits.map((e) => e.address);
  const nats = exits.map((e) => e.nat);
  const nodes = [
    vpc,
    defaultGroup,
    internetGateway,
    ...publicSubnets,
    ...privateSubnets,
    publicRoutes,
    ...addresses,
    ...nats,
    ...privateRoutes,
    s3Endpoint,
  ];
  return { nodes, vpc, publicSubnets, privateSubnets, privateRoutes };
}

/** What AWS gives an endpoint without a policy: buckets decide for themselves. */
const anyone = {
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};
