import type { Identity } from "../../../src/engine/kind.ts";
import { identity, tagList } from "../support.ts";

export const cluster: Identity = identity("database/cluster", "trading-cluster-dev");
export const writer: Identity = identity("database/writer", "trading-writer-dev");
export const version = "8.0.mysql_aurora.3.10.4";
export const keyArn = "arn:aws:kms:us-east-1:123456789012:key/1";

export const wantedCluster = {
  engineVersion: version,
  databaseName: "trading",
  instanceNames: [],
  masterUsername: "admin",
  kmsKeyArn: keyArn,
  subnetGroupName: "trading-subnets-dev",
  parameterGroupName: "trading-parameters-dev",
  securityGroupIds: ["sg-1"],
  logExports: ["audit", "error", "general", "slowquery"],
  backupDays: 1,
  backupWindow: "03:00-03:30",
  maintenanceWindow: "Sun:04:00-Sun:04:30",
  copyTagsToSnapshot: true,
  restore: null,
  deletionProtection: false,
  port: 3306,
};

/** What AWS answers for a cluster that is as wanted. */
export const liveCluster = {
  DBClusterIdentifier: cluster.name,
  DBClusterArn: `arn:aws:rds:us-east-1:123456789012:cluster:${cluster.name}`,
  DbClusterResourceId: "cluster-ABC",
  Status: "available",
  Engine: "aurora-mysql",
  EngineVersion: version,
  DatabaseName: "trading",
  MasterUsername: "admin",
  MasterUserSecret: {
    SecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-1",
    SecretStatus: "active",
    KmsKeyId: keyArn,
  },
  StorageEncrypted: true,
  KmsKeyId: keyArn,
  DBSubnetGroup: "trading-subnets-dev",
  DBClusterParameterGroup: "trading-parameters-dev",
  VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1", Status: "active" }],
  EnabledCloudwatchLogsExports: ["slowquery", "general", "error", "audit"],
  BackupRetentionPeriod: 1,
  PreferredBackupWindow: "03:00-03:30",
  PreferredMaintenanceWindow: "sun:04:00-sun:04:30",
  CopyTagsToSnapshot: true,
  DeletionProtection: false,
  Port: 3306,
  IAMDatabaseAuthenticationEnabled: false,
  AutoMinorVersionUpgrade: false,
  Endpoint: "trading-cluster-dev.cluster-abc.us-east-1.rds.amazonaws.com",
  ReaderEndpoint: "trading-cluster-dev.cluster-ro-abc.us-east-1.rds.amazonaws.com",
  DBClusterMembers: [{ DBInstanceIdentifier: writer.name, IsClusterWriter: true }],
  TagList: tagList(cluster),
};
