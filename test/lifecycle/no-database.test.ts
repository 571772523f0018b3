import { expect, test } from "vitest";
import { refresh } from "../../src/engine/refresh.ts";
import { World } from "./world.ts";

test("where there is no database server, the platform says so, and its outputs name no endpoint of one", async () => {
  using world = new World();
  const dev = world.environment("dev", { local: { endpoint: "http://127.0.0.1:4566" } });
  await dev.up();
  const run = dev.run();
  await refresh(run, dev.platform.nodes, []);
  const outputs = dev.platform.outputs(run);
  expect(Object.keys(outputs)).toEqual(expect.arrayContaining(["apiUrl", "vpcId"]));
  expect(Object.keys(outputs).filter((name) => name.startsWith("database"))).toEqual([]);
  expect(dev.platform.lacks).toMatch(/answer 503.* no mariadbd or mysqld .*apt-get install mariadb-server/);
  expect(dev.platform.skipped.map(({ step }) => step)).toContain("database/schema");
  expect(world.environment("dev").platform.lacks).toBeUndefined();
});
