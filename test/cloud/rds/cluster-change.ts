import {
  DeleteDBClusterCommand,
  type DeleteDBClusterMessage,
  DescribeDBClustersCommand,
  ModifyDBClusterCommand,
  type ModifyDBClusterMessage,
  StartDBClusterCommand,
  StopDBClusterCommand,
} from "@aws-sdk/client-rds";
import { type Operation, onlyFields, read, write } from "../model.ts";
import { offerOf } from "./catalog.ts";
import {
  checkLogTypes,
  checkParameterGroup,
  checkRetention,
  checkSecurityGroups,
  logGroups,
  manageSecret,
  storageType,
  writeLogs,
} from "./cluster-create.ts";
import { availableCluster, findCluster, showCluster, statusOf } from "./cluster-state.ts";
import { compareVersions } from "./engines.ts";
import type { Cluster } from "./records.ts";
import { takeSnapshot } from "./snapshots.ts";
import { clusterState, invalidCombination, invalidValue, nameOf, type RdsStore } from "./store.ts";
import { checkWindows } from "./windows.ts";

const modifyFields = [
  "DBClusterIdentifier",
  "ApplyImmediately",
  "EngineVersion",
  "Port",
  "VpcSecurityGroupIds",
  "DBClusterParameterGroupName",
  "CloudwatchLogsExportConfiguration",
  "EnableIAMDatabaseAuthentication",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
  "DeletionProtection",
  "CopyTagsToSnapshot",
  "AutoMinorVersionUpgrade",
  "ManageMasterUserPassword",
  "MasterUserSecretKmsKeyId",
  "RotateMasterUserPassword",
  "StorageType",
  "NetworkType",
] as const;

/** Looking at, changing and deleting clusters. */
export function clusterChangeOperations(store: RdsStore): Operation[] {
  return [
    read(DescribeDBClustersCommand, ["DBClusterIdentifier", "Filters", "MaxRecords", "Marker"], (input) => {
      const wanted =
        input.DBClusterIdentifier === undefined ? undefined : findCluster(store, input.DBClusterIdentifier, true);
      const { items, Marker } = store.describe(wanted ? [wanted] : store.clusters.values(), input, {
        "db-cluster-id": (c) => [c.name, c.arn],
        "db-cluster-resource-id": (c) => [c.resourceId],
        engine: (c) => [c.engine],
      });
      return { DBClusters: items.map((c) => showCluster(store, c)), Marker };
    }),
    write(ModifyDBClusterCommand, modifyFields, (input) => {
      const cluster = availableCluster(store, input.DBClusterIdentifier);
      modify(store, cluster, input);
      // The reply itself still says available (placebo, all 6 replies of ModifyDBCluster).
      return { DBCluster: { ...showCluster(store, cluster), Status: "available" } };
    }),
    write(StopDBClusterCommand, ["DBClusterIdentifier"], ({ DBClusterIdentifier }) => {
      const cluster = availableCluster(store, DBClusterIdentifier);
      cluster.stopped = true;
      cluster.busy = { status: "stopping", until: store.later(store.cloud.durations.clusterModify) };
      return { DBCluster: showCluster(store, cluster) };
    }),
    write(StartDBClusterCommand, ["DBClusterIdentifier"], ({ DBClusterIdentifier }) => {
      const cluster = findCluster(store, DBClusterIdentifier);
      const status = statusOf(store, cluster);
      if (status !== "stopped") throw clusterState(`DB cluster ${cluster.name} is ${status}, not stopped.`);
      cluster.stopped = false;
      cluster.busy = { status: "starting", until: store.later(store.cloud.durations.clusterModify) };
      return { DBCluster: showCluster(store, cluster) };
    }),
    write(
      DeleteDBClusterCommand,
      ["DBClusterIdentifier", "SkipFinalSnapshot", "FinalDBSnapshotIdentifier", "DeleteAutomatedBackups"],
      (input) => {
        const cluster = findCluster(store, input.DBClusterIdentifier);
        remove(store, cluster, input);
        return { DBCluster: showCluster(store, cluster) };
      },
    ),
  ];
}

