import {
  CreateDBClusterCommand,
  type DBCluster,
  DeleteDBClusterCommand,
  DisableHttpEndpointCommand,
  ModifyDBClusterCommand,
  RestoreDBClusterFromSnapshotCommand,
} from "@aws-sdk/client-rds";
import { classify } from "../../aws/errors.ts";
import { finalSnapshotName } from "../../config/names.ts";
import { TapError } from "../../engine/errors.ts";
import { type AwsKind, noKey } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { unlessProtected } from "../protection.ts";
import { tagCommand } from "../tag-command.ts";
import { compareTags, fromList, isProtected, ownedIn, requireOurs, toList, touches } from "../tags.ts";
import { additions, ailments, fields, type Live, watch } from "./cluster-scope.ts";
import { type ClusterSettings, compareCluster, modifications } from "./cluster-settings.ts";
import { rds } from "./permissions.ts";
import { clusterNamed, engine, listClusters, retag, start } from "./shared.ts";
import { clusterPhase } from "./statuses.ts";

/** What dependents may use: all of it is in AWS's first answer. */
type Outputs = {
  readonly clusterIdentifier: string;
  readonly clusterArn: string;
  readonly resourceId: string;
  readonly writerEndpoint: string;
  readonly readerEndpoint: string;
  readonly port: number;
  readonly engineVersion: string;
};

const id = (cluster: DBCluster) => required(cluster.DBClusterIdentifier, "DBClusterIdentifier");
const arn = (cluster: DBCluster) => required(cluster.DBClusterArn, "DBClusterArn");
const phase = (cluster: DBCluster) => clusterPhase(cluster.Status);

/**
 * An encrypted Aurora MySQL cluster whose master password RDS makes and keeps in Secrets Manager. Its instances are
 * resources of their own and can be made while it is still being created.
 */
