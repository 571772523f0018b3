import {
  type BlueGreenDeployment,
  type DBCluster,
  type DBClusterMember,
  type DBInstance,
  DescribeBlueGreenDeploymentsCommand,
  type ResourcePendingMaintenanceActions,
  type VpcSecurityGroupMembership,
} from "@aws-sdk/client-rds";
import type { Aws } from "../../aws/aws.ts";
import type { Json } from "../../engine/journal.ts";
import type { Ailment, Change, Watch } from "../../engine/kind.ts";
import { added } from "../additions.ts";
import { byDefault, each, ignored, nothing, reads, recorded, reply, tags, wanted } from "../fields.ts";
import { allPages } from "../pages.ts";
import { fromList, isEnvironments } from "../tags.ts";
import { maintenance, maintenanceOf } from "./maintenance.ts";
import { listInstances } from "./shared.ts";

/** A cluster, and what else belongs to it; a list is undefined while nobody has looked. */
export interface Live extends DBCluster {
  /** Its instances without the environment's tags. */
  readonly strangers?: readonly DBInstance[];
  readonly blueGreen?: readonly BlueGreenDeployment[];
  readonly maintenance?: readonly ResourcePendingMaintenanceActions[];
}

/**
 * Each field of the reply. The defaults are those of CreateDBCluster's parameters and of the data type DBCluster in the
 * RDS API reference.
 */
export const fields = reads<Live>(
  reply({ operation: "DescribeDBClusters", at: "DBClusters", shape: "DBCluster" }, (live): DBCluster => live, {
    // "For Aurora, AllocatedStorage always returns 1" (DBCluster).
    AllocatedStorage: ignored("not settable"),
    AvailabilityZones: recorded,
    BackupRetentionPeriod: wanted,
    CharacterSetName: recorded,
    DatabaseName: wanted,
    DBClusterIdentifier: ignored("identifier"),
    DBClusterParameterGroup: wanted,
    DBSubnetGroup: wanted,
    Status: ignored("state"),
    PercentProgress: ignored("state"),
    EarliestRestorableTime: ignored("time"),
    Endpoint: ignored("identifier"),
    ReaderEndpoint: ignored("identifier"),
    CustomEndpoints: nothing("leave", "stranger"),
    // Whether its members stand in several zones.
    MultiAZ: ignored("compared elsewhere"),
    Engine: wanted,
    EngineVersion: wanted,
    LatestRestorableTime: ignored("time"),
    Port: wanted,
    MasterUsername: wanted,
    // "A default option group that can't be modified" (CreateDBCluster, OptionGroupName).
    DBClusterOptionGroupMemberships: ignored("not settable"),
    PreferredBackupWindow: wanted,
    PreferredMaintenanceWindow: wanted,
    UpgradeRolloutOrder: recorded,
    ReplicationSourceIdentifier: nothing("leave", "access"),
    ReadReplicaIdentifiers: nothing("leave", "access"),
    StatusInfos: ignored("state"),
    DBClusterMembers: each<DBClusterMember>({
      DBInstanceIdentifier: ignored("compared elsewhere"),
      IsClusterWriter: ignored("state"),
      DBClusterParameterGroupStatus: ignored("state"),
      PromotionTier: ignored("compared elsewhere"),
    }),
    VpcSecurityGroups: each<VpcSecurityGroupMembership>({ VpcSecurityGroupId: wanted, Status: ignored("state") }),
    HostedZoneId: ignored("identifier"),
    StorageEncrypted: wanted,
    StorageEncryptionType: ignored("compared elsewhere"),
    KmsKeyId: wanted,
    DbClusterResourceId: ignored("identifier"),
    DBClusterArn: ignored("identifier"),
    // Taking one away needs iam:PassRole for it, which is somebody else's (Service Authorization Reference).
    AssociatedRoles: nothing("leave", "access"),
    IAMDatabaseAuthenticationEnabled: wanted,
    CloneGroupId: ignored("identifier"),
    ClusterCreateTime: ignored("time"),
    EarliestBacktrackTime: ignored("time"),
    // It can be switched on when a cluster is made, and then only (Aurora User Guide, "Backtracking").
    BacktrackWindow: byDefault(0, "leave"),
    BacktrackConsumedChangeRecords: ignored("counter"),
    EnabledCloudwatchLogsExports: wanted,
    Capacity: ignored("state"),
    PendingModifiedValues: {
      // What is on its way counts as done where the field itself is compared.
      PendingCloudwatchLogsExports: ignored("compared elsewhere"),
      DBClusterIdentifier: nothing("leave", "outage"),
      // RDS manages it, and then it cannot be set (ModifyDBCluster, MasterUserPassword).
      MasterUserPassword: ignored("not settable"),
      IAMDatabaseAuthenticationEnabled: wanted,
      EngineVersion: wanted,
      BackupRetentionPeriod: wanted,
      StorageType: nothing("leave"),
      AllocatedStorage: nothing("leave"),
      RdsCustomClusterConfiguration: nothing("leave"),
      Iops: nothing("leave"),
      CertificateDetails: nothing("leave"),
    },
    EngineMode: byDefault("provisioned", "leave"),
    ScalingConfigurationInfo: nothing("leave"),
    RdsCustomClusterConfiguration: nothing("leave"),
    DBClusterInstanceClass: nothing("leave"),
    // Left out when it is "aurora" (CreateDBCluster, StorageType).
    StorageType: byDefault("aurora"),
    Iops: recorded,
    StorageThroughput: recorded,
    IOOptimizedNextAllowedModificationTime: ignored("time"),
    // Of clusters that are not Aurora's, and of Aurora PostgreSQL: the instances say it here.
    PubliclyAccessible: byDefault(false, "leave", "exposure"),
    AutoMinorVersionUpgrade: wanted,
    DeletionProtection: wanted,
    HttpEndpointEnabled: byDefault(false, "update", "access"),
    ActivityStreamMode: nothing("leave", "access"),
    // Somebody who audits may have started it.
    ActivityStreamStatus: byDefault("stopped", "leave", "access"),
    ActivityStreamKmsKeyId: nothing("leave", "access"),
    ActivityStreamKinesisStreamName: nothing("leave", "access"),
    CopyTagsToSnapshot: wanted,
    CrossAccountClone: byDefault(false, "leave", "access"),
    DomainMemberships: nothing("leave", "access"),
    TagList: tags,
    GlobalClusterIdentifier: nothing("leave", "access"),
    GlobalWriteForwardingStatus: byDefault("disabled", "leave", "access"),
    GlobalWriteForwardingRequested: byDefault(false, "leave", "access"),
    NetworkType: byDefault("IPV4", "update", "exposure"),
    AutomaticRestartTime: ignored("time"),
    ServerlessV2ScalingConfiguration: nothing("leave"),
    ServerlessV2PlatformVersion: ignored("state"),
    MonitoringInterval: recorded,
    MonitoringRoleArn: nothing("leave", "access"),
    DatabaseInsightsMode: recorded,
    PerformanceInsightsEnabled: recorded,
    PerformanceInsightsKMSKeyId: recorded,
    PerformanceInsightsRetentionPeriod: recorded,
    DBSystemId: ignored("identifier"),
    MasterUserSecret: { SecretArn: ignored("identifier"), SecretStatus: ignored("state"), KmsKeyId: wanted },
    LocalWriteForwardingStatus: byDefault("disabled", "leave"),
    AwsBackupRecoveryPointArn: recorded,
    LimitlessDatabase: { Status: byDefault("not-in-use", "leave"), MinRequiredACU: nothing("leave") },
    ClusterScalabilityType: byDefault("standard", "leave"),
    CertificateDetails: { CAIdentifier: recorded, ValidTill: ignored("time") },
    EngineLifecycleSupport: byDefault("open-source-rds-extended-support", "leave"),
    VPCNetworkingEnabled: recorded,
    InternetAccessGatewayEnabled: byDefault(false, "leave", "exposure"),
  }),
);

