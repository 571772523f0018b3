import type { DBClusterAutomatedBackup, DBClusterSnapshot } from "@aws-sdk/client-rds";
import * as z from "zod";
import { finalSnapshotPrefix } from "../../config/names.ts";
import { TapError } from "../../engine/errors.ts";
import { pending, ready } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required } from "../missing.ts";
import { rds } from "./permissions.ts";
import { clusterNamed } from "./shared.ts";
import { automatedBackupsOf, isRetained, snapshotsOf } from "./snapshots.ts";
import { clusterPhase } from "./statuses.ts";

/** `fresh`: whoever runs `up` has said that the cluster shall start empty. */
type Key = { readonly clusterIdentifier: string; readonly fresh: boolean };

/** The snapshot to restore, and the version that it was taken with; `null`: there is none to restore. */
type Outputs = {
  readonly snapshot: { readonly identifier: string; readonly engineVersion: string } | null;
  /** The cluster is there, so nobody has asked what it could come back from. */
  readonly exists: boolean;
};

interface Live extends Key {
  readonly exists: boolean;
  readonly snapshots: readonly DBClusterSnapshot[];
  /** The automated backup that outlived the cluster and from which alone the newest data can be had. */
  readonly newer: DBClusterAutomatedBackup | undefined;
  /** Why it is not known yet what a cluster that was deleted leaves behind. */
  readonly unsettled: string | undefined;
}

/** Only these can be restored (RestoreDBClusterFromSnapshot, InvalidDBClusterSnapshotStateFault). */
const isAvailable = ({ Status }: DBClusterSnapshot) => Status === "available";

const isBeingTaken = ({ Status }: DBClusterSnapshot) => Status === "creating";

const nameOf = (snapshot: DBClusterSnapshot) =>
  required(snapshot.DBClusterSnapshotIdentifier, "DBClusterSnapshotIdentifier");

const lastTime = ({ RestoreWindow }: DBClusterAutomatedBackup): number =>
  RestoreWindow?.LatestTime?.getTime() ?? Infinity;

/**
 * The newest retained backup that holds more than a snapshot does. A final snapshot, which tap names, holds all that its
 * cluster ever had; any other one what there was when it was taken.
 */
function newerThan(
  snapshot: DBClusterSnapshot | undefined,
  backups: readonly DBClusterAutomatedBackup[],
  final: string,
) {
  const isWhole = ({ DbClusterResourceId }: DBClusterAutomatedBackup) =>
    snapshot !== undefined &&
    nameOf(snapshot).startsWith(final) &&
    snapshot.DbClusterResourceId === DbClusterResourceId;
  const taken = snapshot?.SnapshotCreateTime?.getTime() ?? -Infinity;
  return [...backups]
    .sort((a, b) => lastTime(b) - lastTime(a))
    .find((backup) => !isWhole(backup) && lastTime(backup) > taken);
}

/**
 * A backup says `retained` once its cluster is gone for good; until then it is that of a living one, which may be kept or
 * go. One that is not while no cluster of its name is there: the two lists do not agree yet.
 */
function yetToSettle(backups: readonly DBClusterAutomatedBackup[]): string | undefined {
  const backup = backups.find((b) => !isRetained(b));
  if (backup === undefined) return undefined;
  const status = backup.Status ?? "without a status";
  return `the automated backup of the deleted cluster (${backup.DbClusterResourceId}) is still ${status}`;
}

/** For people: which backup, and until when. */
function describe(backup: DBClusterAutomatedBackup): string {
  const until = backup.RestoreWindow?.LatestTime?.toISOString() ?? "a time that AWS does not say";
  return `the automated backup of the deleted cluster (${backup.DbClusterResourceId}), which can be restored up to ${until}`;
}

/**
 * A look-up: the snapshot that a cluster which is not there comes back from. No cluster starts empty where one exists, nor
 * where an automated backup does; and none from older data than there is.
 */
export const RestoreSource: AwsKind<undefined, Live, Outputs, Key> = {
  type: "rds:restore-source",
  recover: "setting",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  role: "lookup",
  // A final snapshot of a large cluster takes its time.
  minutes: { create: 60, update: 60, remove: 1 },
  seconds: { create: 120, remove: 0 },
  permissions: rds,
  card: "Aurora MySQL",
  parseKey: keyOf(z.object({ clusterIdentifier: z.string(), fresh: z.boolean() })),

  /** @throws {TapError} when newer data than the cluster would come back with is in an automated backup */
  async find(aws, me, key) {
    const cluster = await clusterNamed(aws, key.clusterIdentifier);
    const nothing = { ...key, exists: false, snapshots: [], newer: undefined, unsettled: undefined };
    if (cluster !== undefined && clusterPhase(cluster.Status).is !== "leaving") return { ...nothing, exists: true };
    const [snapshots, backups] = await Promise.all([
      snapshotsOf(aws, key.clusterIdentifier),
      automatedBackupsOf(aws, key.clusterIdentifier),
    ]);
    const unsettled = cluster === undefined ? yetToSettle(backups) : "the cluster is being deleted";
    if (unsettled !== undefined && !key.fresh) return { ...nothing, unsettled };
    const newest = snapshots.find((s) => isAvailable(s) || isBeingTaken(s));
    const newer = newerThan(newest, backups.filter(isRetained), finalSnapshotPrefix(me.environment));
    if (newer === undefined || key.fresh) return { ...nothing, snapshots, newer };
    const instead = newest === undefined ? "the database would start empty" : `snapshot ${nameOf(newest)} is older`;
    throw new TapError(`${describe(newer)}, holds data that would be left behind: ${instead}`, {
      advice:
        "Restore the backup, or the snapshot if that is what you want, as docs/recovery.md says, and run the same command " +
        "again: it takes the cluster over. `tap up --fresh` starts with an empty database and leaves the backup where it is.",
    });
  },
  id: ({ clusterIdentifier }) => clusterIdentifier,
  phase({ snapshots, fresh, unsettled }) {
    if (unsettled !== undefined) return pending(unsettled);
    return !fresh && snapshots.some(isBeingTaken) ? pending("a snapshot is being taken") : ready;
  },
  outputs({ snapshots, fresh, exists }) {
    const newest = snapshots.find(isAvailable);
    if (newest === undefined || fresh) return { snapshot: null, exists };
    const engineVersion = required(newest.EngineVersion, "EngineVersion");
    return { snapshot: { identifier: nameOf(newest), engineVersion }, exists };
  },
  note({ snapshots, fresh, newer }) {
    const newest = snapshots.find((s) => isAvailable(s) || isBeingTaken(s));
    if (!fresh) return newest && `restored from snapshot ${nameOf(newest)}`;
    const left = [...(newest ? [`snapshot ${nameOf(newest)}`] : []), ...(newer ? [describe(newer)] : [])];
    return left.length === 0 ? undefined : `starts empty; leaves ${left.join(" and ")} behind`;
  },
  changes: () => [],

  create: async () => {
    throw new Error("there is nothing to create");
  },
  update: async () => undefined,
  remove: async () => undefined,
};
