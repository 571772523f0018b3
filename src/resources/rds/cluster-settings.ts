import type { DBCluster, ModifyDBClusterMessage } from "@aws-sdk/client-rds";
import type { Change } from "../../engine/kind.ts";
import { compare, sorted } from "../compare.ts";
import { touches } from "../tags.ts";
import { engine } from "./shared.ts";
import { compareVersions, isPatchOf, lineOf, majorOf } from "./versions.ts";

/** What is wanted of a cluster. */
export interface ClusterSettings {
  /** For example 8.0.mysql_aurora.3.10.4; a live cluster of the same line is as good. */
  readonly engineVersion: string;
  readonly databaseName: string;
  readonly masterUsername: string;
  /** Encrypts the data and the managed master secret. */
  readonly kmsKeyArn: string;
  readonly subnetGroupName: string;
  readonly parameterGroupName: string;
  readonly securityGroupIds: readonly string[];
  /** Of audit, error, general and slowquery. */
  readonly logExports: readonly string[];
  /** Days that automated backups are kept, 1 to 35. */
  readonly backupDays: number;
  /** UTC, for example 03:00-03:30. */
  readonly backupWindow: string;
  /** UTC, for example sun:04:00-sun:04:30. */
  readonly maintenanceWindow: string;
  readonly copyTagsToSnapshot: boolean;
  readonly deletionProtection: boolean;
  readonly port: number;
  /** The instances that are declared: every other one in it is somebody else's. */
  readonly instanceNames: readonly string[];
  /** What a cluster that is not there comes back from; `null`: it starts empty; `exists`: it was there, so nobody asked. */
  readonly restore: { readonly identifier: string; readonly engineVersion: string } | "exists" | null;
}

/**
 * The log exports as they will be once what is on its way has arrived. The field is left out while there are none
 * (cloud-custodian, placebo recordings of rds-cluster).
 */
function logExports({ EnabledCloudwatchLogsExports, PendingModifiedValues }: DBCluster): string[] {
  const { LogTypesToEnable = [], LogTypesToDisable = [] } = PendingModifiedValues?.PendingCloudwatchLogsExports ?? {};
  const all = new Set([...(EnabledCloudwatchLogsExports ?? []), ...LogTypesToEnable]);
  return sorted([...all].filter((type) => !LogTypesToDisable.includes(type)));
}

/** Patches of one line are equal. AWS upgrades a cluster in place within its major version, and never back. */
function compareVersion(want: string, live: DBCluster): Change[] {
  const version = live.PendingModifiedValues?.EngineVersion ?? live.EngineVersion;
  if (version === undefined || isPatchOf(lineOf(want), version)) return [];
  const upgrade = majorOf(version) === majorOf(want) && compareVersions(want, version) > 0;
  return [{ path: "engineVersion", want, live: version, fix: upgrade ? "update" : "replace" }];
}

/** Whether the managed master secret is there, and under the right key: RDS cannot give it another one in place. */
function compareMasterSecret(want: ClusterSettings, { MasterUserSecret }: DBCluster): Change[] {
  if (MasterUserSecret === undefined) {
    return [{ path: "managedMasterPassword", want: true, live: false, fix: "update" }];
  }
  const { KmsKeyId } = MasterUserSecret;
  if (KmsKeyId === undefined || KmsKeyId === want.kmsKeyArn) return [];
  return [{ path: "masterSecretKmsKeyArn", want: want.kmsKeyArn, live: KmsKeyId, fix: "replace" }];
}

