import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import * as z from "zod";
import { pending, ready } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required } from "../missing.ts";
import { listClusters } from "./shared.ts";
import { snapshotsOf } from "./snapshots.ts";

/** `fresh`: whoever runs `up` has said that the cluster shall start empty. */
type Key = { readonly clusterIdentifier: string; readonly fresh: boolean };

/** The snapshot to restore, and the version that it was taken with; `null`: there is none to restore. */
type Outputs = { readonly snapshot: { readonly identifier: string; readonly engineVersion: string } | null };

interface Live extends Key {
  readonly snapshots: readonly DBClusterSnapshot[];
}

/** Only these can be restored (RestoreDBClusterFromSnapshot, InvalidDBClusterSnapshotStateFault). */
const isAvailable = ({ Status }: DBClusterSnapshot) => Status === "available";

const isBeingTaken = ({ Status }: DBClusterSnapshot) => Status === "creating";

const nameOf = (snapshot: DBClusterSnapshot) =>
  required(snapshot.DBClusterSnapshotIdentifier, "DBClusterSnapshotIdentifier");

/** A look-up: the snapshot that a cluster which is not there comes back from. No cluster starts empty where one exists. */
export const RestoreSource: AwsKind<undefined, Live, Outputs, Key> = {
  type: "rds:restore-source",
  recover: "setting",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  permanent: true,
  readOnly: true,
  // A final snapshot of a large cluster takes its time.
  minutes: { create: 60, update: 60, remove: 1 },
  seconds: { create: 120, remove: 0 },
  parseKey: keyOf(z.object({ clusterIdentifier: z.string(), fresh: z.boolean() })),

  async find(aws, _me, key) {
    const clusters = await listClusters(aws);
    const living = clusters.some((c) => c.DBClusterIdentifier === key.clusterIdentifier && c.Status !== "deleting");
    return { ...key, snapshots: living ? [] : await snapshotsOf(aws, key.clusterIdentifier) };
  },
  id: ({ clusterIdentifier }) => clusterIdentifier,
  phase: ({ snapshots, fresh }) =>
    !fresh && snapshots.some(isBeingTaken) ? pending("a snapshot is being taken") : ready,
  outputs({ snapshots, fresh }) {
    const newest = snapshots.find(isAvailable);
    if (newest === undefined || fresh) return { snapshot: null };
    const engineVersion = required(newest.EngineVersion, "EngineVersion");
    return { snapshot: { identifier: nameOf(newest), engineVersion } };
  },
  note({ snapshots, fresh }) {
    const newest = snapshots.find((s) => isAvailable(s) || isBeingTaken(s));
    if (newest === undefined) return undefined;
    return fresh
      ? `starts empty; leaves snapshot ${nameOf(newest)} behind`
      : `restored from snapshot ${nameOf(newest)}`;
  },
  changes: () => [],

  create: async () => {
    throw new Error("there is nothing to create");
  },
  update: async () => undefined,
  remove: async () => undefined,
};
