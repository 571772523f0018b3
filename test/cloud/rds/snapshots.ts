import {
  CreateDBClusterSnapshotCommand,
  type DBClusterAutomatedBackup,
  type DBClusterSnapshot,
  DeleteDBClusterAutomatedBackupCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterAutomatedBackupsCommand,
  DescribeDBClusterSnapshotsCommand,
  type RestoreWindow,
  type Tag,
} from "@aws-sdk/client-rds";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { availableCluster, restoreWindow } from "./cluster-state.ts";
import { type Cluster, type ClusterData, dataOf, type RetainedBackup, type Snapshot } from "./records.ts";
import { identifier, invalidValue, nameOf, type RdsStore } from "./store.ts";

const types = ["automated", "manual", "shared", "public", "awsbackup"];

/** Manual snapshots (a final one is manual too) and automated backups. */
export function snapshotOperations(store: RdsStore): Operation[] {
  const { cloud } = store;
  const describeFields = [
    "DBClusterIdentifier",
    "DBClusterSnapshotIdentifier",
    "SnapshotType",
    "Filters",
    "MaxRecords",
    "Marker",
  ] as const;
  return [
    write(CreateDBClusterSnapshotCommand, ["DBClusterSnapshotIdentifier", "DBClusterIdentifier", "Tags"], (input) => {
      const cluster = availableCluster(store, input.DBClusterIdentifier);
      const snapshot = takeSnapshot(
        store,
        cluster,
        input.DBClusterSnapshotIdentifier,
        "DBClusterSnapshotIdentifier",
        input.Tags,
      );
      cluster.busy = { status: "backing-up", until: snapshot.readyAt };
      return { DBClusterSnapshot: show(store, snapshot) };
    }),
    read(DescribeDBClusterSnapshotsCommand, describeFields, (input) => {
      const { DBClusterSnapshotIdentifier: id, DBClusterIdentifier: cluster, SnapshotType: type } = input;
      if (type !== undefined && !types.includes(type)) throw invalidValue(`Invalid snapshot type: ${type}`);
      const wanted = id === undefined ? undefined : findSnapshot(store, id);
      if (wanted && !cloud.visible(wanted.createdAt.getTime())) throw noSnapshot(id);
      const all = wanted ? [wanted] : [...store.snapshots.values()];
      const fitting = all.filter(
        (s) => (cluster === undefined || s.cluster === nameOf(cluster)) && (type === undefined || type === "manual"),
      );
      const { items, Marker } = store.describe(fitting, input, {
        "db-cluster-id": (s) => [s.cluster, store.arn("cluster", s.cluster)],
        "db-cluster-snapshot-id": (s) => [s.name],
        "snapshot-type": () => ["manual"],
        engine: (s) => [s.engine],
      });
      return { DBClusterSnapshots: items.map((s) => show(store, s)), Marker };
    }),
    write(DeleteDBClusterSnapshotCommand, ["DBClusterSnapshotIdentifier"], ({ DBClusterSnapshotIdentifier }) => {
      const snapshot = availableSnapshot(store, DBClusterSnapshotIdentifier);
      cloud.bury(snapshot.arn, snapshot.tags);
      store.snapshots.delete(snapshot.name);
      return { DBClusterSnapshot: { ...show(store, snapshot), Status: "deleted" } };
    }),
    read(
      DescribeDBClusterAutomatedBackupsCommand,
      ["DbClusterResourceId", "DBClusterIdentifier", "Filters", "MaxRecords", "Marker"],
      (input) => {
        const { DbClusterResourceId: resourceId, DBClusterIdentifier: name } = input;
        const all = backups(store).filter(
          ({ backup }) =>
            (resourceId === undefined || backup.clusterResourceId === resourceId) &&
            (name === undefined || backup.cluster === nameOf(name)),
        );
        const records = all.map(({ backup, status, window }) => ({ ...backup, status, window }));
        const { items, Marker } = store.describe(records, input, {
          status: (b) => [b.status],
          "db-cluster-id": (b) => [b.cluster, b.clusterArn],
          "db-cluster-resource-id": (b) => [b.clusterResourceId],
        });
        return { DBClusterAutomatedBackups: items.map((b) => showBackup(store, b, b.status, b.window)), Marker };
      },
    ),
    write(DeleteDBClusterAutomatedBackupCommand, ["DbClusterResourceId"], ({ DbClusterResourceId: id = "" }) => {
      const backup = store.retained.get(id);
      if (!backup) {
        if ([...store.clusters.values()].some((c) => c.resourceId === id)) {
          throw awsError(
            "InvalidDBClusterAutomatedBackupStateFault",
            `The automated backup of ${id} belongs to an existing cluster.`,
          );
        }
        throw awsError("DBClusterAutomatedBackupNotFoundFault", `DBClusterAutomatedBackup ${id} not found.`, 404);
      }
      cloud.bury(backup.arn, backup.tags);
      store.retained.delete(id);
      return { DBClusterAutomatedBackup: { ...showBackup(store, backup, "deleting") } };
    }),
  ];
}

/**
 * Takes a manual snapshot of a cluster's data as it is now.
 *
 * @throws DBClusterSnapshotAlreadyExistsFault, KMSKeyNotAccessibleFault, InvalidParameterValue
 */
