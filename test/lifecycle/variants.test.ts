import { GetMethodCommand } from "@aws-sdk/client-api-gateway";
import { DescribeNatGatewaysCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { comesUp, goesDown } from "./expectations.ts";
import { outOfSync, settings, unwell } from "./scene.ts";
import { World } from "./world.ts";

const one = settings("defaults: {network: {natGateways: 1}}");
const two = settings("defaults: {network: {natGateways: 2}}");

test("two NAT gateways stand in two zones", async () => {
  using world = new World();
  const dev = world.environment("dev", { file: two });
  await comesUp(dev);
  const { NatGateways = [] } = world.cloud.call(new DescribeNatGatewaysCommand({}));
  expect(new Set(NatGateways.map(({ SubnetId }) => SubnetId)).size).toBe(2);
  await goesDown(dev);
});

test("from one NAT gateway to two and back: what is too many is left over until it is pruned", async () => {
  using world = new World();
  const before = world.environment("dev", { file: one });
  await comesUp(before);
  const more = world.environment("dev", { file: two, journal: before.journal });
  await comesUp(more);
  const back = world.environment("dev", { file: one, journal: more.journal });
  expect(unwell(await back.up())).toEqual([]);
  const surplus = ["network/address-2", "network/nat-2", "network/private-routes-2"];
  expect(Object.keys(outOfSync(await back.status())).sort()).toEqual(surplus);
  expect(unwell(await back.prune())).toEqual([]);
  await comesUp(back);
  await goesDown(back);
});

test("without readers the writer is alone, and readers that are too many are left over until they are pruned", async () => {
  using world = new World();
  const before = world.environment("dev");
  await comesUp(before);
  const dev = world.environment("dev", {
    file: settings("defaults: {database: {readers: 0}}"),
    journal: before.journal,
  });
  expect(unwell(await dev.up())).toEqual([]);
  expect(Object.keys(outOfSync(await dev.status())).sort()).toEqual(["database/reader-1", "database/reader-2"]);
  expect(unwell(await dev.prune())).toEqual([]);
  await comesUp(dev);
  expect([...world.cloud.resources()].filter(({ key }) => key.startsWith("db/")).map(({ key }) => key)).toEqual([
    "db/trading-writer-dev",
  ]);
  await goesDown(dev);
});

test("staging asks for signed requests, and dev does not", async () => {
  for (const [name, authorization] of [
    ["staging", "AWS_IAM"],
    ["dev", "NONE"],
  ] as const) {
    using world = new World();
    const environment = world.environment(name);
    await comesUp(environment);
    const ids = ["api/create-trade", "api/list-trades", "api/get-trade"].map(
      (node) => environment.journal.get(node)?.id?.split("/") ?? [],
    );
    const found = ids.map(([restApiId, resourceId, httpMethod]) =>
      world.cloud.call(new GetMethodCommand({ restApiId, resourceId, httpMethod })),
    );
    expect(found.map((method) => method.authorizationType)).toEqual([authorization, authorization, authorization]);
    await goesDown(environment);
  }
});
