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

/** A look-up: the snapshot that a cluster which is not there comes back from. No cluster starts empty where one exists. */
export const RestoreSource: AwsKind<undefined, Live, Outputs, Key> = {
  type: "rds:restore-source",
  recover: "setting",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  permanent: true,
  // A final snapshot of a large cluster takes its time.
  minutes: { create: 60, update: 60, remove: 1 },
  seconds: { create: 120, remove: 0 },
  parseKey: keyOf(z.object({ clusterIdentifier: z.string(), fresh: z.boolean() })),

  async find(aws, _me, key) {
    const clusters = await listClusters(aws);
    const living = clusters.some((c) => c.DBClusterIdentifier === key.clusterIdentifier && c.Status !== "deleting");
    const snapshots = living || key.fresh ? [] : await snapshotsOf(aws, key.clusterIdentifier);
    return { ...key, snapshots };
  },
  id: ({ clusterIdentifier }) => clusterIdentifier,
  phase: ({ snapshots }) =>
    snapshots.some((s) => s.Status === "creating") ? pending("a snapshot is being taken") : ready,
  outputs({ snapshots }) {
    const newest = snapshots.find(isAvailable);
    if (newest === undefined) return { snapshot: null };
    return {
      snapshot: {
        identifier: required(newest.DBClusterSnapshotIdentifier, "DBClusterSnapshotIdentifier"),
        engineVersion: required(newest.EngineVersion, "EngineVersion"),
      },
    };
  },
  changes: () => [],

  create: async () => {
    throw new Error("there is nothing to create");
  },
  update: async () => undefined,
  remove: async () => undefined,
};