function modify(store: RdsStore, cluster: Cluster, input: ModifyDBClusterMessage): void {
  const now = input.ApplyImmediately ?? false;
  const { durations } = store.cloud;
  const offer = offerOf(cluster.engine, input.EngineVersion ?? cluster.engineVersion);
  if (compareVersions(offer.version, cluster.engineVersion) < 0) {
    throw invalidCombination(`Cannot upgrade ${cluster.engine} from ${cluster.engineVersion} to ${offer.version}`);
  }
  const groups = input.VpcSecurityGroupIds;
  if (groups) checkSecurityGroups(store, groups, cluster.vpcId);
  if (input.BackupRetentionPeriod !== undefined) checkRetention(input.BackupRetentionPeriod);
  const backupWindow = (input.PreferredBackupWindow ?? cluster.backupWindow).toLowerCase();
  const maintenanceWindow = (input.PreferredMaintenanceWindow ?? cluster.maintenanceWindow).toLowerCase();
  checkWindows(backupWindow, maintenanceWindow);
  const parameterGroup =
    input.DBClusterParameterGroupName === undefined
      ? cluster.parameterGroup
      : checkParameterGroup(store, input.DBClusterParameterGroupName, offer);
  const logs = input.CloudwatchLogsExportConfiguration;
  onlyFields(logs, "CloudwatchLogsExportConfiguration", ["EnableLogTypes", "DisableLogTypes"]);
  const { EnableLogTypes: enable = [], DisableLogTypes: disable = [] } = logs ?? {};
  checkLogTypes([...enable, ...disable], cluster.engine);
  const secretKey = checkSecretChange(store, cluster, input);

  if (input.ManageMasterUserPassword && !cluster.secret)
    manageSecret(store, cluster, secretKey, store.later(durations.clusterModify));
  if (input.RotateMasterUserPassword && cluster.secret)
    store.cloud.services.secretsmanager.rotateManaged(cluster.secret.arn);
  if (groups) {
    cluster.securityGroupIds = groups;
    for (const { interfaceId } of store.members(cluster.name)) {
      const own = store.cloud.services.ec2.store.interfaces.get(interfaceId);
      if (own) own.groupIds = groups;
    }
  }
  if (parameterGroup !== cluster.parameterGroup) {
    // Static and dynamic values of another group take effect with the next reboot (Aurora User Guide, "Working with parameter groups").
    for (const member of store.members(cluster.name)) member.needsReboot = true;
  }
  cluster.parameterGroup = parameterGroup;
  cluster.backupWindow = backupWindow;
  cluster.maintenanceWindow = maintenanceWindow;
  cluster.backupRetention = input.BackupRetentionPeriod ?? cluster.backupRetention;
  cluster.deletionProtection = input.DeletionProtection ?? cluster.deletionProtection;
  cluster.copyTagsToSnapshot = input.CopyTagsToSnapshot ?? cluster.copyTagsToSnapshot;
  cluster.autoMinorVersionUpgrade = input.AutoMinorVersionUpgrade ?? cluster.autoMinorVersionUpgrade;
  cluster.port = input.Port ?? cluster.port;
  if (input.StorageType !== undefined) cluster.storageType = storageType(input.StorageType);
  if (input.NetworkType !== undefined) cluster.beside.network = networkType(input.NetworkType);
  cluster.logExports = [...new Set([...cluster.logExports, ...enable])].filter((type) => !disable.includes(type));
  const authenticated = cluster.iamAuthentication;
  applyOrDefer(cluster, input, now, offer.version);
  const until = store.later(durations.clusterModify);
  cluster.busy = { status: changing(input, authenticated !== cluster.iamAuthentication), until };
  if (enable.length > 0) writeLogs(store, cluster, store.later(60_000));
}

/** ModifyDBCluster, NetworkType. */
function networkType(type: string): "IPV4" | "DUAL" {
  if (type !== "IPV4" && type !== "DUAL") throw invalidValue(`Invalid network type: ${type}`);
  return type;
}

/** The status that a change passes through (hashicorp/terraform-provider-aws, internal/service/rds/cluster.go, its waits). */
function changing(input: ModifyDBClusterMessage, authentication: boolean): string {
  if (input.ManageMasterUserPassword !== undefined || input.RotateMasterUserPassword)
    return "resetting-master-credentials";
  if (authentication) return "configuring-iam-database-auth";
  return input.CloudwatchLogsExportConfiguration ? "configuring-log-exports" : "modifying";
}

