import type { Aws } from "../src/aws/aws.ts";
import { DATABASE_LOGS, name } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { type Node, node, within } from "../src/engine/node.ts";
import { type DatabaseAddress, localDatabaseKind } from "../src/local/database-kind.ts";
import { ClusterBackups } from "../src/resources/rds/backups.ts";
import { DbCluster } from "../src/resources/rds/cluster.ts";
import { DbClusterParameterGroup } from "../src/resources/rds/cluster-parameter-group.ts";
import { EngineVersion } from "../src/resources/rds/engine-version.ts";
import { DbInstance } from "../src/resources/rds/instance.ts";
import { MasterSecret } from "../src/resources/rds/master-secret.ts";
import { RestoreSource } from "../src/resources/rds/restore-source.ts";
import { DbSubnetGroup } from "../src/resources/rds/subnet-group.ts";
import { Secret } from "../src/resources/secrets/secret.ts";
import type { encryption } from "./encryption.ts";
import type { logs } from "./logs.ts";
import type { network } from "./network.ts";
import { type Place, protection } from "./place.ts";
import { databasePort, type securityGroups } from "./security-groups.ts";

/** Nothing is logged, and nothing reaches the log groups, unless these are on. */
const parameters = {
  server_audit_logging: "1",
  server_audit_events: "CONNECT,QUERY_DDL,QUERY_DCL",
  general_log: "1",
  slow_query_log: "1",
  long_query_time: "1",
  log_output: "FILE",
  require_secure_transport: "ON",
};

/** An encrypted Aurora MySQL cluster with one writer and some readers; nobody but AWS knows the master password. */
export function database(
  all: Settings,
  { local, fresh = false }: Place,
  { key }: ReturnType<typeof encryption>,
  { privateSubnets }: ReturnType<typeof network>,
  { database: group }: ReturnType<typeof securityGroups>,
  { database: logGroups }: ReturnType<typeof logs>,
) {
  const { environment, database: settings } = all;
  const named = (type: string) => name(type, environment);

  const subnetGroup = node(DbSubnetGroup, "database/subnet-group", {
    name: named("subnet-group"),
    needs: { subnets: privateSubnets },
    want: ({ subnets }) => ({
      description: "Private subnets of the trading database",
      subnetIds: subnets.map(({ subnetId }) => subnetId),
    }),
  });

  const engine = node(EngineVersion, "database/engine-version", {
    name: settings.engineVersion,
    key: {
      version: settings.engineVersion,
      instanceClass: settings.instanceClass,
      clusterIdentifier: named("cluster"),
    },
    want: () => undefined,
  });

  const parameterGroup = node(DbClusterParameterGroup, "database/parameter-group", {
    name: named("cluster-parameters"),
    key: { parameters: Object.keys(parameters) },
    needs: { engine },
    want: ({ engine }) => ({
      family: engine.family,
      description: "Logging and TLS of the trading database",
      parameters,
    }),
  });

  // The local AWS takes no snapshots.
  const snapshots = local
    ? []
    : [
        node(RestoreSource, "database/restore-source", {
          name: named("restore-source"),
          key: { clusterIdentifier: named("cluster"), fresh },
          want: () => undefined,
        }),
      ];

  // The first instance of a cluster becomes its writer.
  const readerTypes = Array.from({ length: settings.readers }, (_, index) => `reader-${index + 1}`);

  const cluster = node(DbCluster, "database/cluster", {
    name: named("cluster"),
    tags: protection(all),
    // RDS makes a log group that is not there by itself, for ever and in the clear.
    needs: { key, engine, subnetGroup, parameterGroup, group, logGroups, snapshots },
    want: ({ key, engine, subnetGroup, parameterGroup, group, snapshots: [source] }) => ({
      restore: source?.exists ? ("exists" as const) : (source?.snapshot ?? null),
      engineVersion: engine.engineVersion,
      databaseName: settings.name,
      masterUsername: settings.masterUsername,
      kmsKeyArn: key.keyArn,
      subnetGroupName: subnetGroup.subnetGroupName,
      parameterGroupName: parameterGroup.parameterGroupName,
      securityGroupIds: [group.securityGroupId],
      logExports: [...DATABASE_LOGS],
      backupDays: settings.backupDays,
      backupWindow: "03:00-03:30",
      maintenanceWindow: "sun:04:00-sun:04:30",
      copyTagsToSnapshot: true,
      deletionProtection: false,
      port: databasePort,
      instanceNames: ["writer", ...readerTypes].map(named),
    }),
  });

  // What a teardown leaves behind, and only `down --purge` takes away. It is encrypted with the key.
  const backups = local
    ? []
    : [
        node(ClusterBackups, "database/backups", {
          name: named("cluster-backups"),
          key: { clusterIdentifier: named("cluster") },
          needs: { key },
          want: () => ({}),
          outlives: [cluster],
        }),
      ];

  const instance = (type: string, promotionTier: number) =>
    node(DbInstance, `database/${type}`, {
      name: named(type),
      needs: { cluster },
      want: ({ cluster }) => ({
        clusterIdentifier: cluster.clusterIdentifier,
        instanceClass: settings.instanceClass,
        publiclyAccessible: false,
        promotionTier,
        performanceInsights: false,
        monitoringInterval: 0,
      }),
    });
  const writer = instance("writer", 0);
  const readers = readerTypes.map((type) => instance(type, 1));

  const masterSecret = node(MasterSecret, "database/master-secret", {
    name: named("master-secret"),
    key: within(cluster, ({ clusterIdentifier }) => ({ clusterIdentifier })),
    want: () => undefined,
  });

  // Made without a value: the migration puts the login of a user with few rights into it.
  const userSecret = node(Secret, "database/user-secret", {
    name: named("database-user"),
    tags: protection(all),
    needs: { key },
    want: ({ key }) => ({ description: "Login of the trading functions to the database", kmsKeyArn: key.keyArn }),
  });

  // The local AWS has nothing behind its cluster: a server of this machine stands in, if there is one.
  const standIn =
    local?.database &&
    node(localDatabaseKind(local.database), "database/local-server", {
      name: named("local-server"),
      key: within(masterSecret, ({ masterSecretArn }) => ({ masterSecretArn })),
      want: () => ({}),
    });
  const servers: readonly Node<DatabaseAddress, Aws>[] = local === undefined ? [cluster] : standIn ? [standIn] : [];

  return {
    nodes: [
      subnetGroup,
      engine,
      parameterGroup,
      ...snapshots,
      cluster,
      ...backups,
      writer,
      ...readers,
      masterSecret,
      userSecret,
      ...(standIn ? [standIn] : []),
    ],
    cluster,
    /** What the functions connect to: none where the local AWS has no database behind it. */
    servers,
    writer,
    masterSecret,
    userSecret,
  };
}
