import { each, permissions, reference } from "../../aws/permissions.ts";

/** Amazon RDS. A create call with tags needs rds:AddTagsToResource (RDS user guide, "Tagging"). */
export const rds = permissions({
  source: reference("amazonrds"),
  scopes: ({ named, arn, ours, asOurs, notOthers }) => {
    const database = [
      `cluster:${named("cluster")}`,
      `cluster-pg:${named("cluster-parameters")}`,
      `subgrp:${named("subnet-group")}`,
      `db:${named("writer")}`,
      // Up to 15 readers, also those that the settings have no more.
      `db:${named("reader-?")}`,
      `db:${named("reader-??")}`,
    ].map((resource) => arn("rds", resource));
    return {
      NewDatabase: {
        resources: [...database, arn("rds", "og:default*"), arn("rds", "pg:default*")],
        condition: asOurs,
      },
      Database: { resources: database },
      // Sixteen characters (config/names.ts): `*` would cover the snapshots of dev-2, too.
      FinalSnapshot: { resources: [arn("rds", `cluster-snapshot:${named("final")}-${"?".repeat(16)}`)] },
      Snapshots: { resources: [arn("rds", "cluster-snapshot:*")], condition: ours },
      RetainedBackups: { resources: [arn("rds", "cluster-auto-backup:*")], condition: notOthers },
      MasterSecret: { resources: [arn("secretsmanager", "secret:rds!cluster-*")] },
    };
  },
  operations: {
    ...each("rds:*", "Look", "DescribeDBClusterAutomatedBackups", "DescribeDBClusters", "DescribeDBClusterSnapshots"),
    ...each("rds:*", "Look", "DescribeDBEngineVersions", "DescribeDBInstances", "DescribeOrderableDBInstanceOptions"),
    ...each("rds:*", "Look", "DescribeBlueGreenDeployments", "DescribePendingMaintenanceActions"),
    // Also the tags of the schema, which are not those of an environment.
    ...each("rds:*", "Database", "DescribeDBClusterParameterGroups", "DescribeDBClusterParameters"),
    ...each("rds:*", "Database", "DescribeDBSubnetGroups", "ListTagsForResource", "AddTagsToResource"),
    ...each("rds:*", "Database", "DeleteDBClusterParameterGroup", "DeleteDBInstance", "DeleteDBSubnetGroup"),
    ...each("rds:*", "Database", "ModifyDBCluster", "ModifyDBClusterParameterGroup", "ModifyDBInstance"),
    ...each("rds:*", "Database", "ModifyDBSubnetGroup", "ResetDBClusterParameterGroup", "StartDBCluster"),
    ...each("rds:*", "Database", "DisableHttpEndpoint"),
    DeleteDBCluster: { "rds:DeleteDBCluster": ["Database", "FinalSnapshot"] },
    DeleteDBClusterAutomatedBackup: { "rds:DeleteDBClusterAutomatedBackup": "RetainedBackups" },
    DeleteDBClusterSnapshot: { "rds:DeleteDBClusterSnapshot": "Snapshots" },
    CreateDBCluster: { "rds:CreateDBCluster": "NewDatabase", "rds:AddTagsToResource": "Database" },
    CreateDBClusterParameterGroup: {
      "rds:CreateDBClusterParameterGroup": "NewDatabase",
      "rds:AddTagsToResource": "Database",
    },
    CreateDBInstance: { "rds:CreateDBInstance": "NewDatabase", "rds:AddTagsToResource": "Database" },
    CreateDBSubnetGroup: { "rds:CreateDBSubnetGroup": "NewDatabase", "rds:AddTagsToResource": "Database" },
    RestoreDBClusterFromSnapshot: {
      "rds:RestoreDBClusterFromSnapshot": ["NewDatabase", "Snapshots"],
      "rds:AddTagsToResource": "Database",
    },
  },
  implied: [
    {
      needs: { "kms:CreateGrant": "KeyThroughServices", "kms:DescribeKey": "Look" },
      because: ["CreateDBCluster", "RestoreDBClusterFromSnapshot"],
      through: "rds",
      source: 'Aurora user guide, "AWS KMS key management", authorizing use of a customer managed key',
    },
    {
      needs: {
        "secretsmanager:CreateSecret": "MasterSecret",
        "secretsmanager:TagResource": "MasterSecret",
        "kms:CreateGrant": "KeyThroughServices",
        "kms:Decrypt": "KeyThroughServices",
        "kms:DescribeKey": "Look",
        "kms:GenerateDataKey": "KeyThroughServices",
      },
      because: ["CreateDBCluster", "ModifyDBCluster"],
      through: "secretsmanager",
      source:
        'Aurora user guide, "Password management with Amazon Aurora and AWS Secrets Manager", permissions required',
    },
    {
      needs: { "rds:CreateDBClusterSnapshot": ["Database", "FinalSnapshot"], "rds:AddTagsToResource": "FinalSnapshot" },
      because: ["DeleteDBCluster"],
      source:
        "AWS's notice of August 2024 to accounts with RDS (github.com/aws-solutions/instance-scheduler-on-aws/issues/572)",
    },
    {
      needs: { "iam:CreateServiceLinkedRole": "ServiceLinkedRoles" },
      because: ["CreateDBCluster"],
      source: 'Aurora user guide, "Using service-linked roles"',
    },
  ],
});
