import type { DBCluster } from "@aws-sdk/client-rds";
import { awsError } from "../errors.ts";
import type { Cluster, Instance } from "./records.ts";
import { clusterState, nameOf, type RdsStore } from "./store.ts";

/** RDS hosted zone of the cluster endpoints, by region, is AWS's own; its id is of no use here. */
const endpointZone = "Z2R2ITUGPM61AM";

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
  if (status !== "available")
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
    DatabaseName: cluster.databaseName,
    MasterUsername: cluster.masterUsername,
    ...(cluster.secret && {
      MasterUserSecret: {
        SecretArn: cluster.secret.arn,
        SecretStatus: store.past(cluster.secret.activeAt) ? "active" : "creating",
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
    HttpEndpointEnabled: false,
    CrossAccountClone: false,
    AssociatedRoles: [],
    ActivityStreamStatus: "stopped",
    NetworkType: "IPV4",
    ClusterCreateTime: cluster.createdAt,
    TagList: cluster.tags.list(),
  };
}

function showMember(cluster: Cluster, member: Instance) {
  return {
    DBInstanceIdentifier: member.name,
    IsClusterWriter: member.name === cluster.writer,
    DBClusterParameterGroupStatus: member.needsReboot ? "pending-reboot" : "in-sync",
    PromotionTier: member.promotionTier,
  };
}
