import { DescribeDBClusterSnapshotsCommand } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { type Environment, outcomesOf, remains, World } from "./world.ts";

/** prod with a domain, so that there is a zone to keep. */
const file = parseSettingsFile("environments:\n  prod:\n    domain: { name: api.example.com, zone: example.com }\n");
const cluster = "trading-cluster-prod";
const rows = ["trade 1", "trade 2"];

async function prodWithData(world: World): Promise<Environment> {
  const prod = world.environment("prod", { file });
  await prod.up();
  world.cloud.services.rds.rows(cluster).push(...rows);
  world.cloud.services.logs.write("/aws/lambda/trading-processor-prod", 100);
  return prod;
}

const ended = (endings: Record<string, string>, ...how: readonly string[]) =>
  Object.keys(endings)
    .filter((id) => how.some((is) => endings[id]?.startsWith(is)))
    .sort();

const snapshots = (world: World) =>
  (world.cloud.call(new DescribeDBClusterSnapshotsCommand({ SnapshotType: "manual" })).DBClusterSnapshots ?? []).map(
    (s) => s.DBClusterSnapshotIdentifier,
  );

test("down of a protected environment keeps the data and its key; up brings it all back", async () => {
  using world = new World({ delegated: "all" });
  const prod = await prodWithData(world);
  const key = prod.journal.get("encryption/key")?.id;

  const endings = outcomesOf(await prod.down());
  expect(ended(endings, "failed", "skipped", "interrupted")).toEqual([]);
  expect(ended(endings, "retained")).toEqual([
    "artifacts/bucket",
    "database/backups",
    "database/user-secret",
    "dns/validation",
    "dns/zone",
    "encryption/key",
    "logs/database-audit",
    "logs/database-error",
    "logs/database-general",
    "logs/database-slowquery",
    "logs/processor",
  ]);
  const after = await prod.status();
  expect(after.filter(({ status }) => status !== "missing" && status !== "retained")).toEqual([]);
  expect(after.find(({ id }) => id === "encryption/key")?.reason).toContain("database/backups");

  const back = outcomesOf(await prod.up());
  expect(ended(back, "failed", "skipped")).toEqual([]);
  expect(world.cloud.services.rds.rows(cluster)).toEqual(rows);
  expect(prod.journal.get("encryption/key")?.id).toBe(key);
  expect((await prod.status()).filter(({ status }) => status !== "in-sync")).toEqual([]);
  prod.mutatingCalls();
  await prod.up();
  expect(prod.mutatingCalls()).toEqual([]);
});

test("the same without a state file: what was kept is found again", async () => {
  using world = new World({ delegated: "all" });
  const prod = await prodWithData(world);
  prod.forget();
  await prod.down();
  prod.forget();
  expect(ended(outcomesOf(await prod.up()), "failed", "skipped")).toEqual([]);
  expect(world.cloud.services.rds.rows(cluster)).toEqual(rows);
});

test("two teardowns take two snapshots, and the newest one is restored", async () => {
  using world = new World({ delegated: "all" });
  const prod = await prodWithData(world);
  await prod.down();
  await prod.up();
  world.cloud.services.rds.rows(cluster).push("trade 3");
  await prod.down();
  expect(new Set(snapshots(world)).size).toBe(2);
  await prod.up();
  expect(world.cloud.services.rds.rows(cluster)).toEqual([...rows, "trade 3"]);
});

test("--fresh starts empty and leaves the snapshot", async () => {
  using world = new World({ delegated: "all" });
  const prod = await prodWithData(world);
  await prod.down();
  const fresh = world.environment("prod", { file, fresh: true, journal: prod.journal });
  await fresh.up();
  expect(world.cloud.services.rds.rows(cluster)).toEqual([]);
  expect(snapshots(world)).toHaveLength(1);
});

test("purge destroys everything, from a running environment and from one that was taken down", async () => {
  using world = new World({ delegated: "all" });
  const prod = await prodWithData(world);
  await prod.down();
  const afterDown = outcomesOf(await prod.purge());
  expect(ended(afterDown, "failed", "skipped", "retained")).toEqual([]);
  expect(remains(world, "prod")).toEqual([]);
  expect(snapshots(world)).toEqual([]);

  await prodWithData(world);
  expect(ended(outcomesOf(await prod.purge()), "failed", "skipped", "retained")).toEqual([]);
  expect(remains(world, "prod")).toEqual([]);
  expect(snapshots(world)).toEqual([]);
});

test("settings that were changed to discard after the fact do not destroy what is tagged as protected", async () => {
  using world = new World({ delegated: "all" });
  const prod = await prodWithData(world);
  const text = "environments:\n  prod:\n    data: discard\n    domain: { name: api.example.com, zone: example.com }\n";
  const changed = world.environment("prod", { file: parseSettingsFile(text), journal: prod.journal });
  const endings = outcomesOf(await changed.down());
  expect(ended(endings, "retained")).toContain("database/backups");
  expect(ended(endings, "retained")).toContain("encryption/key");
  expect(snapshots(world)).toHaveLength(1);
});
