import { type Asked, type Authorization, type During, stringsIn } from "../authorization.ts";

/** See {@link Authorization}. */
export const rds: Authorization = {
  actions: {
    "rds:AddTagsToResource": {
      on: {
        cluster: ["aws:ResourceTag"],
        "cluster-auto-backup": ["aws:ResourceTag"],
        "cluster-pg": ["aws:ResourceTag"],
        "cluster-snapshot": ["aws:ResourceTag"],
        db: ["aws:ResourceTag"],
        og: ["aws:ResourceTag"],
        pg: ["aws:ResourceTag"],
        subgrp: ["aws:ResourceTag"],
      },
      keys: ["aws:RequestTag"],
    },
    "rds:CreateDBCluster": {
      on: {
        cluster: ["aws:ResourceTag"],
        "cluster-pg": ["aws:ResourceTag"],
        db: ["aws:ResourceTag"],
        og: ["aws:ResourceTag"],
        subgrp: ["aws:ResourceTag"],
      },
      keys: ["aws:RequestTag"],
    },
    "rds:CreateDBClusterParameterGroup": { on: { "cluster-pg": ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "rds:CreateDBClusterSnapshot": {
      on: { cluster: ["aws:ResourceTag"], "cluster-snapshot": ["aws:ResourceTag"] },
      keys: ["aws:RequestTag"],
    },
    "rds:CreateDBInstance": {
      on: {
        cluster: ["aws:ResourceTag"],
        db: ["aws:ResourceTag"],
        og: ["aws:ResourceTag"],
        pg: ["aws:ResourceTag"],
        subgrp: ["aws:ResourceTag"],
      },
      keys: ["aws:RequestTag"],
    },
    "rds:CreateDBSubnetGroup": { on: { subgrp: ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "rds:DeleteDBCluster": { on: { cluster: ["aws:ResourceTag"], "cluster-snapshot": ["aws:ResourceTag"] }, keys: [] },
    "rds:DeleteDBClusterAutomatedBackup": { on: { "cluster-auto-backup": ["aws:ResourceTag"] }, keys: [] },
    "rds:DeleteDBClusterParameterGroup": { on: { "cluster-pg": ["aws:ResourceTag"] }, keys: [] },
    "rds:DeleteDBClusterSnapshot": { on: { "cluster-snapshot": ["aws:ResourceTag"] }, keys: [] },
    "rds:DeleteDBInstance": { on: { db: ["aws:ResourceTag"] }, keys: [] },
    "rds:DeleteDBSubnetGroup": { on: { subgrp: ["aws:ResourceTag"] }, keys: [] },
    "rds:DescribeBlueGreenDeployments": { on: { deployment: ["aws:ResourceTag"] }, keys: [] },
    "rds:DescribeDBClusterAutomatedBackups": {
      on: { cluster: ["aws:ResourceTag"], "cluster-auto-backup": ["aws:ResourceTag"] },
      keys: [],
    },
    "rds:DescribeDBClusterParameterGroups": { on: { "cluster-pg": ["aws:ResourceTag"] }, keys: [] },
    "rds:DescribeDBClusterParameters": { on: { "cluster-pg": ["aws:ResourceTag"] }, keys: [] },
    "rds:DescribeDBClusterSnapshots": {
      on: { cluster: ["aws:ResourceTag"], "cluster-snapshot": ["aws:ResourceTag"] },
      keys: [],
    },
    "rds:DescribeDBClusters": { on: { cluster: ["aws:ResourceTag"] }, keys: [] },
    "rds:DescribeDBEngineVersions": { on: {}, keys: [] },
    "rds:DescribeDBInstances": { on: { db: ["aws:ResourceTag"] }, keys: [] },
    "rds:DescribeDBSubnetGroups": { on: { subgrp: ["aws:ResourceTag"] }, keys: [] },
    "rds:DescribeOrderableDBInstanceOptions": { on: {}, keys: [] },
    "rds:DescribePendingMaintenanceActions": {
      on: { cluster: ["aws:ResourceTag"], db: ["aws:ResourceTag"] },
      keys: [],
    },
    "rds:DisableHttpEndpoint": { on: { cluster: ["aws:ResourceTag"] }, keys: [] },
    "rds:ListTagsForResource": {
      on: {
        cluster: ["aws:ResourceTag"],
        "cluster-auto-backup": ["aws:ResourceTag"],
        "cluster-pg": ["aws:ResourceTag"],
        "cluster-snapshot": ["aws:ResourceTag"],
        db: ["aws:ResourceTag"],
        og: ["aws:ResourceTag"],
        pg: ["aws:ResourceTag"],
        subgrp: ["aws:ResourceTag"],
      },
      keys: [],
    },
    "rds:ModifyDBCluster": {
      on: {
        cluster: ["aws:ResourceTag"],
        "cluster-pg": ["aws:ResourceTag"],
        og: ["aws:ResourceTag"],
        pg: ["aws:ResourceTag"],
      },
      keys: [],
    },
    "rds:ModifyDBClusterParameterGroup": { on: { "cluster-pg": ["aws:ResourceTag"] }, keys: [] },
    "rds:ModifyDBInstance": {
      on: { db: ["aws:ResourceTag"], og: ["aws:ResourceTag"], pg: ["aws:ResourceTag"], subgrp: ["aws:ResourceTag"] },
      keys: [],
    },
    "rds:ModifyDBSubnetGroup": { on: { subgrp: ["aws:ResourceTag"] }, keys: [] },
    "rds:ResetDBClusterParameterGroup": { on: { "cluster-pg": ["aws:ResourceTag"] }, keys: [] },
    "rds:RestoreDBClusterFromSnapshot": {
      on: {
        cluster: ["aws:ResourceTag"],
        "cluster-pg": ["aws:ResourceTag"],
        "cluster-snapshot": ["aws:ResourceTag"],
        og: ["aws:ResourceTag"],
        subgrp: ["aws:ResourceTag"],
      },
      keys: ["aws:RequestTag"],
    },
    "rds:StartDBCluster": { on: { cluster: ["aws:ResourceTag"] }, keys: [] },
  },
  touched: ({ operation, given, arn }) =>
    [...database(given), ...defaults(operation)]
      .map((resource) => arn("rds", resource))
      .concat(stringsIn(given["ResourceName"]), stringsIn(given["ResourceArn"])),
  tagging: "rds:AddTagsToResource",
  taggable: (name) =>
    [
      `cluster:trading-cluster-${name}`,
      `cluster-snapshot:trading-final-${name}-0123456789abcdef`,
      `db:trading-reader-1-${name}`,
    ].map((resource) => ["rds:AddTagsToResource", `arn:aws:rds:us-east-1:123456789012:${resource}`]),
  implied: {
    "rds:AddTagsToResource": (during) => finalSnapshot(during).filter(([arn]) => arn.includes(":cluster-snapshot:")),
    "rds:CreateDBClusterSnapshot": (during) => finalSnapshot(during),
  },
};

const databaseTypes: Readonly<Record<string, string>> = {
  DBClusterIdentifier: "cluster",
  DBInstanceIdentifier: "db",
  DBSubnetGroupName: "subgrp",
  DBClusterParameterGroupName: "cluster-pg",
  SnapshotIdentifier: "cluster-snapshot",
  DBClusterSnapshotIdentifier: "cluster-snapshot",
  FinalDBSnapshotIdentifier: "cluster-snapshot",
};

const database = (given: Readonly<Record<string, unknown>>): string[] => [
  ...Object.entries(databaseTypes).flatMap(([field, type]) => stringsIn(given[field]).map((name) => `${type}:${name}`)),
  ...stringsIn(given["DbClusterResourceId"]).map(
    (id) => `cluster-auto-backup:ab-${id.slice("cluster-".length).toLowerCase()}`,
  ),
];

/** Where a create call names none, AWS takes its default groups. */
const defaults = (operation: string): string[] =>
  /^(CreateDBCluster|RestoreDBClusterFromSnapshot)$/.test(operation)
    ? ["og:default:aurora-mysql-8-0"]
    : operation === "CreateDBInstance"
      ? ["og:default:aurora-mysql-8-0", "pg:default.aurora-mysql8.0"]
      : [];

/** What is asked when a cluster leaves a snapshot behind. */
const finalSnapshot = ({ given, touched }: During): Asked[] =>
  given["FinalDBSnapshotIdentifier"] === undefined ? [] : touched.map((arn) => [arn]);
