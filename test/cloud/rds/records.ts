import type { ActivityStreamMode, DBClusterEndpoint, DBClusterRole } from "@aws-sdk/client-rds";
import type { TagSet } from "../tags.ts";

/** What every RDS resource has: a name of its own choice, an ARN, tags. */
export interface RdsRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly tags: TagSet;
}

export interface SubnetGroup extends RdsRecord {
  readonly vpcId: string;
  description: string;
  subnetIds: readonly string[];
}

export interface ParameterGroup extends RdsRecord {
  readonly family: string;
  readonly description: string;
  /** What a user set, by parameter name. */
  values: Map<string, { readonly value: string; readonly method: "immediate" | "pending-reboot" }>;
}

/** What a cluster hands to its snapshots and automated backup, and these to a restored cluster. */
export interface ClusterData {
  readonly engine: string;
  engineVersion: string;
  readonly masterUsername: string;
  readonly databaseName: string | undefined;
  port: number;
  readonly kmsKeyArn: string | undefined;
  readonly encrypted: boolean;
  iamAuthentication: boolean;
  backupRetention: number;
  backupWindow: string;
  storageType: "aurora" | "aurora-iopt1";
  /** Stands for the data: a test appends, a snapshot carries it on. */
  readonly rows: unknown[];
}

export interface Cluster extends RdsRecord, ClusterData {
  readonly resourceId: string;
  readonly subnetGroup: string;
  readonly vpcId: string;
  /** When it is `available` for the first time. */
  readonly readyAt: Date;
  securityGroupIds: readonly string[];
  parameterGroup: string;
  maintenanceWindow: string;
  logExports: readonly string[];
  deletionProtection: boolean;
  copyTagsToSnapshot: boolean;
  autoMinorVersionUpgrade: boolean;
  secret:
    | { readonly arn: string; readonly kmsKeyId: string; readonly activeAt: Date; readonly impaired?: boolean }
    | undefined;
  /** Stopped by hand, with its instances; what is stopped can only be started. */
  stopped: boolean;
  /** What it is busy with after it was made, and until when. */
  busy: { readonly status: string; readonly until: Date } | undefined;
  pending: { readonly engineVersion?: string; readonly iamAuthentication?: boolean };
  deleting: { readonly at: Date; readonly until: Date; readonly keepBackups: boolean } | undefined;
  writer: string | undefined;
  readonly beside: Beside;
}

/** What others may add to a cluster. */
export interface Beside {
  /** The Data API. */
  httpEndpoint: boolean;
  network: "IPV4" | "DUAL";
  roles: DBClusterRole[];
  readonly endpoints: Map<string, DBClusterEndpoint>;
  activityStream: { readonly kmsKeyId: string; readonly mode: ActivityStreamMode } | undefined;
  globalCluster: string | undefined;
}

export interface Instance extends RdsRecord {
  readonly cluster: string;
  readonly resourceId: string;
  readonly zone: string;
  readonly interfaceId: string;
  readonly readyAt: Date;
  instanceClass: string;
  publiclyAccessible: boolean;
  autoMinorVersionUpgrade: boolean;
  caCertificate: string;
  promotionTier: number;
  performanceInsights: boolean;
  monitoringInterval: number;
  maintenanceWindow: string;
  /** Whether it runs on an older parameter group than its cluster's until it is rebooted. */
  needsReboot: boolean;
  busy: { readonly status: string; readonly until: Date } | undefined;
  pending: { readonly instanceClass?: string; readonly caCertificate?: string };
  deleting: { readonly at: Date; readonly until: Date } | undefined;
}

export interface Snapshot extends RdsRecord, ClusterData {
  readonly cluster: string;
  readonly clusterResourceId: string;
  readonly clusterCreatedAt: Date;
  readonly vpcId: string;
  readonly readyAt: Date;
}

/** Automated backups of a cluster that is gone. */
export interface RetainedBackup extends RdsRecord, ClusterData {
  readonly cluster: string;
  readonly clusterArn: string;
  readonly clusterResourceId: string;
  readonly clusterCreatedAt: Date;
  readonly vpcId: string;
  /** When its cluster was deleted: the end of what can be restored. */
  readonly endedAt: Date;
  readonly expiresAt: Date;
}

/** The data of a cluster or snapshot at this moment. */
export function dataOf(source: ClusterData): ClusterData {
  return {
    engine: source.engine,
    engineVersion: source.engineVersion,
    masterUsername: source.masterUsername,
    databaseName: source.databaseName,
    port: source.port,
    kmsKeyArn: source.kmsKeyArn,
    encrypted: source.encrypted,
    iamAuthentication: source.iamAuthentication,
    backupRetention: source.backupRetention,
    backupWindow: source.backupWindow,
    storageType: source.storageType,
    rows: [...source.rows],
  };
}
