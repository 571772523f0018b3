import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateDBClusterCommand,
  CreateDBClusterParameterGroupCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBClusterCommand,
  DescribeDBClusterAutomatedBackupsCommand,
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBClusterParametersCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSubnetGroupsCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  RestoreDBClusterToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { expect } from "vitest";
import type { CloudOptions } from "../cloud.ts";
import { world } from "../world.ts";
import { holds } from "./facts.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

/** An available cluster `db` without instances, and what to do with it. */
function cluster(options: CloudOptions = {}) {
  const base = world(options);
  const { cloud, later, subnetIds, groupId } = base;
  const DBSubnetGroupName = "subnets";
  cloud.call(
    new CreateDBSubnetGroupCommand({ DBSubnetGroupName, DBSubnetGroupDescription: "d", SubnetIds: subnetIds }),
  );
  cloud.call(
    new CreateDBClusterCommand({
      DBClusterIdentifier: "db",
      Engine: "aurora-mysql",
      DatabaseName: "trading",
      MasterUsername: "admin",
      ManageMasterUserPassword: true,
      DBSubnetGroupName,
      VpcSecurityGroupIds: [groupId],
      BackupRetentionPeriod: 7,
      EnableCloudwatchLogsExports: ["error"],
    }),
  );
  later(cloud.durations.clusterCreate);
  const describe = () => cloud.call(new DescribeDBClustersCommand({ DBClusterIdentifier: "db" })).DBClusters?.[0] ?? {};
  const modify = (more: object) =>
    cloud.call(new ModifyDBClusterCommand({ DBClusterIdentifier: "db", ApplyImmediately: true, ...more })).DBCluster;
  const instance = () => {
    const DBInstanceIdentifier = "writer";
    cloud.call(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier,
        DBClusterIdentifier: "db",
        Engine: "aurora-mysql",
        DBInstanceClass: "db.r5.large",
      }),
    );
    later(cloud.durations.instanceCreate);
    return cloud.call(new DescribeDBInstancesCommand({ DBInstanceIdentifier })).DBInstances?.[0] ?? {};
  };
  const remove = (DeleteAutomatedBackups: boolean) => {
    cloud.call(
      new DeleteDBClusterCommand({ DBClusterIdentifier: "db", SkipFinalSnapshot: true, DeleteAutomatedBackups }),
    );
    later(cloud.durations.clusterDelete);
  };
  const backups = () => cloud.call(new DescribeDBClusterAutomatedBackupsCommand({})).DBClusterAutomatedBackups ?? [];
  return { ...base, DBSubnetGroupName, describe, modify, instance, remove, backups };
}