export function takeSnapshot(
  store: RdsStore,
  cluster: Cluster,
  id: string | undefined,
  parameter: string,
  tags: readonly Tag[] | undefined,
): Snapshot {
  const name = identifier(id, parameter, 255);
  if (store.snapshots.has(name)) {
    throw awsError(
      "DBClusterSnapshotAlreadyExistsFault",
      `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`,
    );
  }
  if (cluster.kmsKeyArn !== undefined) store.key(cluster.kmsKeyArn);
  const copied = cluster.copyTagsToSnapshot ? cluster.tags.list() : [];
  const snapshot: Snapshot = {
    ...store.record("cluster-snapshot", name, [...copied, ...(tags ?? [])]),
    ...dataOf(cluster),
    cluster: cluster.name,
    clusterResourceId: cluster.resourceId,
    clusterCreatedAt: cluster.createdAt,
    vpcId: cluster.vpcId,
    readyAt: store.later(store.cloud.durations.snapshotCreate),
  };
  store.snapshots.set(name, snapshot);
  return snapshot;
}

/** @throws DBClusterSnapshotNotFoundFault, InvalidDBClusterSnapshotStateFault while it is being made (aws-notes trap 3) */
export function availableSnapshot(store: RdsStore, reference: string | undefined): Snapshot {
  const snapshot = findSnapshot(store, reference);
  if (!store.past(snapshot.readyAt)) {
    throw awsError(
      "InvalidDBClusterSnapshotStateFault",
      `The snapshot ${snapshot.name} is not in the available state.`,
    );
  }
  return snapshot;
}

function findSnapshot(store: RdsStore, reference: string | undefined): Snapshot {
  const snapshot = store.snapshots.get(nameOf(reference));
  if (!snapshot) throw noSnapshot(reference);
  return snapshot;
}

function noSnapshot(reference: string | undefined) {
  return awsError("DBClusterSnapshotNotFoundFault", `DBClusterSnapshot ${reference} not found.`, 404);
}

/** An automated backup, its status, and what can be restored from it. */
interface Backup {
  readonly backup: RetainedBackup;
  readonly status: string;
  readonly window: RestoreWindow | undefined;
}

/** The backup of a deleted cluster reaches to its deletion, and loses a day of its beginning each day. */
function retained(backup: RetainedBackup): Backup {
  const kept = backup.expiresAt.getTime() - 2 * backup.backupRetention * 86_400_000;
  const EarliestTime = new Date(Math.max(backup.clusterCreatedAt.getTime(), kept));
  return { backup, status: "retained", window: { EarliestTime, LatestTime: backup.endedAt } };
}

/** The backup by its cluster's resource id. @throws DBClusterAutomatedBackupNotFoundFault */
export function findBackup(store: RdsStore, resourceId: string | undefined): Backup {
  const found = backups(store).find(({ backup }) => backup.clusterResourceId === resourceId);
  if (!found)
    throw awsError("DBClusterAutomatedBackupNotFoundFault", `DBClusterAutomatedBackup ${resourceId} not found.`, 404);
  return found;
}

/** The backups of existing clusters are `active`, those of deleted ones `retained`. */
function backups(store: RdsStore): Backup[] {
  const active = [...store.clusters.values()].map(
    (cluster): Backup => ({
      backup: {
        ...dataOf(cluster),
        name: cluster.resourceId,
        arn: store.arn("cluster-auto-backup", `ab-${cluster.resourceId.slice("cluster-".length).toLowerCase()}`),
        createdAt: cluster.createdAt,
        tags: cluster.tags,
        cluster: cluster.name,
        clusterArn: cluster.arn,
        clusterResourceId: cluster.resourceId,
        clusterCreatedAt: cluster.createdAt,
        vpcId: cluster.vpcId,
        endedAt: store.now(),
        expiresAt: store.now(),
      },
      status: "active",
      window: restoreWindow(store, cluster),
    }),
  );
  return [...active, ...[...store.retained.values()].map(retained)];
}

function common(data: ClusterData) {
  return {
    Engine: data.engine,
    EngineVersion: data.engineVersion,
    EngineMode: "provisioned",
    MasterUsername: data.masterUsername,
    Port: data.port,
    AllocatedStorage: 1,
    StorageEncrypted: data.encrypted,
    StorageType: data.storageType,
    KmsKeyId: data.kmsKeyArn,
    LicenseModel: data.engine,
    BackupRetentionPeriod: data.backupRetention,
    PreferredBackupWindow: data.backupWindow,
    IAMDatabaseAuthenticationEnabled: data.iamAuthentication,
  };
}

function show(store: RdsStore, snapshot: Snapshot): DBClusterSnapshot {
  const ready = store.past(snapshot.readyAt);
  return {
    ...common(snapshot),
    AvailabilityZones: ["a", "b", "c"].map((letter) => store.cloud.region + letter),
    DBClusterSnapshotIdentifier: snapshot.name,
    DBClusterSnapshotArn: snapshot.arn,
    DBClusterIdentifier: snapshot.cluster,
    DbClusterResourceId: snapshot.clusterResourceId,
    SnapshotCreateTime: snapshot.createdAt,
    ClusterCreateTime: snapshot.clusterCreatedAt,
    SnapshotType: "manual",
    Status: ready ? "available" : "creating",
    PercentProgress: ready ? 100 : 0,
    VpcId: snapshot.vpcId,
    TagList: snapshot.tags.list(),
  };
}

function showBackup(
  store: RdsStore,
  backup: RetainedBackup,
  status: string,
  window?: RestoreWindow,
): DBClusterAutomatedBackup {
  return {
    ...common(backup),
    DBClusterAutomatedBackupsArn: backup.arn,
    DBClusterIdentifier: backup.cluster,
    DBClusterArn: backup.clusterArn,
    DbClusterResourceId: backup.clusterResourceId,
    ClusterCreateTime: backup.clusterCreatedAt,
    Region: store.cloud.region,
    Status: status,
    RestoreWindow: window,
    VpcId: backup.vpcId,
    TagList: backup.tags.list(),
  };
}
