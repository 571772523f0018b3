import {
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClusterAutomatedBackupsCommand,
  type DescribeDBClusterAutomatedBackupsCommandOutput,
  DescribeDBClustersCommand,
  RestoreDBClusterFromSnapshotCommand,
} from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { up } from "../../src/engine/up.ts";
import { outOfSync, unwell } from "./scene.ts";
import { type Environment, outcomesOf, World } from "./world.ts";

const DBClusterIdentifier = "trading-cluster-prod";
const day = 24 * 3_600_000;

/** "Delete" in the console: no final snapshot, and "retain automated backups" ticked or not. */
function beginDeletion(world: World, keepBackups = true): void {
  for (const type of ["writer", "reader-1", "reader-2"]) {
    const instance = { DBInstanceIdentifier: `trading-${type}-prod`, SkipFinalSnapshot: true };
    world.cloud.call(new DeleteDBInstanceCommand(instance));
  }
  const kept = { SkipFinalSnapshot: true, DeleteAutomatedBackups: !keepBackups };
  world.cloud.call(new DeleteDBClusterCommand({ DBClusterIdentifier, ...kept }));
}

/** The same, and an hour later. */
async function deleteByHand(world: World): Promise<void> {
  beginDeletion(world);
  await world.clock.sleep(3_600_000);
}

const creations = (world: World) =>
  world.cloud.log.filter(({ operation }) => /^(Create|Restore)DBCluster(FromSnapshot)?$/.test(operation)).length;

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

test("a plan taken while a cluster is being deleted says that what it leaves behind is waited for", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  beginDeletion(world);
  const { changes, conflicts } = await prod.plan();
  expect(conflicts).toEqual([]);
  const source = changes.find(({ node }) => node.id === "database/restore-source");
  expect(source).toMatchObject({ action: "wait", reason: "the cluster is being deleted" });
});

test("up begun while a cluster is being deleted does not come up empty over its automated backup", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  beginDeletion(world);
  const endings = outcomesOf(await prod.up());
  expect(endings["database/restore-source"]).toMatch(/^failed: .*automated backup .* start empty/);
  expect(endings["database/cluster"]).toBe("skipped");
  expect(creations(world)).toBe(1);
  expect(
    prod.events.filter((event) => event.event === "waiting" && event.node === "database/restore-source"),
  ).toContainEqual(expect.objectContaining({ for: "the cluster is being deleted" }));
});

test("up begun while a cluster is being deleted with its backups starts empty once nothing can be left behind", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  beginDeletion(world, false);
  expect(unwell(await prod.up())).toEqual([]);
  expect(creations(world)).toBe(2);
});

test("a backup that still says active when its cluster is gone is waited for", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  await deleteByHand(world);
  const until = world.clock.now() + 60_000;
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== "DescribeDBClusterAutomatedBackups" || world.clock.now() > until) return output;
    // What the operation answers.
    const { DBClusterAutomatedBackups: all = [] } = output as DescribeDBClusterAutomatedBackupsCommandOutput;
    return { ...output, DBClusterAutomatedBackups: all.map((backup) => ({ ...backup, Status: "active" })) };
  };
  const { changes } = await prod.plan();
  const source = changes.find(({ node }) => node.id === "database/restore-source");
  expect(source).toMatchObject({ action: "wait", reason: expect.stringMatching(/is still active$/) });
  expect(outcomesOf(await prod.up())["database/restore-source"]).toMatch(/^failed: .*automated backup/);
  expect(creations(world)).toBe(1);
});

test("a cluster that is deleted after up has looked at it does not come up empty", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  const run = prod.run();
  const looks = await prod.look(run);
  await deleteByHand(world);
  // Something that the cluster needs has changed, so it is looked at again.
  const group = [...looks.declared.keys()].find(({ id }) => id === "database/subnet-group");
  if (group === undefined) throw new Error("no subnet group");
  const again = new Map(looks.declared).set(group, { is: "absent" });
  const endings = outcomesOf(await up(run, prod.platform.nodes, { ...looks, declared: again }));
  expect(endings["database/cluster"]).toMatch(/deleted it since this run began/);
  expect(creations(world)).toBe(1);
});

test("an older snapshot, restored by hand as docs/recovery.md says, is taken over", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  world.cloud.call(
    new CreateDBClusterSnapshotCommand({ DBClusterIdentifier, DBClusterSnapshotIdentifier: "before-migration" }),
  );
  await world.clock.sleep(day);
  const KmsKeyId = world.cloud.call(new DescribeDBClustersCommand({})).DBClusters?.[0]?.KmsKeyId;
  await deleteByHand(world);
  const tags = { ManagedBy: "tap", Environment: "prod", "tap:id": "database/cluster", "tap:protect": "true" };
  world.cloud.call(
    new RestoreDBClusterFromSnapshotCommand({
      SnapshotIdentifier: "before-migration",
      Engine: "aurora-mysql",
      DBClusterIdentifier,
      DBSubnetGroupName: "trading-subnet-group-prod",
      DBClusterParameterGroupName: "trading-cluster-parameters-prod",
      KmsKeyId,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  expect(unwell(await prod.up())).toEqual([]);
  expect(outOfSync(await prod.status())).toEqual({});
  // The one that tap itself made at first.
  expect(creations(world)).toBe(1);
});
