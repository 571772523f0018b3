import { DeleteLogGroupCommand, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DeleteSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { DisableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  AddTagsToResourceCommand,
  CreateDBClusterCommand,
  CreateDBClusterParameterGroupCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBClusterAutomatedBackupCommand,
  DeleteDBClusterCommand,
  type DeleteDBClusterCommandInput,
  DeleteDBClusterParameterGroupCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBClusterAutomatedBackupsCommand,
  DescribeDBClusterParametersCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstancesCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  ModifyDBClusterCommand,
  ModifyDBClusterParameterGroupCommand,
  ModifyDBInstanceCommand,
  type Parameter,
  ResetDBClusterParameterGroupCommand,
  RestoreDBClusterFromSnapshotCommand,
  StartDBClusterCommand,
  StopDBClusterCommand,
} from "@aws-sdk/client-rds";
import { DeleteSecretCommand, GetSecretValueCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { refusal, world } from "../world.ts";

const minute = 60_000;
const Engine = "aurora-mysql";

function setUp() {
  const base = world();
  const { cloud, subnetIds, groupId, keyId } = base;
  cloud.call(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName: "subnets",
      DBSubnetGroupDescription: "d",
      SubnetIds: subnetIds,
    }),
  );
  cloud.call(
    new CreateDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: "parameters",
      DBParameterGroupFamily: "aurora-mysql8.0",
      Description: "d",
    }),
  );
  const createCluster = (more = {}) =>
    cloud.call(
      new CreateDBClusterCommand({
        DBClusterIdentifier: "cluster",
        Engine,
        EngineVersion: "8.0.mysql_aurora.3.10.0",
        MasterUsername: "admin",
        ManageMasterUserPassword: true,
        MasterUserSecretKmsKeyId: keyId,
        StorageEncrypted: true,
        KmsKeyId: keyId,
        DBSubnetGroupName: "subnets",
        DBClusterParameterGroupName: "parameters",
        VpcSecurityGroupIds: [groupId],
        EnableCloudwatchLogsExports: ["audit", "error"],
        CopyTagsToSnapshot: true,
        BackupRetentionPeriod: 7,
        Tags: [{ Key: "Environment", Value: "dev" }],
        ...more,
      }),
    ).DBCluster;
  const createInstance = (DBInstanceIdentifier: string, more = {}) =>
    cloud.call(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier,
        DBClusterIdentifier: "cluster",
        Engine,
        DBInstanceClass: "db.r5.large",
        ...more,
      }),
    ).DBInstance;
  const cluster = () => cloud.call(new DescribeDBClustersCommand({ DBClusterIdentifier: "cluster" })).DBClusters?.[0];
  const deleteCluster = (more: Partial<DeleteDBClusterCommandInput>) =>
    cloud.call(new DeleteDBClusterCommand({ DBClusterIdentifier: "cluster", ...more }));
  return { ...base, createCluster, createInstance, cluster, deleteCluster };
}

test("a subnet group needs two zones, and stays while a cluster uses it", () => {
  const { cloud, subnetIds, createCluster, deleteCluster, later } = setUp();
  const one = new CreateDBSubnetGroupCommand({
    DBSubnetGroupName: "one",
    DBSubnetGroupDescription: "d",
    SubnetIds: subnetIds.slice(0, 1),
  });
  expect(refusal(() => cloud.call(one))).toBe("DBSubnetGroupDoesNotCoverEnoughAZs");
  createCluster();
  const remove = () => cloud.call(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: "subnets" }));
  const removeParameters = () =>
    cloud.call(new DeleteDBClusterParameterGroupCommand({ DBClusterParameterGroupName: "parameters" }));
  deleteCluster({ SkipFinalSnapshot: true });
  expect(refusal(remove)).toBe("InvalidDBSubnetGroupStateFault");
  expect(refusal(removeParameters)).toBe("InvalidDBParameterGroupStateFault");
  later(minute);
  expect([refusal(remove), refusal(removeParameters)]).toEqual(["nothing", "nothing"]);
});

