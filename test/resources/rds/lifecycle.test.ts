import {
  DeleteDBInstanceCommand,
  DescribeDBClusterSnapshotsCommand,
  ModifyDBClusterCommand,
  ModifyDBClusterParameterGroupCommand,
} from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { connect } from "../../../src/aws/aws.ts";
import type { CallRecord } from "../../../src/aws/caller.ts";
import { down } from "../../../src/engine/down.ts";
import { node, within } from "../../../src/engine/node.ts";
import type { Outcomes } from "../../../src/engine/outcome.ts";
import { anyKind, refresh } from "../../../src/engine/refresh.ts";
import { up } from "../../../src/engine/up.ts";
import { DbCluster } from "../../../src/resources/rds/cluster.ts";
import { DbClusterParameterGroup } from "../../../src/resources/rds/cluster-parameter-group.ts";
import { EngineVersion } from "../../../src/resources/rds/engine-version.ts";
import { DbInstance } from "../../../src/resources/rds/instance.ts";
import { MasterSecret } from "../../../src/resources/rds/master-secret.ts";
import { DbSubnetGroup } from "../../../src/resources/rds/subnet-group.ts";
import { Secret } from "../../../src/resources/secrets/secret.ts";
import { makeRun } from "../../../src/session/run.ts";
import { connectionReset } from "../../cloud/errors.ts";
import { world } from "../../cloud/world.ts";
import { MemoryJournal } from "../../state/memory-journal.ts";
import { wantedCluster } from "./fixtures.ts";

const parameters = {
  server_audit_logging: "1",
  server_audit_events: "CONNECT,QUERY_DDL,QUERY_DCL",
  general_log: "1",
  log_output: "FILE",
  require_secure_transport: "ON",
};

/** A database as the platform declares it, in an in-memory AWS. */
function database() {
  const base = world({ lag: { reads: 2000, tags: 2000 } });
  const { cloud, subnetIds, groupId } = base;
  const kmsKeyArn = cloud.arn("kms", `key/${base.keyId}`);
  const clusterIdentifier = "trading-cluster-dev";
  const subnetGroup = node(DbSubnetGroup, "database/subnet-group", {
    name: "trading-subnets-dev",
    want: () => ({ description: "Private subnets", subnetIds }),
  });
  const version = node(EngineVersion, "database/engine-version", {
    name: "aurora-mysql",
    key: { version: "lts", instanceClass: "db.r5.large", clusterIdentifier },
    want: () => undefined,
  });
  const parameterGroup = node(DbClusterParameterGroup, "database/parameter-group", {
    name: "trading-parameters-dev",
    key: { parameters: Object.keys(parameters) },
    needs: { version },
    want: ({ version }) => ({ family: version.family, description: "Logging and TLS", parameters }),
  });
  const cluster = node(DbCluster, "database/cluster", {
    name: clusterIdentifier,
    needs: { version, subnetGroup, parameterGroup },
    want: ({ version, subnetGroup, parameterGroup }) => ({
      ...wantedCluster,
      ...subnetGroup,
      ...parameterGroup,
      engineVersion: version.engineVersion,
      kmsKeyArn,
      securityGroupIds: [groupId],
    }),
  });
  const masterSecret = node(MasterSecret, "database/master-secret", {
    name: "master secret",
    key: within(cluster, ({ clusterIdentifier }) => ({ clusterIdentifier })),
    want: () => undefined,
  });
  const instances = ["writer", "reader-1", "reader-2"].map((role, promotionTier) =>
    node(DbInstance, `database/${role}`, {
      name: `trading-${role}-dev`,
      needs: { cluster },
      want: ({ cluster }) => ({
        clusterIdentifier: cluster.clusterIdentifier,
        instanceClass: "db.r5.large",
        publiclyAccessible: false,
        promotionTier,
        performanceInsights: false,
        monitoringInterval: 0,
      }),
    }),
  );
  const secret = node(Secret, "database/secret", {
    name: "trading-database-dev",
    want: () => ({ description: "Application user", kmsKeyArn }),
  });
  const graph = [subnetGroup, version, parameterGroup, cluster, masterSecret, ...instances, secret];
  const kinds = [anyKind(DbCluster), anyKind(DbInstance)];
  const calls: CallRecord[] = [];
  const journal = new MemoryJournal({ clock: cloud.clock });
  const run = () =>
    makeRun({
      environment: "dev",
      connection: connect({
        region: cloud.region,
        clock: cloud.clock,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        record: (call) => void calls.push(call),
      }),
      clock: cloud.clock,
      journal,
      emit: () => undefined,
    });
  cloud.connect();
  return {
    ...base,
    [Symbol.dispose]: () => cloud.disconnect(),
    async up() {
      const now = run();
      return outcomesOf(await up(now, graph, await refresh(now, graph, kinds)));
    },
    async down(protect: boolean) {
      const now = run();
      return outcomesOf(await down(now, await refresh(now, graph, kinds), { protect }));
    },
    /** Calls since they were taken last. */
    taken: () => calls.splice(0),
    /** The changes of every node that is there. */
    async drift() {
      const looks = await refresh(run(), graph, kinds);
      return [...looks.declared].flatMap(([{ id }, look]) =>
        look.is === "present" ? (look.compare().changes ?? []).map((c) => `${id} ${c.path}`) : [`${id} ${look.is}`],
      );
    },
  };
}

