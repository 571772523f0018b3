import {
  AddTagsToResourceCommand,
  CreateDBClusterCommand,
  type DBCluster,
  DeleteDBClusterCommand,
  DescribeDBClustersCommand,
  ModifyDBClusterCommand,
  RDSClient,
  StartDBClusterCommand,
} from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { NotOursError } from "../../../src/engine/errors.ts";
import { unfamiliar } from "../../../src/engine/kind.ts";
import { DbCluster } from "../../../src/resources/rds/cluster.ts";
import { awsError, tagList, testAws } from "../support.ts";
import { keyArn, liveCluster as live, cluster as me, version, wantedCluster as wanted, writer } from "./fixtures.ts";

const rds = mockClient(RDSClient);
beforeEach(() => rds.reset());

describe("find", () => {
  test("takes the one of our name, on any page", async () => {
    rds
      .on(DescribeDBClustersCommand)
      .resolvesOnce({ DBClusters: [{ ...live, DBClusterIdentifier: "other", TagList: [] }], Marker: "more" })
      .resolvesOnce({ DBClusters: [live] });
    expect(await DbCluster.find(testAws(), me, undefined)).toEqual(live);
  });

  test("none of our name is absent", async () => {
    rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [] });
    expect(await DbCluster.find(testAws(), me, undefined)).toBeUndefined();
  });

  test("someone else's of our name is an error", async () => {
    rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [{ ...live, TagList: [] }] });
    await expect(DbCluster.find(testAws(), me, undefined)).rejects.toThrow(NotOursError);
  });

  test("what carries the environment's tags is ours", async () => {
    const other = { ...live, DBClusterIdentifier: "trading-cluster-prod", TagList: [] };
    rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [live, other] });
    expect(await DbCluster.listOwned?.(testAws(), "dev")).toEqual([
      { node: "database/cluster", name: me.name, id: me.name, key: undefined },
    ]);
  });
});

test("create leaves the password to RDS and sends everything else", async () => {
  rds.on(CreateDBClusterCommand).resolves({ DBCluster: live });
  expect(await DbCluster.create(testAws(), me, undefined, wanted, "token-1")).toBe(me.name);
  expect(rds.commandCalls(CreateDBClusterCommand)[0]?.args[0].input).toEqual({
    DBClusterIdentifier: me.name,
    Engine: "aurora-mysql",
    EngineVersion: version,
    DatabaseName: "trading",
    MasterUsername: "admin",
    ManageMasterUserPassword: true,
    MasterUserSecretKmsKeyId: keyArn,
    StorageEncrypted: true,
    KmsKeyId: keyArn,
    DBSubnetGroupName: "trading-subnets-dev",
    DBClusterParameterGroupName: "trading-parameters-dev",
    VpcSecurityGroupIds: ["sg-1"],
    EnableCloudwatchLogsExports: ["audit", "error", "general", "slowquery"],
    BackupRetentionPeriod: 1,
    PreferredBackupWindow: "03:00-03:30",
    PreferredMaintenanceWindow: "Sun:04:00-Sun:04:30",
    CopyTagsToSnapshot: true,
    DeletionProtection: false,
    Port: 3306,
    EnableIAMDatabaseAuthentication: false,
    AutoMinorVersionUpgrade: false,
    Tags: tagList(me),
  });
});