test("parameters page, keep what a user set, and refuse what the family does not allow", () => {
  const { cloud } = setUp();
  const DBClusterParameterGroupName = "parameters";
  const modify = (...Parameters: Parameter[]) =>
    cloud.call(new ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName, Parameters }));
  const set = (
    ParameterName: string,
    ParameterValue: string,
    ApplyMethod: "immediate" | "pending-reboot" = "immediate",
  ) => refusal(() => modify({ ParameterName, ParameterValue, ApplyMethod }));
  expect(set("server_audit_logging", "1")).toBe("nothing");
  expect(set("server_audit_events", "CONNECT,QUERY")).toBe("nothing");
  expect(set("server_audit_events", "LOGIN")).toBe("InvalidParameterValue");
  expect(set("no_such_parameter", "1")).toBe("InvalidParameterValue");
  expect(set("innodb_page_size", "16384", "pending-reboot")).toBe("InvalidParameterValue");
  expect(set("binlog_format", "ROW")).toBe("InvalidParameterCombination");
  expect(set("binlog_format", "ROW", "pending-reboot")).toBe("nothing");

  const user = () =>
    cloud.call(new DescribeDBClusterParametersCommand({ DBClusterParameterGroupName, Source: "user" })).Parameters ??
    [];
  expect(user().map((p) => [p.ParameterName, p.ParameterValue])).toEqual([
    ["binlog_format", "ROW"],
    ["server_audit_events", "CONNECT,QUERY"],
    ["server_audit_logging", "1"],
  ]);
  const names: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const page = cloud.call(new DescribeDBClusterParametersCommand({ DBClusterParameterGroupName, Marker }));
    names.push(...(page.Parameters ?? []).map((p) => p.ParameterName));
    Marker = page.Marker;
  } while (Marker !== undefined);
  expect(names.length).toBeGreaterThan(100);
  expect(new Set(names).size).toBe(names.length);
  cloud.call(new ResetDBClusterParameterGroupCommand({ DBClusterParameterGroupName, ResetAllParameters: true }));
  expect(user()).toEqual([]);
});

test("engine versions and classes are listed page by page, the default apart from the long-term lines", () => {
  const { cloud } = setUp();
  const family = { Engine, DBParameterGroupFamily: "aurora-mysql8.0" };
  const first = cloud.call(new DescribeDBEngineVersionsCommand(family));
  expect(first.DBEngineVersions).toHaveLength(5);
  expect(first.Marker).toBeDefined();
  const standard = cloud.call(new DescribeDBEngineVersionsCommand({ ...family, DefaultOnly: true })).DBEngineVersions;
  expect(standard?.map((v) => v.EngineVersion)).toEqual(["8.0.mysql_aurora.3.08.2"]);
  const options = cloud.call(
    new DescribeOrderableDBInstanceOptionsCommand({
      Engine,
      EngineVersion: "8.0.mysql_aurora.3.10.0",
      DBInstanceClass: "db.r5.large",
    }),
  ).OrderableDBInstanceOptions;
  expect(options).toHaveLength(1);
});

test("a cluster checks all it names before it exists", () => {
  const { cloud, createCluster, keyId } = setUp();
  const tried = (more: object) => refusal(() => createCluster(more));
  expect(tried({ DBSubnetGroupName: "none" })).toBe("DBSubnetGroupNotFoundFault");
  expect(tried({ DBClusterParameterGroupName: "none" })).toBe("DBClusterParameterGroupNotFoundFault");
  expect(tried({ EngineVersion: "5.7.mysql_aurora.2.12.5" })).toBe("InvalidParameterCombination");
  expect(tried({ EngineVersion: "8.0.mysql_aurora.3.99.0" })).toBe("InvalidParameterCombination");
  expect(tried({ VpcSecurityGroupIds: ["sg-none"] })).toBe("InvalidParameterValue");
  expect(tried({ EnableCloudwatchLogsExports: ["postgresql"] })).toBe("InvalidParameterCombination");
  expect(tried({ PreferredBackupWindow: "05:00-05:30", PreferredMaintenanceWindow: "sun:05:15-sun:05:45" })).toBe(
    "InvalidParameterCombination",
  );
  expect(tried({ BackupRetentionPeriod: 0 })).toBe("InvalidParameterValue");
  expect(tried({ MasterUserPassword: "no" })).toBe("UnmodelledError");
  cloud.call(new DisableKeyCommand({ KeyId: keyId }));
  expect(tried({})).toBe("KMSKeyNotAccessibleFault");
  expect(cloud.call(new ListSecretsCommand({})).SecretList).toEqual([]);
  expect(cloud.dump()["rds"]).not.toHaveProperty("cluster/cluster");
});

test("a cluster is there with endpoints and a managed secret at once, and available later", () => {
  const { cloud, createCluster, cluster, later, keyId } = setUp();
  const created = createCluster();
  expect(created).toMatchObject({ Status: "creating", MasterUserSecret: { SecretStatus: "creating" } });
  expect(created?.Endpoint).toMatch(/^cluster\.cluster-c\w+\.us-east-1\.rds\.amazonaws\.com$/);
  expect(created?.KmsKeyId).toBe(cloud.arn("kms", `key/${keyId}`));
  later(45_000);
  expect(cluster()).toMatchObject({ Status: "available", MasterUserSecret: { SecretStatus: "active" } });
  const SecretId = cluster()?.MasterUserSecret?.SecretArn;
  expect(cloud.call(new GetSecretValueCommand({ SecretId })).SecretString).toContain('"username":"admin"');
  const remove = new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true });
  expect(refusal(() => cloud.call(remove))).toBe("InvalidRequestException");
  expect(refusal(() => createCluster())).toBe("DBClusterAlreadyExistsFault");
});