/** What others may put into a cluster or beside it, by the lists that show it. */
export const watch: readonly Watch<Aws, undefined, Live>[] = [
  {
    what: "instances of others",
    read: async (aws, id, me) => ({
      strangers: (await listInstances(aws)).filter(
        ({ DBClusterIdentifier, TagList }) =>
          DBClusterIdentifier === id && !isEnvironments(fromList(TagList), me.environment),
      ),
    }),
  },
  {
    what: "blue/green deployments",
    read: async (aws, id) => {
      const all = await aws.shared("rds:blue-green", () =>
        allPages("BlueGreenDeployments", "Marker", (Marker) =>
          aws.rds(new DescribeBlueGreenDeploymentsCommand({ Marker })),
        ),
      );
      return {
        blueGreen: all.filter(({ Source, Target }) => [Source, Target].some((arn) => arn?.endsWith(`:cluster:${id}`))),
      };
    },
  },
  maintenance("cluster"),
];

const nameOf = ({ DBInstanceIdentifier }: DBInstance): string => DBInstanceIdentifier ?? "without a name";

/**
 * What others have put into a cluster or beside it.
 *
 * @param declared the names of the instances that are ours, whatever became of their tags
 */
export function additions(declared: readonly string[], { strangers: others = [], blueGreen = [] }: Live): Change[] {
  const strangers = others.filter((one) => !declared.includes(nameOf(one)));
  const [reachable, hidden] = [strangers.filter(isPublic), strangers.filter((one) => !isPublic(one))];
  const shown = (all: readonly DBInstance[]) => Object.fromEntries(all.map((one) => [nameOf(one), instance(one)]));
  const deployments = blueGreen.map(
    ({ BlueGreenDeploymentName: name = "without a name", Status = "", Target = "" }) => [
      name,
      { status: Status, target: Target },
    ],
  );
  return [
    ...added("instance", shown(reachable), "leave", "exposure"),
    ...added("instance", shown(hidden), "leave", "stranger"),
    ...added("blueGreen", Object.fromEntries(deployments), "leave", "outage"),
  ];
}

const isPublic = ({ PubliclyAccessible }: DBInstance): boolean => PubliclyAccessible === true;

const instance = ({ DBInstanceClass, PubliclyAccessible }: DBInstance): Json => ({
  class: DBInstanceClass ?? null,
  publiclyAccessible: PubliclyAccessible ?? null,
});

/** What will need a person. */
export function ailments(live: Live): Ailment[] {
  const waiting = (live.DBClusterMembers ?? []).flatMap((member) =>
    member.DBClusterParameterGroupStatus === "pending-reboot" ? (member.DBInstanceIdentifier ?? []) : [],
  );
  return [
    ...(waiting.length === 0
      ? []
      : [{ what: "reboot pending", why: `its parameters are not in force yet on ${waiting.join(", ")}` }]),
    ...maintenanceOf(live.maintenance),
  ];
}
