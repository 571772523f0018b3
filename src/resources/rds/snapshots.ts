import {
  type DBClusterAutomatedBackup,
  type DBClusterSnapshot,
  DescribeDBClusterAutomatedBackupsCommand,
  DescribeDBClusterSnapshotsCommand,
} from "@aws-sdk/client-rds";
import type { Aws } from "../../aws/aws.ts";
import { allPages } from "../pages.ts";
import { engine } from "./shared.ts";

/** All snapshots that somebody, or a teardown, has taken in this account and region. */
const listSnapshots = (aws: Aws): Promise<DBClusterSnapshot[]> =>
  aws.shared("rds:snapshots", () =>
    allPages("DBClusterSnapshots", "Marker", (Marker) =>
      aws.rds(new DescribeDBClusterSnapshotsCommand({ SnapshotType: "manual", Marker })),
    ),
  );

const takenAt = ({ SnapshotCreateTime }: DBClusterSnapshot): number => SnapshotCreateTime?.getTime() ?? Infinity;

/** The snapshots of a cluster that exists or existed, newest first; one that is still being taken has no time yet. */
export async function snapshotsOf(aws: Aws, clusterIdentifier: string): Promise<DBClusterSnapshot[]> {
  const all = await listSnapshots(aws);
  return all
    .filter((s) => s.DBClusterIdentifier === clusterIdentifier && s.Engine === engine)
    .sort((a, b) => (takenAt(b) > takenAt(a) ? 1 : -1));
}

/** The automated backups of a cluster that exists or existed. */
export const automatedBackupsOf = (aws: Aws, DBClusterIdentifier: string): Promise<DBClusterAutomatedBackup[]> =>
  aws.shared(`rds:backups ${DBClusterIdentifier}`, () =>
    allPages("DBClusterAutomatedBackups", "Marker", (Marker) =>
      aws.rds(new DescribeDBClusterAutomatedBackupsCommand({ DBClusterIdentifier, Marker })),
    ),
  );

/** Whether a backup has outlived its cluster (DBClusterAutomatedBackup, `Status`). It goes by itself when its days are over. */
export const isRetained = ({ Status }: DBClusterAutomatedBackup): boolean => Status === "retained";
