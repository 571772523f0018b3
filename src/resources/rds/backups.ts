import {
  type DBClusterAutomatedBackup,
  type DBClusterSnapshot,
  DeleteDBClusterAutomatedBackupCommand,
  DeleteDBClusterSnapshotCommand,
} from "@aws-sdk/client-rds";
import * as z from "zod";
import { gigabyteText } from "../../cost/prices.ts";
import { leaving, pending, ready } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { rds } from "./permissions.ts";
import { automatedBackupsOf, isRetained, snapshotsOf } from "./snapshots.ts";

type Key = { readonly clusterIdentifier: string };

interface Live extends Key {
  readonly snapshots: readonly DBClusterSnapshot[];
  readonly backups: readonly DBClusterAutomatedBackup[];
}

const nameOf = (snapshot: DBClusterSnapshot) =>
  required(snapshot.DBClusterSnapshotIdentifier, "DBClusterSnapshotIdentifier");

const isLeaving = ({ Status }: DBClusterSnapshot) => Status === "deleting";

function describe({ snapshots, backups }: Live): string {
  const [newest] = snapshots;
  const parts = [
    ...(newest === undefined ? [] : [`${snapshots.length} snapshots, the newest ${nameOf(newest)}`]),
    ...(backups.length === 0 ? [] : [`automated backups of ${backups.length} clusters`]),
  ];
  return parts.join(", and ");
}

/**
 * Everything that can bring a cluster's data back: snapshots, and the automated backups that outlived it. Nothing that
 * `up` makes: a teardown that preserves data does, and only `down --purge` takes it away.
 */
export const ClusterBackups: AwsKind<object, Live, { newest: string }, Key> = {
  type: "rds:cluster-backups",
  recover: "setting",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  role: "by-product",
  holdsData: true,
  minutes: { create: 60, update: 60, remove: 30 },
  seconds: { create: 120, remove: 10 },
  permissions: rds,
  card: "Aurora MySQL",
  parseKey: keyOf(z.object({ clusterIdentifier: z.string() })),

  async find(aws, _me, { clusterIdentifier }) {
    const [snapshots, all] = await Promise.all([
      snapshotsOf(aws, clusterIdentifier),
      automatedBackupsOf(aws, clusterIdentifier),
    ]);
    const backups = all.filter(isRetained);
    return snapshots.length + backups.length === 0 ? undefined : { clusterIdentifier, snapshots, backups };
  },
  id: ({ clusterIdentifier, snapshots: [newest] }) => (newest === undefined ? clusterIdentifier : nameOf(newest)),
  phase({ snapshots, backups }) {
    if (snapshots.some((s) => s.Status === "creating")) return pending("a snapshot is being taken");
    return backups.length === 0 && snapshots.every(isLeaving) ? leaving("deleting") : ready;
  },
  outputs: ({ snapshots: [newest] }) => ({ newest: newest === undefined ? "" : nameOf(newest) }),
  note: describe,
  changes: () => [],

  create: async () => {
    throw new Error("backups are not made by up");
  },
  update: async () => undefined,

  retainReason: async (_aws, live, { purge }) =>
    purge ? undefined : `${describe(live)}; ${gigabyteText("snapshots")}; only \`down --purge\` destroys them`,

  async remove(aws, { snapshots, backups }) {
    for (const snapshot of snapshots.filter((s) => !isLeaving(s))) {
      const DBClusterSnapshotIdentifier = nameOf(snapshot);
      await unlessGone(aws.rds(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier })));
    }
    for (const { DbClusterResourceId } of backups) {
      await unlessGone(aws.rds(new DeleteDBClusterAutomatedBackupCommand({ DbClusterResourceId })));
    }
  },
};
