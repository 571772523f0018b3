import { expect, test } from "vitest";
import { outOfSync, unwell } from "./scene.ts";
import { World } from "./world.ts";

test("maintenance that AWS has announced is said of the cluster that it is of, with its date", async () => {
  using world = new World();
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  const action = (name: string) => ({
    ResourceIdentifier: world.cloud.arn("rds", `cluster:${name}`),
    PendingMaintenanceActionDetails: [
      { Action: "system-update", Description: "A patch", CurrentApplyDate: new Date("2031-01-05T04:00:00Z") },
    ],
  });
  world.cloud.services.rds.announce(action("theirs"));
  expect(outOfSync(await dev.status())).toEqual({});
  world.cloud.services.rds.announce(action("trading-cluster-dev"));
  const rows = await dev.status();
  expect(outOfSync(rows)).toEqual({ "database/cluster": "ailing" });
  expect(rows.find(({ id }) => id === "database/cluster")?.ailments).toEqual([
    { what: "maintenance pending", why: "system-update (A patch); AWS does it on 2031-01-05T04:00:00.000Z" },
  ]);
});