holds([
  {
    operation: "DescribeDBInstances",
    fact: "an instance names the database and the log exports that its cluster was made with",
    source: "placebo, both instances of Aurora MySQL; the log exports of one",
    check: () => {
      const { describe, instance } = cluster();
      expect(describe().DatabaseName).toBeUndefined();
      expect(instance()).toMatchObject({ DBName: "trading", EnabledCloudwatchLogsExports: ["error"] });
    },
  },
  {
    operation: "DescribeDBClusters",
    fact: "the name of the database is left out, although it was given",
    source: "placebo, 9 of 12 clusters of Aurora MySQL, all 4 with log exports; terraform#4671",
    check: () => {
      expect(cluster().describe()).not.toHaveProperty("DatabaseName");
      expect(cluster({ databaseName: "shown" }).describe().DatabaseName).toBe("trading");
    },
  },
  {
    operation: "DescribeDBClusters",
    fact: "the restore window is given, and lists of what there is none of are empty",
    source: "placebo, 44 of 47 clusters",
    check: () => {
      const { cloud, later, describe } = cluster();
      later(10 * day);
      const live = describe();
      expect(cloud.now() - Number(live.EarliestRestorableTime)).toBe(7 * day);
      expect(cloud.now() - Number(live.LatestRestorableTime)).toBe(5 * minute);
      expect(live).toMatchObject({
        DomainMemberships: [],
        ReadReplicaIdentifiers: [],
        AssociatedRoles: [],
        TagList: [],
      });
      expect(live).not.toHaveProperty("PendingModifiedValues");
    },
  },
  {
    operation: "ModifyDBCluster",
    fact: "its reply still says available; what is looked at then says what is being changed",
    source: "placebo, all 6 replies; hashicorp/terraform-provider-aws rds/cluster.go for the statuses",
    check: () => {
      for (const [change, status] of [
        [{ BackupRetentionPeriod: 8 }, "modifying"],
        [{ EnableIAMDatabaseAuthentication: true }, "configuring-iam-database-auth"],
        [{ CloudwatchLogsExportConfiguration: { EnableLogTypes: ["audit"] } }, "configuring-log-exports"],
        [{ RotateMasterUserPassword: true }, "resetting-master-credentials"],
      ] as const) {
        const { cloud, later, modify, describe } = cluster();
        expect(modify(change)?.Status).toBe("available");
        expect(describe().Status).toBe(status);
        later(cloud.durations.clusterModify);
        expect(describe().Status).toBe("available");
      }
    },
  },
  {
    operation: "DescribeDBClusters, DescribeDBInstances",
    fact: "statuses that AWS brings about by itself pass, and optimizing its storage a cluster takes changes",
    source: "Aurora User Guide, viewing status; aws-notes",
    check: () => {
      const { cloud, later, describe, modify, instance } = cluster();
      for (const status of ["scaling-compute", "scaling-storage", "storage-config-upgrade", "storage-optimization"]) {
        cloud.services.rds.show("db", status, minute);
        expect(describe().Status).toBe(status);
        if (status === "storage-optimization") expect(() => modify({ BackupRetentionPeriod: 9 })).not.toThrow();
        else expect(() => modify({ BackupRetentionPeriod: 9 })).toThrow(status);
        later(minute);
      }
      instance();
      cloud.services.rds.show("writer", "configuring-enhanced-monitoring", minute);
      const shown = cloud.call(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "writer" })).DBInstances?.[0];
      expect(shown?.DBInstanceStatus).toBe("configuring-enhanced-monitoring");
    },
  },
  {
    operation: "DescribeDBClusters",
    fact: "a managed secret that cannot be rotated is impaired",
    source: "API reference, MasterUserSecret",
    check: () => {
      const { cloud, describe } = cluster();
      expect(describe().MasterUserSecret?.SecretStatus).toBe("active");
      cloud.services.rds.impairSecret("db");
      expect(describe().MasterUserSecret?.SecretStatus).toBe("impaired");
    },
  },
  {
    operation: "DescribeDBInstances",
    fact: "what every Aurora instance has: groups in sync, empty pending values and lists, a port of 0 beside its endpoint's",
    source: "placebo test_rds_delete_aurora_filter and 10 more",
    check: () => {
      expect(cluster().instance()).toMatchObject({
        AllocatedStorage: 1,
        DbInstancePort: 0,
        LicenseModel: "general-public-license",
        PendingModifiedValues: {},
        DBParameterGroups: [{ DBParameterGroupName: "default.aurora-mysql8.0", ParameterApplyStatus: "in-sync" }],
        OptionGroupMemberships: [{ OptionGroupName: "default:aurora-mysql-8-0", Status: "in-sync" }],
        DBSecurityGroups: [],
        DomainMemberships: [],
        ReadReplicaDBInstanceIdentifiers: [],
        Endpoint: { Port: 3306, HostedZoneId: "Z2R2ITUGPM61AM" },
        CertificateDetails: { CAIdentifier: "rds-ca-rsa2048-g1" },
        BackupTarget: "region",
      });
    },
  },
  {
    operation: "ModifyDBInstance",
    fact: "its reply still says available",
    source: "placebo, 13 of 14 replies; the other instance was being created",
    check: () => {
      const { cloud, instance } = cluster();
      instance();
      const DBInstanceIdentifier = "writer";
      const { DBInstance } = cloud.call(new ModifyDBInstanceCommand({ DBInstanceIdentifier, PromotionTier: 2 }));
      expect(DBInstance?.DBInstanceStatus).toBe("available");
      const [shown] = cloud.call(new DescribeDBInstancesCommand({ DBInstanceIdentifier })).DBInstances ?? [];
      expect(shown?.DBInstanceStatus).toBe("modifying");
    },
  },
  {
    operation: "DescribeDBClusterAutomatedBackups",
    fact: "backups kept at the deletion of their cluster are retained, by its resource id, and reach to its deletion",
    source: "API reference, DBClusterAutomatedBackup; tf#20839",
    check: () => {
      const { cloud, later, describe, remove, backups } = cluster();
      const { DbClusterResourceId } = describe();
      later(day);
      expect(backups()).toMatchObject([{ Status: "active", DbClusterResourceId }]);
      const deleted = cloud.now();
      remove(false);
      expect(backups()).toMatchObject([
        { Status: "retained", DbClusterResourceId, RestoreWindow: { LatestTime: new Date(deleted) } },
      ]);
      later(8 * day);
      expect(backups()).toEqual([]);
    },
  },
  {
    operation: "DescribeDBClusterAutomatedBackups",
    fact: "nothing is retained unless it was asked for",
    source: "DeleteDBCluster, DeleteAutomatedBackups",
    check: () => {
      const { remove, backups } = cluster();
      remove(true);
      expect(backups()).toEqual([]);
    },
  },
  {
    operation: "RestoreDBClusterToPointInTime",
    fact: "a retained backup is restored by the resource id of its cluster, with its data, within its window only",
    source: "API reference, SourceDbClusterResourceId; tf#20839",
    check: () => {
      const { cloud, later, describe, remove, backups, DBSubnetGroupName } = cluster();
      const SourceDbClusterResourceId = describe().DbClusterResourceId;
      cloud.services.rds.rows("db").push("row");
      later(day);
      remove(false);
      const restore = (when: { RestoreToTime?: Date; UseLatestRestorableTime?: boolean }) =>
        cloud.call(
          new RestoreDBClusterToPointInTimeCommand({
            DBClusterIdentifier: "db",
            SourceDbClusterResourceId,
            DBSubnetGroupName,
            ...when,
          }),
        ).DBCluster;
      const after = Number(backups()[0]?.RestoreWindow?.LatestTime) + 1;
      expect(() => restore({ RestoreToTime: new Date(after) })).toThrow(
        expect.objectContaining({ name: "InvalidRestoreFault" }),
      );
      expect(() => restore({})).toThrow(expect.objectContaining({ name: "InvalidParameterCombination" }));
      const made = restore({ UseLatestRestorableTime: true });
      expect(made).toMatchObject({ Status: "creating", BackupRetentionPeriod: 7 });
      expect(made?.DbClusterResourceId).not.toBe(SourceDbClusterResourceId);
      expect(cloud.services.rds.rows("db")).toEqual(["row"]);
    },
  },
  {
    operation: "DeleteDBCluster",
    fact: "its late writers bring a log group back, without tags, key and retention",
    source: "tf#42858, tf#5348",
    check: () => {
      const { cloud, later, remove } = cluster();
      remove(true);
      later(minute);
      const { logGroups = [] } = cloud.call(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/rds/cluster/db/" }),
      );
      expect(logGroups.map(({ logGroupName }) => logGroupName)).toEqual(["/aws/rds/cluster/db/error"]);
      const [{ kmsKeyId, retentionInDays } = {}] = logGroups;
      expect([kmsKeyId, retentionInDays]).toEqual([undefined, undefined]);
    },
  },
  {
    operation: "DescribeDBSubnetGroups",
    fact: "each subnet has an outpost, which is empty",
    source: "placebo, all 116 subnets",
    check: () => {
      const { cloud, DBSubnetGroupName } = cluster();
      const [group] = cloud.call(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName })).DBSubnetGroups ?? [];
      expect(group?.Subnets?.map(({ SubnetOutpost }) => SubnetOutpost)).toEqual([{}, {}]);
    },
  },
  {
    operation: "DescribeDBClusterParameterGroups, DescribeDBClusterParameters",
    fact: "what is not there is told by name; every parameter has a description and an apply method, values where there is one",
    source: "placebo test_rdsclusterparamgroup_*, 135 parameters",
    check: () => {
      const { cloud } = cluster();
      const DBClusterParameterGroupName = "pg-cluster-test";
      const groups = new DescribeDBClusterParameterGroupsCommand({ DBClusterParameterGroupName });
      expect(() => cloud.call(groups)).toThrow("DBClusterParameterGroup not found: pg-cluster-test");
      cloud.call(
        new CreateDBClusterParameterGroupCommand({
          DBClusterParameterGroupName,
          DBParameterGroupFamily: "aurora-mysql8.0",
          Description: "d",
        }),
      );
      const { Parameters = [] } = cloud.call(new DescribeDBClusterParametersCommand({ DBClusterParameterGroupName }));
      for (const { Description, ApplyMethod, Source, ParameterValue } of Parameters) {
        expect(Description).toMatch(/./);
        expect(ApplyMethod).toBe("pending-reboot");
        expect(["system", "engine-default"]).toContain(Source);
        if (Source === "engine-default") expect(ParameterValue).toBeUndefined();
      }
    },
  },
  {
    operation: "DescribeDBClusterSnapshots",
    fact: "a snapshot names the zones of its cluster; one that is not there is not found, 404",
    source: "placebo, 17 snapshots",
    check: () => {
      const { cloud } = cluster();
      const look = (DBClusterSnapshotIdentifier: string) => () =>
        cloud.call(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier })).DBClusterSnapshots;
      const snapshot = { DBClusterSnapshotIdentifier: "made", DBClusterIdentifier: "db" };
      cloud.call(new CreateDBClusterSnapshotCommand(snapshot));
      expect(look("made")()).toMatchObject([{ AvailabilityZones: ["us-east-1a", "us-east-1b", "us-east-1c"] }]);
      expect(look("none")).toThrow(
        expect.objectContaining({
          name: "DBClusterSnapshotNotFoundFault",
          $metadata: expect.objectContaining({ httpStatusCode: 404 }),
        }),
      );
    },
  },
]);