test("instances take minutes, the first is the writer, and a reader takes over", () => {
  const { cloud, createCluster, createInstance, cluster, later } = setUp();
  expect(refusal(() => createInstance("a"))).toBe("DBClusterNotFoundFault");
  createCluster();
  cloud.services.rds.exhaustCapacity(1);
  expect(refusal(() => createInstance("a"))).toBe("InsufficientDBInstanceCapacityFault");
  expect(createInstance("a")?.Endpoint).toBeUndefined();
  expect(createInstance("b", { PromotionTier: 2 })?.AvailabilityZone).not.toBe(createInstance("c")?.AvailabilityZone);
  expect(refusal(() => createInstance("d", { DBInstanceClass: "db.x1.32xlarge" }))).toBe("InvalidParameterCombination");
  const modify = new ModifyDBInstanceCommand({ DBInstanceIdentifier: "a", DBInstanceClass: "db.r5.xlarge" });
  expect(refusal(() => cloud.call(modify))).toBe("InvalidDBInstanceStateFault");
  later(8 * minute);
  const states = () =>
    cloud.call(new DescribeDBInstancesCommand({ Filters: [{ Name: "db-cluster-id", Values: ["cluster"] }] }))
      .DBInstances ?? [];
  expect(states().map((i) => i.DBInstanceStatus)).toEqual(["available", "available", "available"]);
  cloud.call(modify);
  expect(states()[0]).toMatchObject({
    DBInstanceClass: "db.r5.large",
    PendingModifiedValues: { DBInstanceClass: "db.r5.xlarge" },
  });
  cloud.call(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "a" }));
  expect(cluster()?.DBClusterMembers?.find((m) => m.IsClusterWriter)?.DBInstanceIdentifier).toBe("c");
});

test("a cluster goes once its instances are going, with a snapshot or plainly without one", () => {
  const { cloud, createCluster, createInstance, cluster, deleteCluster, later, groupId } = setUp();
  createCluster({ DeletionProtection: true });
  createInstance("a");
  later(10 * minute);
  expect(refusal(() => deleteCluster({ SkipFinalSnapshot: true }))).toBe("InvalidParameterCombination");
  cloud.call(new ModifyDBClusterCommand({ DBClusterIdentifier: "cluster", DeletionProtection: false }));
  later(minute);
  expect(refusal(() => deleteCluster({}))).toBe("InvalidParameterCombination");
  expect(refusal(() => deleteCluster({ SkipFinalSnapshot: true }))).toBe("InvalidDBClusterStateFault");
  cloud.call(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "a", SkipFinalSnapshot: true }));
  cloud.services.rds.rows("cluster").push("trade 1");
  deleteCluster({ FinalDBSnapshotIdentifier: "final", DeleteAutomatedBackups: false });
  expect(refusal(() => createInstance("b"))).toBe("InvalidDBClusterStateFault");
  later(10 * minute);
  expect(cluster()?.Status).toBe("deleting");
  expect(refusal(() => cloud.call(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "a" })))).toBe(
    "DBInstanceNotFoundFault",
  );
  later(minute);
  expect(refusal(cluster)).toBe("DBClusterNotFoundFault");
  expect(refusal(() => cloud.call(new DeleteSecurityGroupCommand({ GroupId: groupId })))).toBe("nothing");
  expect(cloud.call(new ListSecretsCommand({})).SecretList).toEqual([]);

  const [snapshot] =
    cloud.call(new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: "cluster" })).DBClusterSnapshots ?? [];
  expect(snapshot).toMatchObject({ Status: "available", TagList: [{ Key: "Environment", Value: "dev" }] });
  const [backup] = cloud.call(new DescribeDBClusterAutomatedBackupsCommand({})).DBClusterAutomatedBackups ?? [];
  expect(backup?.Status).toBe("retained");
  cloud.call(new DeleteDBClusterAutomatedBackupCommand({ DbClusterResourceId: backup?.DbClusterResourceId }));
  expect(cloud.call(new DescribeDBClusterAutomatedBackupsCommand({})).DBClusterAutomatedBackups).toEqual([]);
});

