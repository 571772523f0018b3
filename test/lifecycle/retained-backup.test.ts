import {
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClusterAutomatedBackupsCommand,
} from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { outOfSync, unwell } from "./scene.ts";
import { type Environment, World } from "./world.ts";

const DBClusterIdentifier = "trading-cluster-prod";
const day = 24 * 3_600_000;

/** "Delete" in the console: no final snapshot, and "retain automated backups" ticked. */
async function deleteByHand(world: World): Promise<void> {
  for (const type of ["writer", "reader-1", "reader-2"]) {
    const instance = { DBInstanceIdentifier: `trading-${type}-prod`, SkipFinalSnapshot: true };
    world.cloud.call(new DeleteDBInstanceCommand(instance));
  }
  const kept = { SkipFinalSnapshot: true, DeleteAutomatedBackups: false };
  world.cloud.call(new DeleteDBClusterCommand({ DBClusterIdentifier, ...kept }));
  await world.clock.sleep(3_600_000);
}

const refusals = async (prod: Environment) =>
  (await prod.plan()).conflicts.map(({ node, message, advice }) => `${node}: ${message} ${advice}`);

const announced = async (prod: Environment) =>
  (await prod.plan()).changes.find(({ node }) => node.id === "database/cluster")?.reason;

test("a cluster that is gone, but for its automated backup, does not come up empty without a word", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  world.cloud.services.rds.rows(DBClusterIdentifier).push("trade 1");
  await deleteByHand(world);
  const refused = await refusals(prod);
  expect(refused).toEqual([
    expect.stringMatching(/^database\/restore-source: the automated backup .* start empty.*--fresh/),
  ]);
  const backups = world.cloud.call(new DescribeDBClusterAutomatedBackupsCommand({ DBClusterIdentifier }));
  const until = backups.DBClusterAutomatedBackups?.[0]?.RestoreWindow?.LatestTime?.toISOString();
  expect(refused[0]).toContain(`can be restored up to ${until}`);
  prod.mutatingCalls();
  await expect(prod.up()).rejects.toThrow("automated backup");
  expect(prod.mutatingCalls()).toEqual([]);

  const fresh = world.environment("prod", { fresh: true, journal: prod.journal });
  expect(await announced(fresh)).toMatch(/^starts empty; leaves the automated backup .* behind$/);
  expect(unwell(await fresh.up())).toEqual([]);
  expect(outOfSync(await prod.status())).toEqual({});
});

test("an old snapshot is not restored while a newer backup would be left behind", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  const snapshot = { DBClusterIdentifier, DBClusterSnapshotIdentifier: "before-migration" };
  world.cloud.call(new CreateDBClusterSnapshotCommand(snapshot));
  await world.clock.sleep(30 * day);
  await deleteByHand(world);
  expect(await refusals(prod)).toEqual([
    expect.stringMatching(/automated backup .* snapshot before-migration is older/),
  ]);
  // When its days are over, the snapshot is the newest that there is.
  await world.clock.sleep(15 * day);
  expect(await announced(prod)).toBe("restored from snapshot before-migration");
});

test("the final snapshot of a teardown holds all that the backup kept beside it does", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  expect(unwell((await prod.takeDown()).endings).filter((ending) => !ending.endsWith("retained"))).toEqual([]);
  expect(await refusals(prod)).toEqual([]);
  expect(await announced(prod)).toMatch(/^restored from snapshot trading-final-prod-/);
  expect(unwell(await prod.up())).toEqual([]);
  const restored = world.cloud.log.find(({ operation }) => operation === "RestoreDBClusterFromSnapshot");
  expect(restored?.input).toMatchObject({ DatabaseName: prod.settings.database.name });
});

test("down takes down what is left of an environment whose cluster was deleted by hand", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  await deleteByHand(world);
  const { endings } = await prod.takeDown();
  expect(unwell(endings).filter((ending) => !ending.endsWith("retained"))).toEqual([]);
});
