import {
  CreateDBClusterCommand,
  type CreateDBClusterMessage,
  RestoreDBClusterFromSnapshotCommand,
  type RestoreDBClusterFromSnapshotMessage,
  RestoreDBClusterToPointInTimeCommand,
  type RestoreDBClusterToPointInTimeMessage,
} from "@aws-sdk/client-rds";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, write } from "../model.ts";
import { nothingBeside } from "./beside.ts";
import { offerOf } from "./catalog.ts";
import { findCluster, showCluster } from "./cluster-state.ts";
import { compareVersions, type EngineOffer, exportableLogTypes } from "./engines.ts";
import { families } from "./parameters.ts";
import { type Cluster, type ClusterData, dataOf } from "./records.ts";
import { availableSnapshot, findBackup } from "./snapshots.ts";
import { identifier, invalidCombination, invalidValue, nameOf, type RdsStore } from "./store.ts";
import { subnetGroup } from "./subnet-groups.ts";
import { checkWindows } from "./windows.ts";

const shared = [
  "DBClusterIdentifier",
  "Engine",
  "EngineVersion",
  "EngineMode",
  "DatabaseName",
  "Port",
  "DBSubnetGroupName",
  "VpcSecurityGroupIds",
  "DBClusterParameterGroupName",
  "KmsKeyId",
  "EnableCloudwatchLogsExports",
  "EnableIAMDatabaseAuthentication",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "DeletionProtection",
  "CopyTagsToSnapshot",
  "StorageType",
  "Tags",
] as const;

/** Engine, version and backup settings are those of the source. */
const pointInTime = [
  "DBClusterIdentifier",
  "SourceDBClusterIdentifier",
  "SourceDbClusterResourceId",
  "RestoreToTime",
  "UseLatestRestorableTime",
  "Port",
  "DBSubnetGroupName",
  "VpcSecurityGroupIds",
  "DBClusterParameterGroupName",
  "KmsKeyId",
  "EnableCloudwatchLogsExports",
  "EnableIAMDatabaseAuthentication",
  "DeletionProtection",
  "CopyTagsToSnapshot",
  "StorageType",
  "EngineMode",
  "Tags",
] as const;

/**
 * How clusters come to be. A restored one has no managed password, no key for it and no maintenance window of its own:
 * RestoreDBClusterFromSnapshot lacks these (aws-notes trap 2).
 */
