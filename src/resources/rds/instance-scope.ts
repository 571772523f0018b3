import type {
  DBInstance,
  DBParameterGroupStatus,
  ResourcePendingMaintenanceActions,
  VpcSecurityGroupMembership,
} from "@aws-sdk/client-rds";
import type { Ailment, Change } from "../../engine/kind.ts";
import { compare, sorted } from "../compare.ts";
import { byDefault, each, ignored, nothing, reads, recorded, reply, tags, wanted } from "../fields.ts";
import { maintenance, maintenanceOf } from "./maintenance.ts";
import { familyOf } from "./versions.ts";

/** An instance, and the maintenance that AWS has announced for it, where somebody has looked. */
export interface Live extends DBInstance {
  readonly maintenance?: readonly ResourcePendingMaintenanceActions[];
}

/**
 * Each field of the reply. Of an Aurora instance much is its cluster's: CreateDBInstance in the RDS API reference says of
 * each parameter who manages it. The defaults are those of that page, and of the data type DBInstance.
 */
export const fields = reads<Live>(
  reply({ operation: "DescribeDBInstances", at: "DBInstances", shape: "DBInstance" }, (live): DBInstance => live, {
    DBInstanceIdentifier: ignored("identifier"),
    DBInstanceClass: wanted,
    Engine: wanted,
    DBInstanceStatus: ignored("state"),
    MasterUsername: ignored("compared elsewhere"),
    DBName: ignored("compared elsewhere"),
    Endpoint: ignored("identifier"),
    AllocatedStorage: ignored("not settable"),
    InstanceCreateTime: ignored("time"),
    PreferredBackupWindow: ignored("compared elsewhere"),
    BackupRetentionPeriod: ignored("compared elsewhere"),
    // Of EC2-Classic, which is gone.
    DBSecurityGroups: ignored("not settable"),
    VpcSecurityGroups: each<VpcSecurityGroupMembership>({
      VpcSecurityGroupId: ignored("compared elsewhere"),
      Status: ignored("state"),
    }),
    DBParameterGroups: each<DBParameterGroupStatus>({
      DBParameterGroupName: wanted,
      ParameterApplyStatus: ignored("state"),
    }),
    // AWS chooses it when it makes the instance, and nothing moves it (ModifyDBInstance).
    AvailabilityZone: ignored("not settable"),
    DBSubnetGroup: ignored("compared elsewhere"),
    PreferredMaintenanceWindow: recorded,
    UpgradeRolloutOrder: recorded,
    PendingModifiedValues: {
      DBInstanceClass: wanted,
      AllocatedStorage: nothing("leave"),
      MasterUserPassword: ignored("not settable"),
      Port: nothing("leave"),
      BackupRetentionPeriod: nothing("leave"),
      MultiAZ: nothing("leave"),
      // The cluster's, which is compared there.
      EngineVersion: ignored("compared elsewhere"),
      LicenseModel: nothing("leave"),
      Iops: nothing("leave"),
      StorageThroughput: nothing("leave"),
      DBInstanceIdentifier: nothing("leave", "outage"),
      StorageType: ignored("compared elsewhere"),
      CACertificateIdentifier: nothing("leave"),
      DBSubnetGroupName: nothing("leave", "outage"),
      PendingCloudwatchLogsExports: ignored("compared elsewhere"),
      ProcessorFeatures: nothing("leave"),
      AutomationMode: nothing("leave"),
      ResumeFullAutomationModeTime: ignored("time"),
      MultiTenant: nothing("leave"),
      IAMDatabaseAuthenticationEnabled: ignored("compared elsewhere"),
      DedicatedLogVolume: nothing("leave"),
      Engine: nothing("leave", "outage"),
      AdditionalStorageVolumes: nothing("leave"),
      DBCapacityReservationIdentifier: nothing("leave"),
    },
    LatestRestorableTime: ignored("time"),
    MultiAZ: ignored("compared elsewhere"),
    EngineVersion: ignored("compared elsewhere"),
    AutoMinorVersionUpgrade: wanted,
    ReadReplicaSourceDBInstanceIdentifier: nothing("leave"),
    ReadReplicaDBInstanceIdentifiers: nothing("leave", "access"),
    ReadReplicaDBClusterIdentifiers: nothing("leave", "access"),
    ReplicaMode: nothing("leave"),
    LicenseModel: ignored("not settable"),
    Iops: recorded,
    StorageThroughput: ignored("not settable"),
    // "A default option group that can't be modified" (CreateDBCluster, OptionGroupName).
    OptionGroupMemberships: ignored("not settable"),
    CharacterSetName: ignored("not settable"),
    NcharCharacterSetName: ignored("not settable"),
    SecondaryAvailabilityZone: ignored("not settable"),
    PubliclyAccessible: wanted,
    StatusInfos: ignored("state"),
    StorageType: ignored("compared elsewhere"),
    StorageEncryptionType: ignored("compared elsewhere"),
    TdeCredentialArn: ignored("not settable"),
    DbInstancePort: ignored("compared elsewhere"),
    DBClusterIdentifier: wanted,
    StorageEncrypted: ignored("compared elsewhere"),
    KmsKeyId: ignored("compared elsewhere"),
    DbiResourceId: ignored("identifier"),
    CACertificateIdentifier: recorded,
    DomainMemberships: nothing("leave", "access"),
    CopyTagsToSnapshot: ignored("compared elsewhere"),
    MonitoringInterval: wanted,
    EnhancedMonitoringResourceArn: ignored("identifier"),
    MonitoringRoleArn: nothing("leave", "access"),
    PromotionTier: wanted,
    DBInstanceArn: ignored("identifier"),
    Timezone: ignored("not settable"),
    IAMDatabaseAuthenticationEnabled: ignored("compared elsewhere"),
    DatabaseInsightsMode: recorded,
    PerformanceInsightsEnabled: wanted,
    PerformanceInsightsKMSKeyId: recorded,
    PerformanceInsightsRetentionPeriod: recorded,
    EnabledCloudwatchLogsExports: ignored("compared elsewhere"),
    ProcessorFeatures: nothing("leave"),
    // That of the cluster counts, and is compared there.
    DeletionProtection: byDefault(false, "leave"),
    AssociatedRoles: nothing("leave", "access"),
    ListenerEndpoint: ignored("not settable"),
    MaxAllocatedStorage: nothing("leave"),
    TagList: tags,
    AutomationMode: recorded,
    ResumeFullAutomationModeTime: ignored("time"),
    CustomerOwnedIpEnabled: byDefault(false, "leave", "exposure"),
    NetworkType: ignored("compared elsewhere"),
    ActivityStreamStatus: ignored("compared elsewhere"),
    ActivityStreamKmsKeyId: ignored("compared elsewhere"),
    ActivityStreamKinesisStreamName: ignored("compared elsewhere"),
    ActivityStreamMode: ignored("compared elsewhere"),
    ActivityStreamEngineNativeAuditFieldsIncluded: ignored("compared elsewhere"),
    AwsBackupRecoveryPointArn: recorded,
    DBInstanceAutomatedBackupsReplications: nothing("leave", "access"),
    BackupTarget: ignored("not settable"),
    AutomaticRestartTime: ignored("time"),
    CustomIamInstanceProfile: nothing("leave", "access"),
    ActivityStreamPolicyStatus: ignored("state"),
    CertificateDetails: { CAIdentifier: ignored("compared elsewhere"), ValidTill: ignored("time") },
    DBSystemId: ignored("identifier"),
    MasterUserSecret: ignored("compared elsewhere"),
    ReadReplicaSourceDBClusterIdentifier: nothing("leave"),
    PercentProgress: ignored("state"),
    MultiTenant: byDefault(false, "leave"),
    DedicatedLogVolume: byDefault(false, "leave"),
    IsStorageConfigUpgradeAvailable: ignored("state"),
    EngineLifecycleSupport: ignored("compared elsewhere"),
    AdditionalStorageVolumes: nothing("leave"),
    StorageVolumeStatus: ignored("state"),
    StorageOperationStatus: ignored("state"),
    StorageOperationPercentProgress: ignored("state"),
    DBCapacityReservationIdentifier: nothing("leave"),
  }),
);

export const watch = [maintenance("db")];

/**
 * Another parameter group than the engine's default, which an instance has unless it is given one (CreateDBInstance,
 * DBParameterGroupName). It counts from a reboot, as the way back would: that is left to people.
 */
export function parameterGroupChanges({ DBParameterGroups, EngineVersion }: Live): Change[] {
  const live = DBParameterGroups && sorted(DBParameterGroups.map((group) => group.DBParameterGroupName));
  if (live === undefined || EngineVersion === undefined) return [];
  const differing = compare({ parameterGroups: [`default.${familyOf(EngineVersion)}`] }, { parameterGroups: live });
  return differing.map((change): Change => ({ ...change, fix: "leave", weight: "setting" }));
}

/** What will need a person. */
export function ailments({ DBParameterGroups = [], maintenance }: Live): Ailment[] {
  const waiting = DBParameterGroups.filter(({ ParameterApplyStatus }) => ParameterApplyStatus === "pending-reboot");
  return [
    ...waiting.map(({ DBParameterGroupName = "" }) => ({
      what: "reboot pending",
      why: `its parameter group ${DBParameterGroupName} is not in force yet`,
    })),
    ...maintenanceOf(maintenance),
  ];
}