/** Every setting of a cluster that is not as wanted, what is on its way counting as done. */
export const compareCluster = (want: ClusterSettings, live: DBCluster): Change[] => [
  ...compare(
    {
      status: "available",
      engine,
      databaseName: want.databaseName,
      masterUsername: want.masterUsername,
      storageEncrypted: true,
      kmsKeyArn: want.kmsKeyArn,
      subnetGroupName: want.subnetGroupName,
      parameterGroupName: want.parameterGroupName,
      securityGroupIds: sorted(want.securityGroupIds),
      logExports: sorted(want.logExports),
      backupDays: want.backupDays,
      backupWindow: want.backupWindow,
      maintenanceWindow: want.maintenanceWindow.toLowerCase(),
      copyTagsToSnapshot: want.copyTagsToSnapshot,
      deletionProtection: want.deletionProtection,
      port: want.port,
      iamAuthentication: false,
      autoMinorVersionUpgrade: false,
    },
    {
      status: live.Status === "stopped" ? "stopped" : "available",
      engine: live.Engine,
      // Absent in 9 of 12 recorded clusters of Aurora MySQL, and empty in others (cloud-custodian, placebo recordings of
      // rds): neither says that there is no such database.
      databaseName: live.DatabaseName || undefined,
      masterUsername: live.MasterUsername,
      storageEncrypted: live.StorageEncrypted,
      kmsKeyArn: live.KmsKeyId,
      subnetGroupName: live.DBSubnetGroup,
      parameterGroupName: live.DBClusterParameterGroup,
      securityGroupIds: sorted(
        live.VpcSecurityGroups?.filter((g) => g.Status !== "removing").map((g) => g.VpcSecurityGroupId),
      ),
      logExports: logExports(live),
      backupDays: live.PendingModifiedValues?.BackupRetentionPeriod ?? live.BackupRetentionPeriod,
      backupWindow: live.PreferredBackupWindow,
      maintenanceWindow: live.PreferredMaintenanceWindow?.toLowerCase(),
      copyTagsToSnapshot: live.CopyTagsToSnapshot,
      deletionProtection: live.DeletionProtection,
      port: live.Port,
      iamAuthentication:
        live.PendingModifiedValues?.IAMDatabaseAuthenticationEnabled ?? live.IAMDatabaseAuthenticationEnabled,
      autoMinorVersionUpgrade: live.AutoMinorVersionUpgrade,
    },
    ["engine", "databaseName", "masterUsername", "storageEncrypted", "kmsKeyArn", "subnetGroupName"],
  ),
  ...compareVersion(want.engineVersion, live),
  ...compareMasterSecret(want, live),
];

/** The settings to send for the given changes. */
export function modifications(
  live: DBCluster,
  want: ClusterSettings,
  changes: readonly Change[],
): Partial<ModifyDBClusterMessage> {
  const on = <T extends Partial<ModifyDBClusterMessage>>(path: string, settings: () => T) =>
    touches(changes, path) ? settings() : {};
  const exported = logExports(live);
  return {
    ...on("engineVersion", () => ({ EngineVersion: want.engineVersion })),
    ...on("parameterGroupName", () => ({ DBClusterParameterGroupName: want.parameterGroupName })),
    ...on("securityGroupIds", () => ({ VpcSecurityGroupIds: [...want.securityGroupIds] })),
    ...on("logExports", () => ({
      CloudwatchLogsExportConfiguration: {
        EnableLogTypes: want.logExports.filter((type) => !exported.includes(type)),
        DisableLogTypes: exported.filter((type) => !want.logExports.includes(type)),
      },
    })),
    ...on("backupDays", () => ({ BackupRetentionPeriod: want.backupDays })),
    ...on("backupWindow", () => ({ PreferredBackupWindow: want.backupWindow })),
    ...on("maintenanceWindow", () => ({ PreferredMaintenanceWindow: want.maintenanceWindow })),
    ...on("copyTagsToSnapshot", () => ({ CopyTagsToSnapshot: want.copyTagsToSnapshot })),
    ...on("deletionProtection", () => ({ DeletionProtection: want.deletionProtection })),
    ...on("port", () => ({ Port: want.port })),
    ...on("iamAuthentication", () => ({ EnableIAMDatabaseAuthentication: false })),
    ...on("autoMinorVersionUpgrade", () => ({ AutoMinorVersionUpgrade: false })),
    ...on("StorageType", () => ({ StorageType: "aurora" })),
    ...on("NetworkType", () => ({ NetworkType: "IPV4" })),
    ...on("managedMasterPassword", () => ({
      ManageMasterUserPassword: true,
      MasterUserSecretKmsKeyId: want.kmsKeyArn,
    })),
  };
}
