import {
  AddRoleToDBClusterCommand,
  CreateBlueGreenDeploymentCommand,
  CreateDBClusterCommand,
  CreateDBClusterEndpointCommand,
  CreateDBClusterParameterGroupCommand,
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  CreateGlobalClusterCommand,
  EnableHttpEndpointCommand,
  ModifyDBClusterCommand,
  ModifyDBClusterParameterGroupCommand,
  RDSClient,
  StartActivityStreamCommand,
  StopDBClusterCommand,
} from "@aws-sdk/client-rds";
import { stringsIn, textIn } from "../authorization.ts";
import type { Cloud } from "../cloud.ts";
import { another, type DriftFacts, inSync, noProperty, onlyOne, refused } from "../drift.ts";

type IdOf = (node: string) => string;

const clusterArn = (cloud: Cloud, id: IdOf): string => cloud.arn("rds", `cluster:${id("database/cluster")}`);

/** An instance that somebody puts into the platform's cluster. */
const theirs = (id: IdOf) => ({
  DBInstanceIdentifier: "theirs",
  DBClusterIdentifier: id("database/cluster"),
  Engine: "aurora-mysql",
  DBInstanceClass: "db.r5.large",
});

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  pairs: [["ParameterName", "ParameterValue"]],
  exceptions: [
    {
      fields:
        /ResourceName @|(Attach|Revoke|Modify)\w+ \w+GroupName @|CreateDBCluster DBClusterIdentifier|DBInstanceIdentifier|CreateDBSubnetGroup DBSubnetGroupName|CreateDBClusterParameterGroup \w+GroupName/,
      reason: another,
      expect: noProperty,
    },
    { fields: /ApplyMethod/, reason: "when a parameter takes effect, not what it is", expect: inSync },
    {
      fields: /DBParameterGroupFamily|CreateDBCluster (Engine|StorageEncrypted) |CreateDBInstance Engine/,
      reason: "later calls need it as it is: of one engine, with one key",
      expect: refused,
    },
    {
      fields: /SubnetGroup SubnetIds\[-\]|LogsExports\[(\+?)\]/,
      reason: "the list is as short as AWS takes it, or holds all that there is",
      expect: refused,
    },
    { fields: /ManageMasterUserPassword|MonitoringInterval/, reason: onlyOne, expect: refused },
    {
      fields: /CreateDBSubnetGroup SubnetIds\[\]/,
      reason: "a database instance stands in the other subnet and would have to go first",
      expect: { is: "held", reason: /already in use/ },
    },
    {
      fields: /CreateDBCluster Port/,
      reason: "the functions are told the port that the cluster has",
      expect: { is: "repaired", also: /^functions\// },
    },
    {
      fields: /CreateDBCluster DBClusterParameterGroupName/,
      reason: "instances take to a parameter group when they are restarted, which up leaves to people",
      expect: { is: "repaired", differs: /"needsReboot":true/ },
    },
    {
      fields: /CreateDBInstance DBClusterIdentifier/,
      reason: "who writes, and in which zone an instance stands, follows from the order in which instances come",
      expect: { is: "repaired", differs: /^rds:(cluster|db)\// },
    },
  ],
  choices: [
    [/DBParameterGroupFamily$/, ["aurora-mysql5.7"]],
    [/Parameters\.(server_audit_logging|general_log|slow_query_log)$/, ["0"]],
    [/Parameters\.long_query_time$/, ["5"]],
    [/Parameters\.server_audit_events$/, ["CONNECT"]],
    [/Parameters\.require_secure_transport$/, ["OFF"]],
    [/Parameters\.\w+\.ApplyMethod$/, ["pending-reboot"]],
    [/Parameters\[\+\]$/, [{ ParameterName: "max_connections", ParameterValue: "100", ApplyMethod: "immediate" }]],
    [/ Engine$/, ["aurora-postgresql"]],
    [/ EngineVersion$/, ["8.0.mysql_aurora.3.08.0"]],
    [/MonitoringInterval$/, [60]],
    [/DBInstanceClass$/, ["db.r5.xlarge"]],
    [/ Create.* (DBSubnetGroupName|DBClusterParameterGroupName|DBClusterIdentifier)$/, ["stranger"]],
    [/PreferredBackupWindow$/, ["05:00-05:30"]],
    [/PreferredMaintenanceWindow$/, ["mon:06:00-mon:06:30"]],
    [/BackupRetentionPeriod$/, [2]],
  ],
  afterwards: {
    CreateDBSubnetGroup: (input, path) =>
      path[0] === "SubnetIds" ? ["ModifyDBSubnetGroup", { ...input, Tags: undefined }] : undefined,
  },
  replacements: [
    "cluster-parameter-group.description refused",
    "cluster.databaseName refused",
    "cluster.kmsKeyArn refused",
    "cluster.masterSecretKmsKeyArn refused",
    "cluster.masterUsername refused",
    "cluster.subnetGroupName refused",
    "instance.clusterIdentifier remade",
  ],
  additions: [
    {
      what: "a log that is exported no more",
      node: "database/cluster",
      path: /^logExports$/,
      by: (cloud, id) =>
        cloud.call(
          new ModifyDBClusterCommand({
            DBClusterIdentifier: id("database/cluster"),
            CloudwatchLogsExportConfiguration: { DisableLogTypes: ["audit"] },
            ApplyImmediately: true,
          }),
        ),
    },
    {
      what: "a database that is stopped",
      node: "database/cluster",
      path: /^status$/,
      also: /^database\//,
      by: (cloud, id) => cloud.call(new StopDBClusterCommand({ DBClusterIdentifier: id("database/cluster") })),
    },
    {
      what: "a database instance that the internet reaches",
      node: "database/cluster",
      path: /^instance\.theirs$/,
      weight: "exposure",
      up: "leaves it",
      by: (cloud, id) => cloud.call(new CreateDBInstanceCommand({ ...theirs(id), PubliclyAccessible: true })),
    },
    {
      what: "a database instance of somebody's",
      node: "database/cluster",
      path: /^instance\.theirs$/,
      weight: "stranger",
      up: "leaves it",
      by: (cloud, id) => cloud.call(new CreateDBInstanceCommand(theirs(id))),
    },
    {
      what: "the Data API",
      node: "database/cluster",
      path: /^HttpEndpointEnabled$/,
      weight: "access",
      by: (cloud, id) => cloud.call(new EnableHttpEndpointCommand({ ResourceArn: clusterArn(cloud, id) })),
    },
    {
      what: "a role that the database may assume",
      node: "database/cluster",
      path: /^AssociatedRoles$/,
      weight: "access",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new AddRoleToDBClusterCommand({
            DBClusterIdentifier: id("database/cluster"),
            RoleArn: "arn:aws:iam::123456789012:role/theirs",
            FeatureName: "s3Export",
          }),
        ),
    },
    {
      what: "a custom endpoint",
      node: "database/cluster",
      path: /^CustomEndpoints$/,
      weight: "stranger",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateDBClusterEndpointCommand({
            DBClusterIdentifier: id("database/cluster"),
            DBClusterEndpointIdentifier: "theirs",
            EndpointType: "ANY",
          }),
        ),
    },
    {
      what: "another storage type",
      node: "database/cluster",
      path: /^StorageType$/,
      weight: "setting",
      by: (cloud, id) =>
        cloud.call(
          new ModifyDBClusterCommand({
            DBClusterIdentifier: id("database/cluster"),
            StorageType: "aurora-iopt1",
            ApplyImmediately: true,
          }),
        ),
    },
    {
      what: "addresses of IPv6",
      node: "database/cluster",
      path: /^NetworkType$/,
      weight: "exposure",
      by: (cloud, id) =>
        cloud.call(
          new ModifyDBClusterCommand({
            DBClusterIdentifier: id("database/cluster"),
            NetworkType: "DUAL",
            ApplyImmediately: true,
          }),
        ),
    },
    {
      what: "a stream of what is done in the database",
      node: "database/cluster",
      path: /^ActivityStream/,
      weight: "access",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new StartActivityStreamCommand({
            ResourceArn: clusterArn(cloud, id),
            Mode: "async",
            KmsKeyId: "theirs",
            ApplyImmediately: true,
          }),
        ),
    },
    {
      what: "a global database that the cluster is taken into",
      node: "database/cluster",
      path: /^GlobalClusterIdentifier$/,
      weight: "access",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateGlobalClusterCommand({
            GlobalClusterIdentifier: "theirs",
            SourceDBClusterIdentifier: clusterArn(cloud, id),
          }),
        ),
    },
    {
      what: "a blue/green deployment",
      node: "database/cluster",
      path: /^blueGreen\.theirs$/,
      weight: "outage",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateBlueGreenDeploymentCommand({ BlueGreenDeploymentName: "theirs", Source: clusterArn(cloud, id) }),
        ),
    },
    {
      what: "a database parameter",
      node: "database/parameter-group",
      path: /^parameters\.max_connections$/,
      by: (cloud, id) =>
        cloud.call(
          new ModifyDBClusterParameterGroupCommand({
            DBClusterParameterGroupName: id("database/parameter-group"),
            Parameters: [{ ParameterName: "max_connections", ParameterValue: "100", ApplyMethod: "immediate" }],
          }),
        ),
    },
  ],
  strangers: {
    async settle() {
      const group = { DBClusterParameterGroupName: "stranger", DBParameterGroupFamily: "aurora-mysql8.0" };
      await new RDSClient().send(new CreateDBClusterParameterGroupCommand({ ...group, Description: "stranger" }));
    },
    async follow(call) {
      if (call.operation === "CreateDBSubnetGroup") {
        const names = { DBSubnetGroupName: "stranger", DBSubnetGroupDescription: "stranger" };
        const SubnetIds = stringsIn(Reflect.get(call.input, "SubnetIds"));
        await new RDSClient().send(new CreateDBSubnetGroupCommand({ ...names, SubnetIds }));
      }
      if (call.operation === "CreateDBCluster") {
        const engine = { Engine: "aurora-mysql", MasterUsername: "stranger", ManageMasterUserPassword: true };
        const DBSubnetGroupName = textIn(call.input, "DBSubnetGroupName");
        await new RDSClient().send(
          new CreateDBClusterCommand({ DBClusterIdentifier: "stranger", ...engine, DBSubnetGroupName }),
        );
      }
    },
  },
};