describe("a setting that was changed by hand is named and repaired", () => {
  const cases: [string, Partial<DBCluster>, object][] = [
    ["engineVersion", { EngineVersion: "8.0.mysql_aurora.3.04.4" }, { EngineVersion: version }],
    [
      "parameterGroupName",
      { DBClusterParameterGroup: "default" },
      { DBClusterParameterGroupName: "trading-parameters-dev" },
    ],
    ["securityGroupIds", { VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-9" }] }, { VpcSecurityGroupIds: ["sg-1"] }],
    [
      "logExports",
      { EnabledCloudwatchLogsExports: ["audit", "instance"] },
      {
        CloudwatchLogsExportConfiguration: {
          EnableLogTypes: ["error", "general", "slowquery"],
          DisableLogTypes: ["instance"],
        },
      },
    ],
    ["backupDays", { BackupRetentionPeriod: 7 }, { BackupRetentionPeriod: 1 }],
    ["backupWindow", { PreferredBackupWindow: "05:00-05:30" }, { PreferredBackupWindow: "03:00-03:30" }],
    [
      "maintenanceWindow",
      { PreferredMaintenanceWindow: "mon:04:00-mon:04:30" },
      { PreferredMaintenanceWindow: "Sun:04:00-Sun:04:30" },
    ],
    ["copyTagsToSnapshot", { CopyTagsToSnapshot: false }, { CopyTagsToSnapshot: true }],
    ["deletionProtection", { DeletionProtection: true }, { DeletionProtection: false }],
    ["port", { Port: 3307 }, { Port: 3306 }],
    ["iamAuthentication", { IAMDatabaseAuthenticationEnabled: true }, { EnableIAMDatabaseAuthentication: false }],
    ["autoMinorVersionUpgrade", { AutoMinorVersionUpgrade: true }, { AutoMinorVersionUpgrade: false }],
    [
      "managedMasterPassword",
      { MasterUserSecret: undefined },
      { ManageMasterUserPassword: true, MasterUserSecretKmsKeyId: keyArn },
    ],
  ];
  test.each(cases)("%s", async (path, by, settings) => {
    rds.on(ModifyDBClusterCommand).resolves({});
    const drifted = { ...live, ...by };
    const changes = DbCluster.changes(wanted, drifted, me);
    expect(changes.map((c) => [c.path, c.fix])).toEqual([[path, "update"]]);
    await DbCluster.update(testAws(), drifted, wanted, changes, me);
    expect(rds.commandCalls(ModifyDBClusterCommand).map((c) => c.args[0].input)).toEqual([
      { DBClusterIdentifier: me.name, ApplyImmediately: true, ...settings },
    ]);
  });

  test("tags, and only with a call of their own", async () => {
    rds.on(AddTagsToResourceCommand).resolves({});
    const drifted = { ...live, TagList: [...live.TagList.filter((t) => t.Key !== "Name"), { Key: "x", Value: "y" }] };
    const changes = DbCluster.changes(wanted, drifted, me);
    expect(changes).toEqual([{ path: "tags.Name", want: me.name, live: undefined, fix: "update" }]);
    await DbCluster.update(testAws(), drifted, wanted, changes, me);
    expect(rds.calls().map((c) => c.args[0].input)).toEqual([{ ResourceName: live.DBClusterArn, Tags: tagList(me) }]);
  });

  test("stopped: it is started before anything else is changed", async () => {
    rds.on(StartDBClusterCommand).rejectsOnce(awsError("InvalidDBClusterStateFault")).resolves({});
    const stopped = { ...live, Status: "stopped", Port: 3307 };
    const changes = DbCluster.changes(wanted, stopped, me);
    expect(changes.map((c) => c.path)).toEqual(["status", "port"]);
    await DbCluster.update(testAws(), stopped, wanted, changes, me);
    expect(rds.calls().map((c) => c.args[0].constructor.name)).toEqual(["StartDBClusterCommand"]);
  });
});

describe("a setting that AWS cannot change in place", () => {
  const cases: [string, Partial<DBCluster>][] = [
    ["engine", { Engine: "aurora-postgresql" }],
    ["databaseName", { DatabaseName: "other" }],
    ["masterUsername", { MasterUsername: "root" }],
    ["storageEncrypted", { StorageEncrypted: false }],
    ["kmsKeyArn", { KmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/9" }],
    ["subnetGroupName", { DBSubnetGroup: "default" }],
    ["masterSecretKmsKeyArn", { MasterUserSecret: { SecretArn: "arn", KmsKeyId: "arn:aws:kms:other" } }],
    ["engineVersion", { EngineVersion: "8.0.mysql_aurora.3.11.0" }],
    ["engineVersion", { EngineVersion: "5.7.mysql_aurora.2.12.5" }],
  ];
  test.each(cases)("%s", (path, by) => {
    expect(DbCluster.changes(wanted, { ...live, ...by }, me).map((c) => [c.path, c.fix])).toEqual([[path, "replace"]]);
  });
});

test("the instances that wait for a reboot are named, and how to do it", () => {
  const member = (DBInstanceIdentifier: string, DBClusterParameterGroupStatus: string) => ({
    DBInstanceIdentifier,
    DBClusterParameterGroupStatus,
  });
  const members = [member("one", "pending-reboot"), member("two", "in-sync"), member("three", "pending-reboot")];
  expect(DbCluster.note?.({ ...live, DBClusterMembers: members })).toBe(
    "its parameters are not in force yet; reboot each of these: aws rds reboot-db-instance --db-instance-identifier one, aws rds reboot-db-instance --db-instance-identifier three",
  );
  expect(DbCluster.note?.({ ...live, DBClusterMembers: members.slice(1, 2) })).toBeUndefined();
});

test("any patch of the wanted line is in sync", () => {
  for (const patch of ["0", "3", "12"]) {
    const other = { ...live, EngineVersion: `8.0.mysql_aurora.3.10.${patch}` };
    expect(DbCluster.changes(wanted, other, me)).toEqual([]);
  }
});

test("what is on its way counts as done", () => {
  const modifying = {
    ...live,
    EngineVersion: "8.0.mysql_aurora.3.04.4",
    BackupRetentionPeriod: 7,
    IAMDatabaseAuthenticationEnabled: true,
    EnabledCloudwatchLogsExports: ["error", "instance"],
    VpcSecurityGroups: [...live.VpcSecurityGroups, { VpcSecurityGroupId: "sg-9", Status: "removing" }],
    PendingModifiedValues: {
      EngineVersion: version,
      BackupRetentionPeriod: 1,
      IAMDatabaseAuthenticationEnabled: false,
      PendingCloudwatchLogsExports: {
        LogTypesToEnable: ["audit", "general", "slowquery"],
        LogTypesToDisable: ["instance"],
      },
    },
  };
  expect(DbCluster.changes(wanted, modifying, me)).toEqual([]);
});

describe("phase", () => {
  test.each([
    ["available", "ready"],
    ["stopped", "ready"],
    ["creating", "pending"],
    ["resetting-master-credentials", "pending"],
    ["upgrading", "pending"],
    ["deleting", "leaving"],
    ["incompatible-parameters", "failed"],
  ])("%s is %s", (Status, is) => {
    expect(DbCluster.phase({ ...live, Status }).is).toBe(is);
  });

  test("a lost key says what it means for the data", () => {
    expect(DbCluster.phase({ ...live, Status: "inaccessible-encryption-credentials" })).toEqual({
      is: "failed",
      why: "inaccessible-encryption-credentials: its KMS key cannot be used, and the data cannot be recovered without it",
    });
  });

  test("a status that AWS has added since is waited for and named, and so is none at all", () => {
    const { Status: _, ...silent } = live;
    expect(DbCluster.phase({ ...live, Status: "levitating" })).toEqual(unfamiliar("levitating"));
    expect(DbCluster.phase(silent)).toEqual(unfamiliar(undefined));
  });

  test.each([
    "configuring-iam-database-auth",
    "configuring-enhanced-monitoring",
    "configuring-log-exports",
    "scaling-compute",
    "scaling-storage",
    "storage-config-upgrade",
  ])("%s is work in progress", (Status) => {
    expect(DbCluster.phase({ ...live, Status })).toEqual({ is: "pending", why: Status });
  });
});

test("the outputs are known while it is being created", () => {
  expect(DbCluster.outputs({ ...live, Status: "creating" })).toEqual({
    clusterIdentifier: me.name,
    clusterArn: live.DBClusterArn,
    resourceId: "cluster-ABC",
    writerEndpoint: live.Endpoint,
    readerEndpoint: live.ReaderEndpoint,
    port: 3306,

    engineVersion: version,
  });
  const { Endpoint: _, ...bare } = live;
  expect(() => DbCluster.outputs(bare)).toThrow("Endpoint");
  expect(DbCluster.outputs({ ...bare, Status: "deleting" }).writerEndpoint).toBe("");
});

describe("remove", () => {
  const sent = () => rds.calls().map((c) => c.args[0].input);

  test("discards everything where data is not protected", async () => {
    rds.on(DeleteDBClusterCommand).resolves({});
    await DbCluster.remove(testAws(), live, { token: "t", protect: false }, me);
    expect(sent()).toEqual([{ DBClusterIdentifier: me.name, SkipFinalSnapshot: true, DeleteAutomatedBackups: true }]);
  });

  test("leaves a snapshot and the backups where it is; the name follows from the token", async () => {
    rds.on(DeleteDBClusterCommand).resolves({});
    for (const token of ["t-1", "t-1", "t-2"]) {
      await DbCluster.remove(testAws(), live, { token, protect: true }, me);
    }
    const names = rds.commandCalls(DeleteDBClusterCommand).map((c) => c.args[0].input.FinalDBSnapshotIdentifier);
    expect(sent()[0]).toEqual({
      DBClusterIdentifier: me.name,
      SkipFinalSnapshot: false,
      FinalDBSnapshotIdentifier: expect.stringMatching(/^trading-final-dev-[0-9a-f]{16}$/),
      DeleteAutomatedBackups: false,
    });
    expect(names[1]).toBe(names[0]);
    expect(names[2]).not.toBe(names[0]);
  });

  test("its own snapshot being there already means that it was accepted before", async () => {
    rds.on(DeleteDBClusterCommand).rejects(awsError("DBClusterSnapshotAlreadyExistsFault"));
    await DbCluster.remove(testAws(), live, { token: "t", protect: true }, me);
  });

  test("waits for its instances", async () => {
    rds.on(DeleteDBClusterCommand).rejects(awsError("InvalidDBClusterStateFault"));
    await expect(DbCluster.remove(testAws(), live, { token: "t", protect: true }, me)).rejects.toThrow(
      "InvalidDBClusterStateFault",
    );
    expect(await DbCluster.blockers?.(testAws(), live)).toBe(`its instances ${writer.name}`);
  });

  test("first lifts the deletion protection, or starts a stopped one", async () => {
    rds.on(ModifyDBClusterCommand).resolves({}).on(StartDBClusterCommand).resolves({});
    await DbCluster.remove(testAws(), { ...live, DeletionProtection: true }, { token: "t", protect: false }, me);
    await DbCluster.remove(testAws(), { ...live, Status: "stopped" }, { token: "t", protect: false }, me);
    expect(rds.calls().map((c) => c.args[0].constructor.name)).toEqual([
      "ModifyDBClusterCommand",
      "StartDBClusterCommand",
    ]);
  });

  test("one that is gone is success", async () => {
    rds.on(DeleteDBClusterCommand).rejects(awsError("DBClusterNotFoundFault", "gone", 404));
    await DbCluster.remove(testAws(), live, { token: "t", protect: false }, me);
  });
});
