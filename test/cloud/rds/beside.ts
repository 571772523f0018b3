import {
  AddRoleToDBClusterCommand,
  CreateBlueGreenDeploymentCommand,
  CreateDBClusterEndpointCommand,
  CreateGlobalClusterCommand,
  type DBCluster,
  DescribeBlueGreenDeploymentsCommand,
  DescribePendingMaintenanceActionsCommand,
  DisableHttpEndpointCommand,
  EnableHttpEndpointCommand,
  StartActivityStreamCommand,
} from "@aws-sdk/client-rds";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { availableCluster, findCluster } from "./cluster-state.ts";
import type { Beside, Cluster } from "./records.ts";
import { nameOf, type RdsStore } from "./store.ts";

export const nothingBeside = (): Beside => ({
  httpEndpoint: false,
  network: "IPV4",
  roles: [],
  endpoints: new Map(),
  activityStream: undefined,
  globalCluster: undefined,
});

/** What DescribeDBClusters shows of it (DBCluster data type). */
export function showBeside({ resourceId, beside }: Cluster): Partial<DBCluster> {
  const { activityStream: stream } = beside;
  return {
    HttpEndpointEnabled: beside.httpEndpoint,
    NetworkType: beside.network,
    AssociatedRoles: [...beside.roles],
    ...(beside.endpoints.size > 0 && {
      CustomEndpoints: [...beside.endpoints.values()].flatMap((e) => e.Endpoint ?? []),
    }),
    ActivityStreamStatus: stream === undefined ? "stopped" : "started",
    ...(stream && {
      ActivityStreamMode: stream.mode,
      ActivityStreamKmsKeyId: stream.kmsKeyId,
      ActivityStreamKinesisStreamName: `aws-rds-das-${resourceId}`,
    }),
    ...(beside.globalCluster !== undefined && { GlobalClusterIdentifier: beside.globalCluster }),
  };
}

/** What others may add to a cluster or put beside it, each by its page of the RDS API reference. */
export function besideOperations(store: RdsStore): Operation[] {
  const { cloud } = store;
  const switched = (ResourceArn: string | undefined, HttpEndpointEnabled: boolean) => {
    availableCluster(store, ResourceArn).beside.httpEndpoint = HttpEndpointEnabled;
    return { ResourceArn, HttpEndpointEnabled };
  };
  return [
    write(EnableHttpEndpointCommand, ["ResourceArn"], ({ ResourceArn }) => switched(ResourceArn, true)),
    write(DisableHttpEndpointCommand, ["ResourceArn"], ({ ResourceArn }) => switched(ResourceArn, false)),

    write(AddRoleToDBClusterCommand, ["DBClusterIdentifier", "RoleArn", "FeatureName"], (input) => {
      const { beside } = availableCluster(store, input.DBClusterIdentifier);
      const { RoleArn, FeatureName } = input;
      if (beside.roles.some((role) => role.RoleArn === RoleArn)) {
        throw awsError("DBClusterRoleAlreadyExistsFault", `Role ARN ${RoleArn} is already associated`);
      }
      beside.roles.push({ RoleArn, FeatureName, Status: "ACTIVE" });
      return {};
    }),

    write(
      CreateDBClusterEndpointCommand,
      ["DBClusterIdentifier", "DBClusterEndpointIdentifier", "EndpointType"],
      (input) => {
        const cluster = availableCluster(store, input.DBClusterIdentifier);
        const name = nameOf(input.DBClusterEndpointIdentifier);
        if (cluster.beside.endpoints.has(name))
          throw awsError("DBClusterEndpointAlreadyExistsFault", `DB Cluster Endpoint already exists: ${name}`);
        const endpoint = {
          DBClusterEndpointIdentifier: name,
          DBClusterIdentifier: cluster.name,
          Endpoint: `${name}.cluster-custom-${store.endpointSuffix}`,
          Status: "available",
          EndpointType: "CUSTOM",
          CustomEndpointType: input.EndpointType,
        };
        cluster.beside.endpoints.set(name, endpoint);
        return endpoint;
      },
    ),

    write(StartActivityStreamCommand, ["ResourceArn", "Mode", "KmsKeyId", "ApplyImmediately"], (input) => {
      const { beside, resourceId } = availableCluster(store, input.ResourceArn);
      const { KmsKeyId: kmsKeyId = "", Mode: mode = "async" } = input;
      beside.activityStream = { kmsKeyId, mode };
      return {
        KmsKeyId: kmsKeyId,
        KinesisStreamName: `aws-rds-das-${resourceId}`,
        Status: "starting" as const,
        Mode: mode,
      };
    }),

    write(CreateGlobalClusterCommand, ["GlobalClusterIdentifier", "SourceDBClusterIdentifier"], (input) => {
      const { GlobalClusterIdentifier, SourceDBClusterIdentifier } = input;
      availableCluster(store, SourceDBClusterIdentifier).beside.globalCluster = GlobalClusterIdentifier;
      return { GlobalCluster: { GlobalClusterIdentifier, Status: "available" } };
    }),

    write(CreateBlueGreenDeploymentCommand, ["BlueGreenDeploymentName", "Source"], (input) => {
      const { BlueGreenDeploymentName = "", Source } = input;
      const { name } = findCluster(store, Source);
      const deployment = {
        BlueGreenDeploymentIdentifier: `bgd-${cloud.count("blue/green deployment")}`,
        BlueGreenDeploymentName,
        Source,
        Target: store.arn("cluster", `${name}-green`),
        Status: "AVAILABLE",
      };
      store.blueGreen.set(BlueGreenDeploymentName, deployment);
      return { BlueGreenDeployment: deployment };
    }),
    read(DescribeBlueGreenDeploymentsCommand, ["Marker", "MaxRecords"], (input) => {
      const all = [...store.blueGreen.values()];
      const { items, Marker } = store.page(all, (one) => one.BlueGreenDeploymentName ?? "", input);
      return { BlueGreenDeployments: items, Marker };
    }),

    read(DescribePendingMaintenanceActionsCommand, ["Marker", "MaxRecords"], (input) => {
      const { items, Marker } = store.page(store.maintenance, (one) => one.ResourceIdentifier ?? "", input);
      return { PendingMaintenanceActions: items, Marker };
    }),
  ];
}