const outcomesOf = <Aws>(endings: Outcomes<Aws>) =>
  new Map([...endings].map(([n, e]) => [n.id, e.is === "failed" ? `failed: ${e.failure.message}` : e.is]));

test("comes up, stays as it is, is repaired, and goes without a trace", async () => {
  using db = database();
  const first = await db.up();
  expect([...first.values()].filter((e) => e !== "created" && e !== "unchanged")).toEqual([]);
  expect(first.get("database/writer")).toBe("created");
  expect(await db.drift()).toEqual([]);

  db.taken();
  await db.up();
  const second = db.taken();
  expect(second.filter((call) => call.mutating)).toEqual([]);
  // The engine version costs nothing of its own once there is a cluster, and the instances share a list.
  expect(second.filter((call) => call.service === "rds").length).toBeLessThanOrEqual(8);

  const id = { DBClusterIdentifier: "trading-cluster-dev" };
  db.cloud.call(
    new ModifyDBClusterCommand({ ...id, ApplyImmediately: true, DeletionProtection: true, BackupRetentionPeriod: 9 }),
  );
  db.later(600_000);
  db.cloud.call(
    new ModifyDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: "trading-parameters-dev",
      Parameters: [
        { ParameterName: "general_log", ParameterValue: "0", ApplyMethod: "immediate" },
        { ParameterName: "time_zone", ParameterValue: "Asia/Tokyo", ApplyMethod: "immediate" },
      ],
    }),
  );
  db.cloud.call(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "trading-reader-2-dev" }));
  db.later(3_600_000);
  expect(await db.drift()).toEqual([
    "database/parameter-group parameters.general_log",
    "database/parameter-group parameters.time_zone",
    "database/cluster backupDays",
    "database/cluster deletionProtection",
    "database/reader-2 absent",
  ]);
  await db.up();
  expect(await db.drift()).toEqual([]);

  db.cloud.call(new ModifyDBClusterCommand({ ...id, ApplyImmediately: true, DeletionProtection: true }));
  db.later(600_000);
  const gone = await db.down(false);
  expect([...gone.values()].filter((e) => e !== "removed" && e !== "unchanged")).toEqual([]);
  const left = [...db.cloud.resources()].filter((r) => r.service === "rds" || r.service === "secretsmanager");
  expect(left).toEqual([]);
});

test("where data is protected, a teardown leaves one final snapshot, also when a reply is lost", async () => {
  using db = database();
  await db.up();
  let lost = 0;
  db.cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== "DeleteDBCluster" || lost > 0) return output;
    lost += 1;
    throw connectionReset();
  };
  const gone = await db.down(true);
  expect(lost).toBe(1);
  expect(gone.get("database/cluster")).toBe("removed");
  const { DBClusterSnapshots = [] } = db.cloud.call(new DescribeDBClusterSnapshotsCommand({ SnapshotType: "manual" }));
  expect(DBClusterSnapshots.map((s) => s.DBClusterSnapshotIdentifier)).toEqual([
    expect.stringMatching(/^trading-final-dev-[0-9a-f]{16}$/),
  ]);
});
