import {
  AddTagsToResourceCommand,
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ListTagsForResourceCommand,
  StartDBClusterCommand,
} from "@aws-sdk/client-rds";
import type { Aws } from "../../aws/aws.ts";
import { classify } from "../../aws/errors.ts";
import type { Identity } from "../../engine/kind.ts";
import { allPages } from "../pages.ts";
import { fromList, type Tags, toList } from "../tags.ts";

export const engine = "aurora-mysql";

/** All clusters of the account and region with their tags: RDS cannot filter them by tag. */
export const listClusters = (aws: Aws): Promise<DBCluster[]> =>
  aws.shared("rds:clusters", () =>
    allPages("DBClusters", "Marker", (Marker) => aws.rds(new DescribeDBClustersCommand({ Marker }))),
  );

/** The cluster that has a name, whoever's it is. */
export const clusterNamed = async (aws: Aws, clusterIdentifier: string): Promise<DBCluster | undefined> =>
  (await listClusters(aws)).find((c) => c.DBClusterIdentifier === clusterIdentifier);

/** All instances of the account and region with their tags. */
export const listInstances = (aws: Aws): Promise<DBInstance[]> =>
  aws.shared("rds:instances", () =>
    allPages("DBInstances", "Marker", (Marker) => aws.rds(new DescribeDBInstancesCommand({ Marker }))),
  );

/** The tags of what is described without them (subnet and parameter groups). */
export const tagsOf = async (aws: Aws, arn: string): Promise<Tags> =>
  fromList((await aws.rds(new ListTagsForResourceCommand({ ResourceName: arn }))).TagList);

/** Sets our tags on an RDS resource again. */
export async function retag(aws: Aws, arn: string, me: Identity): Promise<void> {
  await aws.rds(new AddTagsToResourceCommand({ ResourceName: arn, Tags: toList(me.tags) }));
}

/** Starts a stopped cluster with its instances. One that is being started already is refused, which is just as well. */
export async function start(aws: Aws, clusterIdentifier: string): Promise<void> {
  try {
    await aws.rds(new StartDBClusterCommand({ DBClusterIdentifier: clusterIdentifier }));
  } catch (error) {
    if (classify(error) !== "dependency") throw error;
  }
}
