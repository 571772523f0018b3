import type { DBInstance } from "@aws-sdk/client-rds";
import { awsError } from "../errors.ts";
import { endpointZone, findCluster, keyLoss, statusOf } from "./cluster-state.ts";
import type { Cluster, Instance } from "./records.ts";
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

/** What AWS says of every Aurora instance (placebo test_rds_delete_aurora_filter and 10 more). */
const always = {
  AllocatedStorage: 1,
  DbInstancePort: 0,
  LicenseModel: "general-public-license",
  BackupTarget: "region",
  DBSecurityGroups: [],
  DomainMemberships: [],
  AssociatedRoles: [],
  ReadReplicaDBInstanceIdentifiers: [],
  CustomerOwnedIpEnabled: false,
  // Younger than most recordings: placebo's instance of January 2026.
  DatabaseInsightsMode: "standard" as const,
  DedicatedLogVolume: false,
  EngineLifecycleSupport: "open-source-rds-extended-support",
  StorageThroughput: 0,
};

/** Of the server's certificate, which AWS renews by itself; no rule depends on it. */
const certificateEnd = new Date("2061-01-01T00:00:00Z");

/** The parameter family of a cluster: `aurora-mysql8.0`. */
const family = (cluster: Cluster): string =>
  `${cluster.engine}${cluster.engineVersion.split(".").slice(0, 2).join(".")}`;

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
    // Here AWS names the database, though the cluster itself leaves it out (placebo, both instances of Aurora MySQL).
    ...(cluster.databaseName !== undefined && { DBName: cluster.databaseName }),
    ...(store.past(instance.readyAt) && {
      Endpoint: {
        Address: `${instance.name}.${store.endpointSuffix}`,
        Port: cluster.port,
        HostedZoneId: endpointZone,
      },
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
    // There is always one, empty as a rule (placebo, 101 of 103 instances).
    PendingModifiedValues: {
      ...(pending.instanceClass !== undefined && { DBInstanceClass: pending.instanceClass }),
      ...(pending.caCertificate !== undefined && { CACertificateIdentifier: pending.caCertificate }),
    },
    ...always,
    CertificateDetails: { CAIdentifier: instance.caCertificate, ValidTill: certificateEnd },
    // The cluster's, as placebo's instance of a cluster with all four exports shows.
    ...(cluster.logExports.length > 0 && { EnabledCloudwatchLogsExports: [...cluster.logExports] }),
    DBParameterGroups: [{ DBParameterGroupName: `default.${family(cluster)}`, ParameterApplyStatus: "in-sync" }],
    OptionGroupMemberships: [
      {
        OptionGroupName: `default:${family(cluster).replace("mysql", "mysql-").replaceAll(".", "-")}`,
        Status: "in-sync",
      },
    ],
    IAMDatabaseAuthenticationEnabled: cluster.iamAuthentication,
    TagList: instance.tags.list(),
  };
}