/** Without ApplyImmediately these two wait for the maintenance window (ModifyDBCluster, ApplyImmediately). */
function applyOrDefer(cluster: Cluster, input: ModifyDBClusterMessage, now: boolean, version: string): void {
  const wanted = {
    engineVersion: input.EngineVersion && version,
    iamAuthentication: input.EnableIAMDatabaseAuthentication,
  };
  if (now) {
    cluster.engineVersion = wanted.engineVersion ?? cluster.pending.engineVersion ?? cluster.engineVersion;
    cluster.iamAuthentication =
      wanted.iamAuthentication ?? cluster.pending.iamAuthentication ?? cluster.iamAuthentication;
    cluster.pending = {};
    return;
  }
  cluster.pending = {
    ...cluster.pending,
    ...(wanted.engineVersion !== undefined &&
      wanted.engineVersion !== cluster.engineVersion && { engineVersion: wanted.engineVersion }),
    ...(wanted.iamAuthentication !== undefined &&
      wanted.iamAuthentication !== cluster.iamAuthentication && { iamAuthentication: wanted.iamAuthentication }),
  };
}

/** The key of a managed secret cannot be changed while it is managed (ModifyDBCluster, MasterUserSecretKmsKeyId). */
function checkSecretChange(store: RdsStore, cluster: Cluster, input: ModifyDBClusterMessage): string | undefined {
  const { ManageMasterUserPassword: manage, MasterUserSecretKmsKeyId: key, RotateMasterUserPassword: rotate } = input;
  if (manage === false && cluster.secret)
    throw invalidCombination("MasterUserPassword is required when the password is no longer managed.");
  if (rotate && !cluster.secret)
    throw invalidCombination("You can't rotate the master user password: it isn't managed in Secrets Manager.");
  if (key === undefined) return undefined;
  if (!manage) throw invalidCombination("MasterUserSecretKmsKeyId is only valid with ManageMasterUserPassword.");
  const arn = store.key(key);
  if (cluster.secret && cluster.secret.kmsKeyId !== arn) {
    throw invalidCombination("You can't change the KMS key of a secret that RDS already manages.");
  }
  return arn;
}

function remove(store: RdsStore, cluster: Cluster, input: DeleteDBClusterMessage): void {
  const { durations, services } = store.cloud;
  const final = input.FinalDBSnapshotIdentifier;
  const skip = input.SkipFinalSnapshot ?? false;
  if (cluster.deleting) throw clusterState(`DB cluster ${cluster.name} is already being deleted.`);
  if (cluster.stopped) throw clusterState(`DB cluster ${cluster.name} is stopped: start it before deleting it.`);
  if (cluster.deletionProtection)
    throw invalidCombination("Cannot delete protected Cluster, please disable deletion protection and try again.");
  if (!skip && final === undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  if (skip && final !== undefined)
    throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.");
  const members = store.members(cluster.name);
  // Accepted as soon as all instances are deleting (aws-notes, "Teardown that does not hang"). Text: moto#6998.
  if (members.some((m) => !m.deleting))
    throw clusterState("Cluster cannot be deleted, it still contains DB instances in non-deleting state.");
  let done = Math.max(store.cloud.now(), ...members.map((m) => m.deleting?.until.getTime() ?? 0));
  if (final !== undefined) {
    // Text: terraform-provider-aws#40333.
    if (statusOf(store, cluster) !== "available") {
      throw clusterState(
        `Can't create a snapshot because the database cluster ${cluster.name} isn't currently in the available state.`,
      );
    }
    done = Math.max(
      done,
      takeSnapshot(store, cluster, nameOf(final), "FinalDBSnapshotIdentifier", undefined).readyAt.getTime(),
    );
  }
  const until = new Date(done + durations.clusterDelete);
  // The default removes them (aws-notes trap 5).
  cluster.deleting = { at: store.now(), until, keepBackups: input.DeleteAutomatedBackups === false };
  if (cluster.secret) services.secretsmanager.deleteManaged(cluster.secret.arn);
  cluster.secret = undefined;
  // The last entries come while it is being deleted, and bring back a group that is gone (aws-notes trap 7).
  services.logs.silence(logGroups(cluster));
  writeLogs(store, cluster, new Date(until.getTime() - 1000));
}