export function clusterCreateOperations(store: RdsStore): Operation[] {
  const { cloud } = store;
  const onCreate = [
    "StorageEncrypted",
    "MasterUsername",
    "ManageMasterUserPassword",
    "MasterUserSecretKmsKeyId",
    "PreferredMaintenanceWindow",
    "AutoMinorVersionUpgrade",
  ] as const;
  return [
    write(CreateDBClusterCommand, [...shared, ...onCreate], (input) => {
      const offer = offerOf(input.Engine, input.EngineVersion);
      const username = checkUsername(input.MasterUsername);
      if (input.ManageMasterUserPassword !== true)
        throw new UnmodelledError("CreateDBCluster without a managed password");
      const encrypted = input.StorageEncrypted ?? false;
      if (input.KmsKeyId !== undefined && !encrypted) {
        throw invalidCombination(
          "You can't specify a KMS key for a DB cluster that isn't encrypted: set StorageEncrypted.",
        );
      }
      const secretKey =
        input.MasterUserSecretKmsKeyId === undefined ? undefined : store.key(input.MasterUserSecretKmsKeyId);
      const data: ClusterData = {
        engine: offer.engine,
        engineVersion: offer.version,
        masterUsername: username,
        databaseName: input.DatabaseName,
        port: input.Port ?? 3306,
        encrypted,
        // Without a key of one's own, `aws/rds` is used, which no one can take away.
        kmsKeyArn: input.KmsKeyId === undefined ? undefined : store.key(input.KmsKeyId),
        iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
        backupRetention: input.BackupRetentionPeriod ?? 1,
        backupWindow: (input.PreferredBackupWindow ?? "03:00-03:30").toLowerCase(),
        storageType: storageType(input.StorageType),
        rows: [],
      };
      const cluster = prepare(store, input, data, offer, {
        readyIn: cloud.durations.clusterCreate,
        maintenanceWindow: input.PreferredMaintenanceWindow ?? "sun:05:00-sun:05:30",
        autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
      });
      manageSecret(store, cluster, secretKey, cluster.readyAt);
      store.clusters.set(cluster.name, cluster);
      return { DBCluster: showCluster(store, cluster) };
    }),
    write(RestoreDBClusterToPointInTimeCommand, pointInTime, (input) => {
      const { backup, window } = sourceOf(store, input);
      const at = input.UseLatestRestorableTime ? window?.LatestTime : input.RestoreToTime;
      if (!at || !window?.EarliestTime || !window.LatestTime || at < window.EarliestTime || at > window.LatestTime)
        throw awsError("InvalidRestoreFault", "Cannot restore to the specified time: it is not in the restore window.");
      if (backup.kmsKeyArn !== undefined) store.key(backup.kmsKeyArn);
      const data: ClusterData = {
        ...dataOf(backup),
        port: input.Port ?? backup.port,
        kmsKeyArn: input.KmsKeyId === undefined ? backup.kmsKeyArn : store.key(input.KmsKeyId),
        iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
        storageType: storageType(input.StorageType),
      };
      const cluster = prepare(store, input, data, offerOf(backup.engine, backup.engineVersion), {
        readyIn: cloud.durations.clusterRestore,
        maintenanceWindow: "sat:07:00-sat:07:30",
        autoMinorVersionUpgrade: true,
      });
      store.clusters.set(cluster.name, cluster);
      return { DBCluster: showCluster(store, cluster) };
    }),
    write(RestoreDBClusterFromSnapshotCommand, [...shared, "SnapshotIdentifier"], (input) => {
      const snapshot = availableSnapshot(store, input.SnapshotIdentifier);
      const offer = offerOf(input.Engine, input.EngineVersion ?? snapshot.engineVersion);
      if (offer.engine !== snapshot.engine)
        throw invalidCombination(`The snapshot's engine is ${snapshot.engine}, not ${offer.engine}`);
      // aws-notes trap 2.
      if (compareVersions(offer.version, snapshot.engineVersion) < 0) {
        throw invalidCombination(
          `The engine version ${offer.version} is older than that of the snapshot, ${snapshot.engineVersion}`,
        );
      }
      // To read the snapshot its own key is needed, whatever key the new cluster gets.
      if (snapshot.kmsKeyArn !== undefined) store.key(snapshot.kmsKeyArn);
      const data: ClusterData = {
        ...dataOf(snapshot),
        engineVersion: offer.version,
        databaseName: input.DatabaseName ?? snapshot.databaseName,
        port: input.Port ?? snapshot.port,
        encrypted: snapshot.encrypted || input.KmsKeyId !== undefined,
        kmsKeyArn: input.KmsKeyId === undefined ? snapshot.kmsKeyArn : store.key(input.KmsKeyId),
        iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
        backupRetention: input.BackupRetentionPeriod ?? snapshot.backupRetention,
        backupWindow: (input.PreferredBackupWindow ?? snapshot.backupWindow).toLowerCase(),
        storageType: storageType(input.StorageType),
      };
      const cluster = prepare(store, input, data, offer, {
        readyIn: cloud.durations.clusterRestore,
        maintenanceWindow: "sat:07:00-sat:07:30",
        autoMinorVersionUpgrade: true,
      });
      store.clusters.set(cluster.name, cluster);
      return { DBCluster: showCluster(store, cluster) };
    }),
  ];
}

/**
 * The backup to restore: that of a cluster, or by resource id also that of a deleted one
 * (RestoreDBClusterToPointInTime, SourceDbClusterResourceId).
 */
function sourceOf(store: RdsStore, input: RestoreDBClusterToPointInTimeMessage) {
  const { SourceDBClusterIdentifier: name, SourceDbClusterResourceId: id } = input;
  if ((name === undefined) === (id === undefined))
    throw invalidCombination("Either SourceDBClusterIdentifier or SourceDbClusterResourceId must be given");
  if ((input.RestoreToTime === undefined) === !input.UseLatestRestorableTime)
    throw invalidCombination("Either RestoreToTime or UseLatestRestorableTime must be given");
  return findBackup(store, name === undefined ? id : findCluster(store, name).resourceId);
}

/** Gives the cluster a managed master password: a new secret, with a new ARN each time. */
export function manageSecret(store: RdsStore, cluster: Cluster, kmsKeyArn: string | undefined, activeAt: Date): void {
  const secret = store.cloud.services.secretsmanager.createManaged("cluster", {
    resourceId: cluster.resourceId,
    arn: cluster.arn,
    username: cluster.masterUsername,
    kmsKeyId: kmsKeyArn,
  });
  const kmsKeyId = kmsKeyArn ?? store.cloud.arn("kms", "alias/aws/secretsmanager");
  cluster.secret = { arn: secret.arn, kmsKeyId, activeAt };
}

/** @throws InvalidParameterValue for a group that does not exist, InvalidParameterCombination for one of another VPC */
export function checkSecurityGroups(store: RdsStore, ids: readonly string[], vpcId: string): void {
  for (const id of ids) {
    const group = store.cloud.services.ec2.store.groups.get(id);
    if (!group) throw invalidValue(`Invalid security group , groupId= ${id}, groupName=.`);
    if (group.vpcId !== vpcId)
      throw invalidCombination("The DB instance and EC2 security group are in different VPCs.");
  }
}

