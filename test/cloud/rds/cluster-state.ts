import type { DBCluster } from "@aws-sdk/client-rds";
import { awsError } from "../errors.ts";
import { showBeside } from "./beside.ts";
import type { Cluster, Instance } from "./records.ts";
import { clusterState, nameOf, type RdsStore } from "./store.ts";

declare module "../cloud.ts" {
  interface CloudOptions {
    /**
     * Whether DescribeDBClusters names the database. Absent when not given: so in 9 of 12 recorded clusters of Aurora
     * MySQL, and empty or absent in every one of version 3 (cloud-custodian placebo), though the API reference has it.
     */
    readonly databaseName?: "absent" | "empty" | "shown";
  }
}

/** RDS hosted zone of the cluster endpoints, by region, is AWS's own; its id is of no use here. */
export const endpointZone = "Z2R2ITUGPM61AM";

/**
 * The status of a cluster now. Without its key it is `inaccessible-encryption-credentials-recoverable`, and for good
 * once the key is destroyed (Aurora User Guide, "Viewing DB cluster status").
 */
export function statusOf(store: RdsStore, cluster: Cluster): string {
  if (cluster.deleting) return "deleting";
  const lost = keyLoss(store, cluster.kmsKeyArn);
  if (lost) return lost;
  if (!store.past(cluster.readyAt)) return "creating";
  if (cluster.busy && !store.past(cluster.busy.until)) return cluster.busy.status;
  return cluster.stopped ? "stopped" : "available";
}

/** The status that an unusable key brings on, if it does. */
export function keyLoss(store: RdsStore, kmsKeyArn: string | undefined): string | undefined {
  if (kmsKeyArn === undefined || store.cloud.services.kms.usableArn(kmsKeyArn) !== undefined) return undefined;
  const destroyed = store.cloud.services.kms.policyOf(kmsKeyArn) === undefined;
  return destroyed ? "inaccessible-encryption-credentials" : "inaccessible-encryption-credentials-recoverable";
}

/** @throws DBClusterNotFoundFault */
export function findCluster(store: RdsStore, reference: string | undefined, reading = false): Cluster {
  const cluster = store.clusters.get(nameOf(reference));
  if (!cluster || (reading && !store.cloud.visible(cluster.createdAt.getTime()))) {
    throw awsError("DBClusterNotFoundFault", `DBCluster ${reference} not found.`, 404);
  }
  return cluster;
}

/** @throws InvalidDBClusterStateFault unless it is available */
export function availableCluster(store: RdsStore, reference: string | undefined): Cluster {
  const cluster = findCluster(store, reference);
  const status = statusOf(store, cluster);
  // Optimizing its storage it works as ever (Aurora User Guide, "Viewing DB cluster status").
  if (status !== "available" && status !== "storage-optimization")
    throw clusterState(`DB cluster ${cluster.name} isn't in the available state, but ${status}.`);
  return cluster;
}

/** What DescribeDBClusters shows. Without its instances a cluster still has endpoints (aws-notes trap 22). */
export function showCluster(store: RdsStore, cluster: Cluster): DBCluster {
  const { region } = store.cloud;
  const members = store.members(cluster.name);
  const { pending } = cluster;
  const exported = cluster.logExports.length > 0;
  return {
    DBClusterIdentifier: cluster.name,
    DBClusterArn: cluster.arn,
    DbClusterResourceId: cluster.resourceId,
    Status: statusOf(store, cluster),
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    EngineMode: "provisioned",
    ...(store.cloud.options.databaseName === "shown" && { DatabaseName: cluster.databaseName }),
    ...(store.cloud.options.databaseName === "empty" && { DatabaseName: "" }),
    MasterUsername: cluster.masterUsername,
    ...(cluster.secret && {
      MasterUserSecret: {
        SecretArn: cluster.secret.arn,
        SecretStatus: secretStatus(store, cluster.secret),
        KmsKeyId: cluster.secret.kmsKeyId,
      },
    }),
    Endpoint: `${cluster.name}.cluster-${store.endpointSuffix}`,
    ReaderEndpoint: `${cluster.name}.cluster-ro-${store.endpointSuffix}`,
    HostedZoneId: endpointZone,
    Port: cluster.port,
    AllocatedStorage: 1,
    StorageType: cluster.storageType === "aurora" ? undefined : cluster.storageType,
    StorageEncrypted: cluster.encrypted,
    KmsKeyId: cluster.kmsKeyArn,
    AvailabilityZones: ["a", "b", "c"].map((letter) => region + letter),
    MultiAZ: new Set(members.map((m) => m.zone)).size > 1,
    DBSubnetGroup: cluster.subnetGroup,
    VpcSecurityGroups: cluster.securityGroupIds.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: "active" })),
    DBClusterParameterGroup: cluster.parameterGroup,
    DBClusterMembers: members.map((member) => showMember(cluster, member)),
    BackupRetentionPeriod: cluster.backupRetention,
    PreferredBackupWindow: cluster.backupWindow,
    PreferredMaintenanceWindow: cluster.maintenanceWindow,
    ...(exported && { EnabledCloudwatchLogsExports: [...cluster.logExports] }),
    ...(Object.keys(pending).length > 0 && {
      PendingModifiedValues: {
        EngineVersion: pending.engineVersion,
        IAMDatabaseAuthenticationEnabled: pending.iamAuthentication,
      },
    }),
    DeletionProtection: cluster.deletionProtection,
    CopyTagsToSnapshot: cluster.copyTagsToSnapshot,
    AutoMinorVersionUpgrade: cluster.autoMinorVersionUpgrade,
    IAMDatabaseAuthenticationEnabled: cluster.iamAuthentication,
    ...showBeside(cluster),
    CrossAccountClone: false,
    DomainMemberships: [],
    ReadReplicaIdentifiers: [],
    ...restorable(store, cluster),
    ClusterCreateTime: cluster.createdAt,
    TagList: cluster.tags.list(),
  };
}

/** From when to when it can be restored: to about five minutes ago (Aurora User Guide, "Restoring to a specified time"). */
export function restoreWindow(store: RdsStore, cluster: Cluster) {
  if (!store.past(cluster.readyAt)) return undefined;
  const kept = store.cloud.now() - cluster.backupRetention * 86_400_000;
  const EarliestTime = new Date(Math.max(cluster.readyAt.getTime(), kept));
  return { EarliestTime, LatestTime: new Date(Math.max(EarliestTime.getTime(), store.cloud.now() - 300_000)) };
}

function restorable(store: RdsStore, cluster: Cluster) {
  const window = restoreWindow(store, cluster);
  return window && { EarliestRestorableTime: window.EarliestTime, LatestRestorableTime: window.LatestTime };
}

/** MasterUserSecret, SecretStatus: impaired when the secret cannot be rotated. */
function secretStatus(store: RdsStore, { impaired, activeAt }: NonNullable<Cluster["secret"]>): string {
  if (impaired) return "impaired";
  return store.past(activeAt) ? "active" : "creating";
}

function showMember(cluster: Cluster, member: Instance) {
  return {
    DBInstanceIdentifier: member.name,
    IsClusterWriter: member.name === cluster.writer,
    DBClusterParameterGroupStatus: member.needsReboot ? "pending-reboot" : "in-sync",
    PromotionTier: member.promotionTier,
  };
}
