import {
  type DBEngineVersion,
  DescribeDBEngineVersionsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  type OrderableDBInstanceOption,
} from "@aws-sdk/client-rds";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { TapError } from "../../engine/errors.ts";
import { ready } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { allPages } from "../pages.ts";
import { rds } from "./permissions.ts";
import { clusterNamed, engine } from "./shared.ts";
import { compareVersions, familyOf, isLts, lineOf, ltsLines } from "./versions.ts";

const key = z.object({
  /** "lts", or one version, for example 8.0.mysql_aurora.3.10.0. */
  version: z.string(),
  instanceClass: z.string(),
  /** The cluster whose version counts, once there is one. */
  clusterIdentifier: z.string(),
});
type Key = z.infer<typeof key>;

interface Live {
  readonly engineVersion: string;
  /** The parameter group family that goes with it. */
  readonly family: string;
}

/** The versions that the region offers for new clusters. */
const listVersions = (aws: Aws): Promise<DBEngineVersion[]> =>
  aws.shared("rds:engine-versions", async () => {
    const all = await allPages("DBEngineVersions", "Marker", (Marker) =>
      aws.rds(new DescribeDBEngineVersionsCommand({ Engine: engine, Marker })),
    );
    return all.filter((v) => v.Status === undefined || v.Status === "available");
  });

/** What instances of a version the region offers, and in which zones; of one class only, if that is asked for. */
export const listOptions = (
  aws: Aws,
  version: string,
  DBInstanceClass?: string,
): Promise<OrderableDBInstanceOption[]> =>
  aws.shared(`rds:options ${version} ${DBInstanceClass ?? "all"}`, () => {
    const asked = { Engine: engine, EngineVersion: version, Vpc: true, ...(DBInstanceClass && { DBInstanceClass }) };
    return allPages("OrderableDBInstanceOptions", "Marker", (Marker) =>
      aws.rds(new DescribeOrderableDBInstanceOptionsCommand({ ...asked, Marker })),
    );
  });

/** The version that was asked for; for "lts" the newest patch of the newest long-term support line on offer. */
function choose(asked: string, offered: readonly string[]): string | undefined {
  if (asked !== "lts") return offered.find((v) => v === asked);
  const newest = ltsLines.find(({ line }) => offered.some((v) => lineOf(v) === line));
  const patches = offered.filter((v) => lineOf(v) === newest?.line);
  return patches.sort(compareVersions).at(-1);
}

/** Whether a live cluster's version is as good as the one asked for: versions of one line differ in fixes only. */
const keeps = (asked: string, live: string): boolean =>
  asked === "lts" ? isLts(live) : lineOf(asked) === lineOf(live);

const versionsOf = (list: readonly DBEngineVersion[]) => list.flatMap((v) => v.EngineVersion ?? []);

/**
 * A look-up: the version that a cluster is to be made with. It is settled when the cluster is created; from then on the
 * live version counts, as long as it is of a line that was asked for, and nothing but the list of clusters is read.
 */
export const EngineVersion: AwsKind<undefined, Live, { engineVersion: string; family: string }, Key> = {
  type: "rds:engine-version",
  recover: "setting",
  usable: "ready",
  releases: "leaving",
  replace: "refuse",
  role: "lookup",
  minutes: { create: 1, update: 1, remove: 1 },
  seconds: { create: 1, remove: 1 },
  permissions: rds,
  card: "Aurora MySQL",
  parseKey: keyOf(key),

  find: (aws, _me, key) => findEngineVersion(aws, key),
  id: (live) => live.engineVersion,
  phase: () => ready,
  outputs: ({ engineVersion, family }) => ({ engineVersion, family }),
  changes: () => [],

  create: async () => {
    throw new Error("there is nothing to create");
  },
  update: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/**
 * The version that an environment's cluster has or, when there is none yet, would get.
 *
 * @throws {TapError} when it is not on offer, with the class of the instances
 */
export async function findEngineVersion(aws: Aws, { version, instanceClass, clusterIdentifier }: Key): Promise<Live> {
  const cluster = await clusterNamed(aws, clusterIdentifier);
  const live = cluster?.Status === "deleting" ? undefined : cluster?.EngineVersion;
  if (live !== undefined && keeps(version, live)) return { engineVersion: live, family: familyOf(live) };
  const offered = await listVersions(aws);
  const engineVersion = choose(version, versionsOf(offered));
  if (engineVersion === undefined || (await listOptions(aws, engineVersion, instanceClass)).length === 0) {
    // Found out by the first look, so that nothing is made in a region where the database cannot be.
    throw await notOffered(aws, version, instanceClass);
  }
  const family = offered.find((v) => v.EngineVersion === engineVersion)?.DBParameterGroupFamily;
  return { engineVersion, family: family ?? familyOf(engineVersion) };
}

/** What is not on offer, together with what is. */
async function notOffered(aws: Aws, version: string, instanceClass: string): Promise<TapError> {
  const offered = versionsOf(await listVersions(aws)).sort(compareVersions);
  const chosen = choose(version, offered);
  if (chosen === undefined) {
    const asked =
      version === "lts"
        ? `a long-term support line of Aurora MySQL (${ltsLines.map((l) => `${l.line} until ${l.until}`).join(", ")})`
        : `Aurora MySQL ${version}`;
    return new TapError(`region ${aws.region} does not offer ${asked}; offered: ${offered.join(", ") || "none"}`, {
      advice: "Set database.engineVersion to a version that is offered.",
    });
  }
  const options = await listOptions(aws, chosen);
  const classes = [...new Set(options.flatMap((o) => o.DBInstanceClass ?? []))].sort();
  return new TapError(
    `region ${aws.region} does not offer ${instanceClass} for Aurora MySQL ${chosen}; offered: ${classes.join(", ") || "none"}`,
    { advice: "Set database.instanceClass to a class that is offered." },
  );
}
