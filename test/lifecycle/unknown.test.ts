import { expect, test } from "vitest";
import { everything } from "./everything.ts";
import { converged, done, outOfSync, unwell } from "./scene.ts";
import { World } from "./world.ts";

const scene = await converged(everything);

/**
 * What AWS does not have to say: the field, within the answer of an operation. A cluster's DatabaseName is not among them,
 * since the in-memory AWS leaves it out by itself.
 */
const silences: readonly (readonly [operation: string, within: string, field: string])[] = [
  ["DescribeDBClusters", "DBClusters", "MasterUsername"],
  ["DescribeDBClusters", "DBClusters", "DBSubnetGroup"],
  ["DescribeDBClusters", "DBClusters", "VpcSecurityGroups"],
  ["DescribeDBInstances", "DBInstances", "DBClusterIdentifier"],
  ["DescribeCertificate", "Certificate", "KeyAlgorithm"],
  ["DescribeCertificate", "Certificate", "SubjectAlternativeNames"],
  ["DescribeNatGateways", "NatGateways", "NatGatewayAddresses"],
  ["DescribeSubnets", "Subnets", "CidrBlock"],
  ["DescribeVpcEndpoints", "VpcEndpoints", "RouteTableIds"],
  ["DescribeKey", "KeyMetadata", "KeySpec"],
  ["GetFunction", "Configuration", "Architectures"],
  ["GetFunction", "Configuration", "Runtime"],
  ["GetRole", "Role", "AssumeRolePolicyDocument"],
  ["GetDomainNames", "items", "endpointConfiguration"],
];

/** The same without one of its members. */
function without(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, field));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));
}

test.each(silences)("%s without %s[].%s: in sync, and up changes nothing", async (operation, within, field) => {
  const { world, dev } = scene();
  using _ = world;
  let left = 0;
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== operation) return output;
    const silent = Object.entries(output).map(([name, value]) => [
      name,
      name === within ? without(value, field) : value,
    ]);
    left += JSON.stringify(output) === JSON.stringify(Object.fromEntries(silent)) ? 0 : 1;
    return Object.fromEntries(silent);
  };
  expect(outOfSync(await dev.status())).toEqual({});
  expect(done(await dev.up())).toEqual({});
  expect(left).toBeGreaterThan(0);
});

test("a status that nobody knows is waited for and said, once", async () => {
  using world = new World();
  const dev = world.environment("dev");
  const until = world.clock.now() + 25 * 60_000;
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== "DescribeDBClusters" || world.clock.now() > until) return output;
    // What DescribeDBClusters answers is an object with DBClusters.
    const { DBClusters } = output as { DBClusters: object[] };
    return { ...output, DBClusters: DBClusters.map((cluster) => ({ ...cluster, Status: "levitating" })) };
  };
  expect(unwell(await dev.up())).toEqual([]);
  const said = dev.events.filter((event) => event.event === "notice" && event.text.includes("levitating"));
  expect(said).toHaveLength(1);
});

test.each(["absent", "empty"] as const)(
  "what AWS does not say of a resource is listed as unreported: %s",
  async (name) => {
    using world = new World({ databaseName: name });
    const dev = world.environment("dev");
    await dev.up();
    const cluster = (await dev.status()).find(({ id }) => id === "database/cluster");
    // As recorded: DescribeDBClusters of Aurora MySQL leaves DatabaseName out, or empty.
    expect(cluster).toMatchObject({ status: "in-sync", unreported: ["databaseName"] });
  },
);