export const DbCluster: AwsKind<ClusterSettings, Live, Outputs> = {
  type: "rds:cluster",
  recover: "fixed-name",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 30, update: 60, remove: 60 },
  seconds: { create: 45, remove: 60 },
  permissions: rds,
  card: "Aurora MySQL",
  holdsData: true,
  ...fields,
  watch,
  parseKey: noKey,

  async find(aws, me) {
    const cluster = await clusterNamed(aws, me.name);
    return (
      cluster &&
      requireOurs(me, `DB cluster ${me.name}`, cluster, fromList(cluster.TagList), tagCommand("rds")(me, arn(cluster)))
    );
  },
  id,
  phase,
  outputs(live) {
    // One that has failed or is leaving may have lost some of it, and nobody may use it then.
    const usable = ["ready", "pending"].includes(phase(live).is);
    const known = <T>(value: T | undefined, none: T, field: string): T =>
      usable ? required(value, field) : (value ?? none);
    return {
      clusterIdentifier: id(live),
      clusterArn: arn(live),
      resourceId: known(live.DbClusterResourceId, "", "DbClusterResourceId"),
      writerEndpoint: known(live.Endpoint, "", "Endpoint"),
      readerEndpoint: known(live.ReaderEndpoint, "", "ReaderEndpoint"),
      port: known(live.Port, 0, "Port"),
      engineVersion: known(live.EngineVersion, "", "EngineVersion"),
    };
  },

  /** Static parameters, and those of another group, count from the next reboot: of which `up` leaves the time to people. */
  note(live) {
    const waiting = (live.DBClusterMembers ?? []).flatMap((member) =>
      member.DBClusterParameterGroupStatus === "pending-reboot" ? (member.DBInstanceIdentifier ?? []) : [],
    );
    if (waiting.length === 0) return undefined;
    const command = "aws rds reboot-db-instance --db-instance-identifier";
    return `its parameters are not in force yet; reboot each of these: ${waiting.map((name) => `${command} ${name}`).join(", ")}`;
  },

  ailments,

  changes: (want, live, me) => [
    ...compareCluster(want, live),
    ...additions(want.instanceNames, live),
    ...compareTags(me, fromList(live.TagList)),
  ],

  /** @throws {TapError} when it was there before, and would start empty now */
  async create(aws, me, _key, want) {
    if (want.restore === "exists") {
      throw new TapError("somebody has deleted it since this run began, and what it can come back from is not known", {
        advice:
          "Run the same command again: it waits until the cluster is gone, and looks for its snapshots and backups.",
      });
    }
    const shared = {
      DBClusterIdentifier: me.name,
      Engine: engine,
      KmsKeyId: want.kmsKeyArn,
      DBSubnetGroupName: want.subnetGroupName,
      DBClusterParameterGroupName: want.parameterGroupName,
      VpcSecurityGroupIds: [...want.securityGroupIds],
      EnableCloudwatchLogsExports: [...want.logExports],
      CopyTagsToSnapshot: want.copyTagsToSnapshot,
      DeletionProtection: want.deletionProtection,
      Port: want.port,
      EnableIAMDatabaseAuthentication: false,
      Tags: toList(me.tags),
    };
    if (want.restore !== null) {
      // It takes no managed password, backup days or windows: those show up as changes (RestoreDBClusterFromSnapshot).
      const { identifier, engineVersion } = want.restore;
      await aws.rds(
        new RestoreDBClusterFromSnapshotCommand({
          ...shared,
          SnapshotIdentifier: identifier,
          DatabaseName: want.databaseName,
          EngineVersion: engineVersion,
        }),
      );
      return me.name;
    }
    await aws.rds(
      new CreateDBClusterCommand({
        ...shared,
        EngineVersion: want.engineVersion,
        DatabaseName: want.databaseName,
        MasterUsername: want.masterUsername,
        ManageMasterUserPassword: true,
        MasterUserSecretKmsKeyId: want.kmsKeyArn,
        StorageEncrypted: true,
        BackupRetentionPeriod: want.backupDays,
        PreferredBackupWindow: want.backupWindow,
        PreferredMaintenanceWindow: want.maintenanceWindow,
        // An upgrade could leave the LTS line (Aurora User Guide, "Aurora MySQL long-term support (LTS) releases").
        AutoMinorVersionUpgrade: false,
      }),
    );
    return me.name;
  },

  async update(aws, live, want, changes, me) {
    const DBClusterIdentifier = id(live);
    // Nothing can be changed while it is stopped; whatever else differs is still there once it runs.
    if (touches(changes, "status")) return start(aws, DBClusterIdentifier);
    const settings = modifications(live, want, changes);
    if (Object.keys(settings).length > 0) {
      await aws.rds(new ModifyDBClusterCommand({ DBClusterIdentifier, ApplyImmediately: true, ...settings }));
    }
    // Of provisioned clusters ModifyDBCluster does not set it (ModifyDBCluster, EnableHttpEndpoint).
    if (touches(changes, "HttpEndpointEnabled")) {
      await aws.rds(new DisableHttpEndpointCommand({ ResourceArn: arn(live) }));
    }
    if (touches(changes, "tags")) await retag(aws, arn(live), me);
  },

  async remove(aws, live, how, me) {
    const DBClusterIdentifier = id(live);
    const protect = isProtected(fromList(live.TagList), how);
    // "You can't delete a cluster if it's in the stopped state" (Aurora User Guide, "Deleting a stopped Aurora cluster").
    if (live.Status === "stopped") return start(aws, DBClusterIdentifier);
    // Whoever confirmed the removal has confirmed this: `up` would lift a protection set by hand, too.
    if (live.DeletionProtection) {
      const DeletionProtection = false;
      await aws.rds(new ModifyDBClusterCommand({ DBClusterIdentifier, ApplyImmediately: true, DeletionProtection }));
      return;
    }
    const data = protect
      ? {
          SkipFinalSnapshot: false,
          FinalDBSnapshotIdentifier: finalSnapshotName(me.environment, how.token),
          DeleteAutomatedBackups: false,
        }
      : { SkipFinalSnapshot: true, DeleteAutomatedBackups: true };
    try {
      await unlessProtected(unlessGone(aws.rds(new DeleteDBClusterCommand({ DBClusterIdentifier, ...data }))), {
        refusal: /protected cluster|deletion protection/i,
        look: `aws rds describe-db-clusters --db-cluster-identifier ${DBClusterIdentifier} --query 'DBClusters[].DeletionProtection'`,
        off: `aws rds modify-db-cluster --db-cluster-identifier ${DBClusterIdentifier} --no-deletion-protection --apply-immediately`,
      });
    } catch (error) {
      // No other removal has this snapshot's name: an earlier call of this one was accepted after all.
      if (!(protect && classify(error) === "exists")) throw error;
    }
  },

  async blockers(_aws, live) {
    const members = (live.DBClusterMembers ?? []).flatMap((m) => m.DBInstanceIdentifier ?? []);
    return members.length === 0 ? undefined : `its instances ${members.join(", ")}`;
  },

  listOwned: async (aws, environment) =>
    ownedIn(await listClusters(aws), environment, { id, name: id, tags: (live) => fromList(live.TagList) }),
};