test("a restored cluster has the rows and no managed secret, and needs the snapshot's key", () => {
  const { cloud, createCluster, cluster, deleteCluster, later, groupId, keyId } = setUp();
  createCluster();
  later(minute);
  cloud.services.rds.rows("cluster").push("trade 1");
  deleteCluster({ FinalDBSnapshotIdentifier: "final" });
  cloud.services.rds.rows("cluster").push("too late");
  const restore = (more = {}) =>
    cloud.call(
      new RestoreDBClusterFromSnapshotCommand({
        DBClusterIdentifier: "again",
        SnapshotIdentifier: "final",
        Engine,
        DBSubnetGroupName: "subnets",
        VpcSecurityGroupIds: [groupId],
        ...more,
      }),
    ).DBCluster;
  expect(refusal(restore)).toBe("InvalidDBClusterSnapshotStateFault");
  later(5 * minute);
  expect(refusal(cluster)).toBe("DBClusterNotFoundFault");
  expect(refusal(() => restore({ EngineVersion: "8.0.mysql_aurora.3.04.4" }))).toBe("InvalidParameterCombination");
  expect(restore()).not.toHaveProperty("MasterUserSecret");
  expect(cloud.services.rds.rows("again")).toEqual(["trade 1"]);
  later(2 * minute);
  const manage = new ModifyDBClusterCommand({
    DBClusterIdentifier: "again",
    ManageMasterUserPassword: true,
    MasterUserSecretKmsKeyId: keyId,
  });
  expect(cloud.call(manage).DBCluster).toMatchObject({ MasterUserSecret: {} });
  const look = new DescribeDBClustersCommand({ DBClusterIdentifier: "again" });
  expect(cloud.call(look).DBClusters).toMatchObject([{ Status: "resetting-master-credentials" }]);
  cloud.call(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: 7 }));
  expect(refusal(() => restore({ DBClusterIdentifier: "third" }))).toBe("KMSKeyNotAccessibleFault");
  const again = cloud.call(new DescribeDBClustersCommand({ DBClusterIdentifier: "again" })).DBClusters?.[0];
  expect(again?.Status).toBe("inaccessible-encryption-credentials-recoverable");
  cloud.call(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: "final" }));
});

test("RDS makes missing log groups, and makes them again while the cluster is being deleted", () => {
  const { cloud, createCluster, deleteCluster, later } = setUp();
  const logGroupNamePrefix = "/aws/rds/cluster/cluster/";
  const groups = () => cloud.call(new DescribeLogGroupsCommand({ logGroupNamePrefix })).logGroups ?? [];
  createCluster();
  later(2 * minute);
  expect(groups().map((g) => [g.logGroupName, g.retentionInDays])).toEqual([
    [`${logGroupNamePrefix}audit`, undefined],
    [`${logGroupNamePrefix}error`, undefined],
  ]);
  deleteCluster({ SkipFinalSnapshot: true });
  for (const { logGroupName } of groups()) cloud.call(new DeleteLogGroupCommand({ logGroupName }));
  expect(groups()).toEqual([]);
  later(minute);
  expect(groups()).toHaveLength(2);
});

test("tags are set by ARN", () => {
  const { cloud, createCluster, cluster } = setUp();
  const ResourceName = createCluster()?.DBClusterArn;
  cloud.call(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: "tap:schema", Value: "1" }] }));
  expect(cluster()?.TagList).toContainEqual({ Key: "tap:schema", Value: "1" });
  const unknown = new AddTagsToResourceCommand({ ResourceName: `${ResourceName}x`, Tags: [] });
  expect(refusal(() => cloud.call(unknown))).toBe("DBClusterNotFoundFault");
});

test("a stopped cluster can only be started", () => {
  const { cloud, createCluster, createInstance, cluster, deleteCluster, later } = setUp();
  createCluster();
  createInstance("a");
  later(10 * minute);
  const start = () => cloud.call(new StartDBClusterCommand({ DBClusterIdentifier: "cluster" }));
  expect(refusal(start)).toBe("InvalidDBClusterStateFault");
  cloud.call(new StopDBClusterCommand({ DBClusterIdentifier: "cluster" }));
  expect(cluster()?.Status).toBe("stopping");
  expect(refusal(start)).toBe("InvalidDBClusterStateFault");
  later(minute);
  const [instance] = cloud.call(new DescribeDBInstancesCommand({})).DBInstances ?? [];
  expect([cluster()?.Status, instance?.DBInstanceStatus]).toEqual(["stopped", "stopped"]);
  const modify = new ModifyDBClusterCommand({ DBClusterIdentifier: "cluster", BackupRetentionPeriod: 3 });
  expect(refusal(() => cloud.call(modify))).toBe("InvalidDBClusterStateFault");
  const remove = new DeleteDBInstanceCommand({ DBInstanceIdentifier: "a" });
  expect(refusal(() => cloud.call(remove))).toBe("InvalidDBClusterStateFault");
  expect(refusal(() => deleteCluster({ SkipFinalSnapshot: true }))).toBe("InvalidDBClusterStateFault");
  start();
  later(minute);
  expect(cluster()?.Status).toBe("available");
});
