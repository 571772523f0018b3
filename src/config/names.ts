import { createHash } from "node:crypto";

/** The one place that builds names. Every name carries the environment's suffix. */
export function name(type: string, suffix: string): string {
  return `trading-${type}-${suffix}`;
}

/** Whether {@link name} may have built a name with this suffix, or with one that ends alike: `my-dev` for `dev`. */
export const mayBeNamed = (built: string, suffix: string): boolean =>
  built.startsWith("trading-") && built.endsWith(`-${suffix}`);

/** The trade service's functions. */
export const FUNCTIONS = ["processor", "query", "migrate"] as const;

/** The role that all environments of an account share, for the logs of API Gateway. */
export const LOG_ROLE = "trading-apigateway-logs";

/** Bucket names are global, so region and account are in them. */
export function bucketName(suffix: string, region: string, account: string): string {
  return `${name("artifacts", suffix)}-${region}-${account}`;
}

/** The key's own alias. */
export function keyAlias(suffix: string, region: string): string {
  return `${regionAlias(region)}-${suffix}`;
}

/** The alias that one environment of the region holds. */
export function regionAlias(region: string): string {
  return `alias/trading-${region}`;
}

/** The log group that Lambda writes to by default. */
export function functionLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

export function accessLogGroup(suffix: string): string {
  return `/aws/apigateway/${name("access", suffix)}`;
}

/** API Gateway chooses this name for a stage's execution log. */
export function executionLogGroup(apiId: string, stage: string): string {
  return `API-Gateway-Execution-Logs_${apiId}/${stage}`;
}

/** The logs that Aurora MySQL exports. */
export const DATABASE_LOGS = ["audit", "error", "general", "slowquery"] as const;
export type DatabaseLog = (typeof DATABASE_LOGS)[number];

/** RDS chooses this name for an exported log of the cluster. */
export function databaseLogGroup(suffix: string, log: DatabaseLog): string {
  return `/aws/rds/cluster/${name("cluster", suffix)}/${log}`;
}

/**
 * The final snapshot's name: the same for every retry of one teardown, and for no other.
 *
 * @param token the removal's token from the journal
 */
export const finalSnapshotName = (suffix: string, token: string): string =>
  `${finalSnapshotPrefix(suffix)}${createHash("sha256").update(token).digest("hex").slice(0, 16)}`;

/** How the names of all final snapshots of an environment begin. */
export const finalSnapshotPrefix = (suffix: string): string => `${name("final", suffix)}-`;
