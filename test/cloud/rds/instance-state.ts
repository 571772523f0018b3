import type { DBInstance } from "@aws-sdk/client-rds";
import { awsError } from "../errors.ts";
import { findCluster, keyLoss, statusOf } from "./cluster-state.ts";
import type { Instance } from "./records.ts";
import { nameOf, type RdsStore } from "./store.ts";
import { showSubnetGroup, subnetGroup } from "./subnet-groups.ts";

/** @throws DBInstanceNotFoundFault */
export function findInstance(store: RdsStore, reference: string | undefined, reading = false): Instance {
  const instance = store.instances.get(nameOf(reference));
  if (!instance || (reading && !store.cloud.visible(instance.createdAt.getTime()))) {
    throw awsError("DBInstanceNotFoundFault", `DBInstance ${reference} not found.`, 404);
  }
  return instance;
}

/** @throws InvalidDBInstanceStateFault unless it is available */
export function availableInstance(store: RdsStore, reference: string | undefined): Instance {
  const instance = findInstance(store, reference);
  const status = instanceStatus(store, instance);
  if (status !== "available") throw wrongState(`Database instance is not in available state, but ${status}.`);
  return instance;
}

export function wrongState(message: string) {
  return awsError("InvalidDBInstanceStateFault", message);
}

function instanceStatus(store: RdsStore, instance: Instance): string {
  if (instance.deleting) return "deleting";
  const lost = keyLoss(store, store.clusters.get(instance.cluster)?.kmsKeyArn);
  if (lost) return lost;
  if (!store.past(instance.readyAt)) return "creating";
  const cluster = statusOf(store, findCluster(store, instance.cluster));
  if (["stopping", "stopped", "starting"].includes(cluster)) return cluster;
  return instance.busy && !store.past(instance.busy.until) ? instance.busy.status : "available";
}

/** What DescribeDBInstances shows. */
export function showInstance(store: RdsStore, instance: Instance): DBInstance {
  const cluster = findCluster(store, instance.cluster);
  const { pending } = instance;
  return {
    DBInstanceIdentifier: instance.name,
    DBInstanceArn: instance.arn,
    DbiResourceId: instance.resourceId,
    DBClusterIdentifier: instance.cluster,
    DBInstanceClass: instance.instanceClass,
    DBInstanceStatus: instanceStatus(store, instance),
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    MasterUsername: cluster.masterUsername,
    ...(store.past(instance.readyAt) && {
      Endpoint: { Address: `${instance.name}.${store.endpointSuffix}`, Port: cluster.port },
    }),
    AvailabilityZone: instance.zone,
    DBSubnetGroup: showSubnetGroup(store, subnetGroup(store, cluster.subnetGroup)),
    VpcSecurityGroups: cluster.securityGroupIds.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: "active" })),
    PubliclyAccessible: instance.publiclyAccessible,
    AutoMinorVersionUpgrade: instance.autoMinorVersionUpgrade,
    CACertificateIdentifier: instance.caCertificate,
    PromotionTier: instance.promotionTier,
    PerformanceInsightsEnabled: instance.performanceInsights,
    MonitoringInterval: instance.monitoringInterval,
    StorageEncrypted: cluster.encrypted,
    StorageType: cluster.storageType,
    KmsKeyId: cluster.kmsKeyArn,
    BackupRetentionPeriod: cluster.backupRetention,
    PreferredBackupWindow: cluster.backupWindow,
    PreferredMaintenanceWindow: instance.maintenanceWindow,
    CopyTagsToSnapshot: false,
    DeletionProtection: false,
    MultiAZ: false,
    NetworkType: "IPV4",
    InstanceCreateTime: store.past(instance.readyAt) ? instance.readyAt : undefined,
    ...(Object.keys(pending).length > 0 && {
      PendingModifiedValues: { DBInstanceClass: pending.instanceClass, CACertificateIdentifier: pending.caCertificate },
    }),
    TagList: instance.tags.list(),
  };
}
