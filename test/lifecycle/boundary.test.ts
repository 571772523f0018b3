import { GetRoleCommand } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { Guard } from "../policy/guard.ts";
import { done, outOfSync, settings, unwell } from "./scene.ts";
import { World } from "./world.ts";

const boundary = "arn:aws:iam::123456789012:policy/boundary";
const types = ["processor", "query", "migrate"];
const roleOf = ({ cloud }: World, RoleName: string) => cloud.call(new GetRoleCommand({ RoleName })).Role;
const boundaries = (world: World) =>
  types.map((type) => roleOf(world, `trading-${type}-dev`)?.PermissionsBoundary?.PermissionsBoundaryArn);

test("every role of the environment is made within the boundary and under the path, the shared log role is not", async () => {
  using world = new World();
  const file = settings(`defaults: {iam: {permissionsBoundary: "${boundary}", path: /trading/}}`);
  const dev = world.environment("dev", { file });
  // Its deployer may do all of this: the policy names the roles with their path.
  const guard = new Guard({ ...dev.settings, account: world.cloud.account });
  world.cloud.intercept = guard.on(world.cloud);
  expect(unwell(await dev.up())).toEqual([]);
  const created = world.cloud.log.filter(({ operation }) => operation === "CreateRole").map(({ input }) => input);
  for (const type of types) {
    const RoleName = `trading-${type}-dev`;
    expect(created).toContainEqual(
      expect.objectContaining({ RoleName, PermissionsBoundary: boundary, Path: "/trading/" }),
    );
    expect(roleOf(world, RoleName)?.Arn).toBe(`arn:aws:iam::123456789012:role/trading/${RoleName}`);
  }
  const shared = roleOf(world, "trading-apigateway-logs");
  expect([shared?.PermissionsBoundary, shared?.Path]).toEqual([undefined, "/"]);
  dev.forget();
  expect(outOfSync(await dev.status())).toEqual({});
  const { endings } = await dev.takeDown();
  expect(unwell(endings)).toEqual([]);
  expect(guard.refused).toEqual([]);
});

test("a platform without gets it from up, and keeps it when the setting goes", async () => {
  using world = new World();
  expect(unwell(await world.environment("dev").up())).toEqual([]);
  const within = world.environment("dev", { file: settings(`defaults: {iam: {permissionsBoundary: "${boundary}"}}`) });
  const rows = outOfSync(await within.status());
  expect(Object.keys(rows)).toEqual(types.map((type) => `functions/${type}-role`));
  expect(Object.values(done(await within.up())).every((is) => is === "updated")).toBe(true);
  expect(boundaries(world)).toEqual([boundary, boundary, boundary]);

  const without = world.environment("dev");
  expect(outOfSync(await without.status())).toEqual({});
  await without.up();
  expect(boundaries(world)).toEqual([boundary, boundary, boundary]);
});

test("another path for roles that are there is refused, with the reason, and nothing is changed", async () => {
  using world = new World();
  await world.environment("dev").up();
  const moved = world.environment("dev", { file: settings("defaults: {iam: {path: /trading/}}") });
  const { conflicts } = await moved.plan();
  expect(conflicts.map(({ node }) => node)).toEqual(types.map((type) => `functions/${type}-role`));
  expect(conflicts[0]?.message).toContain("path");
});
