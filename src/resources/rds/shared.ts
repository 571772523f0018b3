import {
  AddTagsToResourceCommand,
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ListTagsForResourceCommand,
  StartDBClusterCommand,
  type Tag,
} from "@aws-sdk/client-rds";
import type { Aws } from "../../aws/aws.ts";
import { classify } from "../../aws/errors.ts";
import type { Identity, Owned } from "../../engine/kind.ts";
import { allPages } from "../pages.ts";
import { fromList, isEnvironments, nodeOf, type Tags, toList } from "../tags.ts";

export const engine = "aurora-mysql";

/** All clusters of the account and region with their tags: RDS cannot filter them by tag. */
export const listClusters = (aws: Aws): Promise<DBCluster[]> =>
  aws.shared("rds:clusters", () =>
    allPages(async (Marker) => {
      const page = await aws.rds(new DescribeDBClustersCommand({ ...(Marker && { Marker }) }));
      return { items: page.DBClusters, next: page.Marker };
    }),
  );

/** All instances of the account and region with their tags. */
export const listInstances = (aws: Aws): Promise<DBInstance[]> =>
  aws.shared("rds:instances", () =>
    allPages(async (Marker) => {
      const page = await aws.rds(new DescribeDBInstancesCommand({ ...(Marker && { Marker }) }));
      return { items: page.DBInstances, next: page.Marker };
    }),
  );

/** The tags of what is described without them (subnet and parameter groups). */
export const tagsOf = async (aws: Aws, arn: string): Promise<Tags> =>
  fromList((await aws.rds(new ListTagsForResourceCommand({ ResourceName: arn }))).TagList);

/** Sets our tags on an RDS resource again. */
export async function retag(aws: Aws, arn: string, me: Identity): Promise<void> {
  await aws.rds(new AddTagsToResourceCommand({ ResourceName: arn, Tags: toList(me.tags) }));
}

/** What carries the environment's tags, out of a list. */
export function ownedOf<T extends { TagList?: Tag[] | undefined }>(
  list: readonly T[],
  environment: string,
  id: (live: T) => string,
): Owned<undefined>[] {
  return list
    .map((live) => ({ live, tags: fromList(live.TagList) }))
    .filter(({ tags }) => isEnvironments(tags, environment))
    .map(({ live, tags }) => ({
      node: nodeOf(tags),
      name: id(live),
      id: id(live),
      key: undefined,
    }));
}

/** Starts a stopped cluster with its instances. One that is being started already is refused, which is just as well. */
export async function start(aws: Aws, clusterIdentifier: string): Promise<void> {
  try {
    await aws.rds(new StartDBClusterCommand({ DBClusterIdentifier: clusterIdentifier }));
  } catch (error) {
    if (classify(error) !== "dependency") throw error;
  }
}