/** @throws DBClusterParameterGroupNotFoundFault, InvalidParameterCombination for a group of another family */
export function checkParameterGroup(store: RdsStore, reference: string | undefined, offer: EngineOffer): string {
  const fallback = `default.${offer.family}`;
  const name = reference === undefined ? fallback : nameOf(reference);
  if (name === fallback) return name;
  const family = store.parameterGroups.get(name)?.family ?? [...families.keys()].find((f) => name === `default.${f}`);
  if (family === undefined)
    throw awsError("DBClusterParameterGroupNotFoundFault", `DBClusterParameterGroup not found: ${reference}`, 404);
  if (family !== offer.family) {
    throw invalidCombination(
      `The Parameter Group ${name} with DBParameterGroupFamily ${family} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${offer.family}`,
    );
  }
  return name;
}

/** @throws InvalidParameterCombination for a log type that the engine does not export */
export function checkLogTypes(types: readonly string[], engine: string): void {
  const known: readonly string[] = exportableLogTypes;
  const unknown = types.filter((type) => !known.includes(type));
  if (unknown.length > 0)
    throw invalidCombination(
      `You cannot use the log types '${unknown.join(", ")}' with engine ${engine}. For supported log types, see the documentation.`,
    );
}

/** CreateDBCluster, BackupRetentionPeriod: 1 to 35. */
export function checkRetention(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > 35)
    throw invalidValue(`Invalid backup retention period: ${days}. Must be between 1 and 35`);
}

/** RDS writes to the groups of the exported logs, and makes those that are missing (aws-notes trap 7). */
export function writeLogs(store: RdsStore, cluster: Cluster, at: Date): void {
  for (const group of logGroups(cluster)) store.cloud.services.logs.write(group, 1000, at.getTime());
}

/** Where it writes its logs. */
export const logGroups = (cluster: Cluster): string[] =>
  cluster.logExports.map((type) => `/aws/rds/cluster/${cluster.name}/${type}`);

function prepare(
  store: RdsStore,
  input: CreateDBClusterMessage | RestoreDBClusterFromSnapshotMessage | RestoreDBClusterToPointInTimeMessage,
  data: ClusterData,
  offer: EngineOffer,
  more: { readonly readyIn: number; readonly maintenanceWindow: string; readonly autoMinorVersionUpgrade: boolean },
): Cluster {
  const name = identifier(input.DBClusterIdentifier, "DBClusterIdentifier");
  if (store.clusters.has(name)) throw awsError("DBClusterAlreadyExistsFault", "DB Cluster already exists");
  if ((input.EngineMode ?? "provisioned") !== "provisioned")
    throw new UnmodelledError(`engine mode ${input.EngineMode}`);
  if (input.DBSubnetGroupName === undefined) throw new UnmodelledError("a DB cluster in the default VPC");
  const { name: group, vpcId } = subnetGroup(store, input.DBSubnetGroupName);
  const securityGroupIds = input.VpcSecurityGroupIds ?? defaultGroup(store, vpcId);
  checkSecurityGroups(store, securityGroupIds, vpcId);
  checkRetention(data.backupRetention);
  const logExports = [...new Set(input.EnableCloudwatchLogsExports ?? [])];
  checkLogTypes(logExports, offer.engine);
  const maintenanceWindow = more.maintenanceWindow.toLowerCase();
  checkWindows(data.backupWindow, maintenanceWindow);
  const parameterGroup = checkParameterGroup(store, input.DBClusterParameterGroupName, offer);
  const record = store.record("cluster", name, input.Tags);
  const cluster: Cluster = {
    ...record,
    ...data,
    resourceId: `cluster-${store.cloud.count("db cluster").toString(36).toUpperCase().padStart(26, "0")}`,
    subnetGroup: group,
    vpcId,
    readyAt: store.later(more.readyIn),
    securityGroupIds,
    parameterGroup,
    maintenanceWindow,
    logExports,
    deletionProtection: input.DeletionProtection ?? false,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    autoMinorVersionUpgrade: more.autoMinorVersionUpgrade,
    secret: undefined,
    stopped: false,
    busy: undefined,
    pending: {},
    deleting: undefined,
    writer: undefined,
    beside: nothingBeside(),
  };
  writeLogs(store, cluster, store.later(60_000, cluster.readyAt));
  return cluster;
}

/** Without groups of its own a cluster gets the VPC's default group. */
function defaultGroup(store: RdsStore, vpcId: string): string[] {
  const group = [...store.cloud.services.ec2.store.groups.values()].find(
    (g) => g.vpcId === vpcId && g.name === "default",
  );
  return group ? [group.id] : [];
}

/** CreateDBCluster, MasterUsername: 1 to 16 letters or digits, a letter first, no reserved word. */
function checkUsername(name: string | undefined): string {
  if (name === undefined || !/^[a-z]\w{0,15}$/i.test(name) || ["rdsadmin", "admin_rds", "mysql"].includes(name)) {
    throw invalidValue(`The parameter MasterUsername is not valid: ${name}`);
  }
  return name;
}

export function storageType(type: string | undefined): "aurora" | "aurora-iopt1" {
  if (type !== undefined && type !== "aurora" && type !== "aurora-iopt1")
    throw invalidValue(`Invalid storage type: ${type}`);
  return type ?? "aurora";
}
