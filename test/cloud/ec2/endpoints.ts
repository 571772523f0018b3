import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeManagedPrefixListsCommand,
  DescribePrefixListsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
  type State,
} from "@aws-sdk/client-ec2";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { type Attributes, type Ec2Record, type Ec2Store, get, invalid, notFound, required } from "./store.ts";
import { vpcNotFound } from "./vpc.ts";

export interface VpcEndpoint extends Ec2Record {
  readonly vpcId: string;
  readonly serviceName: string;
  policy: string;
  readonly routeTableIds: Set<string>;
  deleted: Date | undefined;
}

/** The managed prefix lists of the gateway services in us-east-1; the same ids serve for the other regions here. */
const prefixLists: { readonly [service: string]: { readonly id: string; readonly cidrs: readonly string[] } } = {
  s3: { id: "pl-63a5400a", cidrs: ["52.216.0.0/15", "54.231.0.0/16"] },
  dynamodb: { id: "pl-02cd2c6b", cidrs: ["52.94.0.0/22"] },
};

export function prefixListOf(serviceName: string): string | undefined {
  return prefixLists[serviceName.split(".").at(-1) ?? ""]?.id;
}

const endpointNotFound = notFound("InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id");
/** Endpoint calls spell this code differently from the rest of EC2 (EC2 API, "Error codes": InvalidRouteTableId.NotFound). */
const tableNotFound = notFound("InvalidRouteTableId.NotFound", "routeTable ID");

/** The API answers in lower case where the SDK's enum has capitals. */
export type EndpointState = "pending" | "available" | "deleting";

/** pending → available → deleting → undefined (gone, not listed). */
export function endpointState(store: Ec2Store, endpoint: VpcEndpoint): EndpointState | undefined {
  const { endpointCreate, endpointDelete } = store.cloud.durations;
  if (endpoint.deleted) return store.after(endpoint.deleted, endpointDelete) ? undefined : "deleting";
  return store.after(endpoint.created, endpointCreate) ? "available" : "pending";
}

/** Forgets endpoints whose deletion has ended. */
export function dropDeletedEndpoints(store: Ec2Store): void {
  for (const endpoint of store.endpoints.values()) {
    if (endpointState(store, endpoint) === undefined) store.endpoints.delete(endpoint.id);
  }
}

/** What a gateway endpoint's policy is when none is given (VPC User Guide, "Default endpoint policy"). */
const defaultPolicy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

/** VPC endpoints of the gateway type, and prefix lists. */
export function endpointOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const show = (endpoint: VpcEndpoint) => ({
    VpcEndpointId: endpoint.id,
    VpcEndpointType: "Gateway" as const,
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    // Lower case on the wire, so the enum's type has to be asserted.
    State: endpointState(store, endpoint) as State | undefined,
    PolicyDocument: endpoint.policy,
    RouteTableIds: [...endpoint.routeTableIds].sort(),
    SubnetIds: [],
    Groups: [],
    NetworkInterfaceIds: [],
    DnsEntries: [],
    DnsOptions: { DnsRecordIpType: "service-defined" as const },
    IpAddressType: "ipv4" as const,
    ServiceRegion: cloud.region,
    PrivateDnsEnabled: false,
    RequesterManaged: false,
    CreationTimestamp: endpoint.created,
    OwnerId: cloud.account,
    Tags: endpoint.tags.list(),
  });
  const checkTables = (vpcId: string, serviceName: string, ids: readonly string[], self?: VpcEndpoint) => {
    for (const id of ids) {
      const table = get(store.routeTables, id, tableNotFound, "routeTableId");
      if (table.vpcId !== vpcId) throw invalid(`route table ${id} and network ${vpcId} belong to different networks`);
      const taken = [...store.endpoints.values()].some(
        (other) => other !== self && other.serviceName === serviceName && other.routeTableIds.has(id),
      );
      if (taken) {
        const text = `route table ${id} already has a route with destination-prefix-list-id ${prefixListOf(serviceName)}`;
        throw awsError("RouteAlreadyExists", text);
      }
    }
  };
  const endpoint = (id: string | undefined) => {
    const found = get(store.endpoints, id, endpointNotFound, "vpcEndpointId");
    if (found.deleted) throw endpointNotFound(found.id);
    return found;
  };
  const attributes: Attributes<VpcEndpoint> = {
    "service-name": (item) => item.serviceName,
    "vpc-id": (item) => item.vpcId,
    "vpc-endpoint-id": (item) => item.id,
    "vpc-endpoint-state": (item) => endpointState(store, item),
    "vpc-endpoint-type": () => "Gateway",
  };
  const lists = () =>
    Object.entries(prefixLists).map(([service, { id, cidrs }]) => ({
      id,
      name: `com.amazonaws.${cloud.region}.${service}`,
      cidrs,
      created: new Date(0),
      tags: new TagSet({}, 0),
    }));
  const listNotFound = notFound("InvalidPrefixListID.NotFound", "prefix list ID");

  return [
    write(
      CreateVpcEndpointCommand,
      [
        "VpcId",
        "ServiceName",
        "VpcEndpointType",
        "RouteTableIds",
        "PolicyDocument",
        "ClientToken",
        "TagSpecifications",
      ],
      (input) => {
        const { ClientToken } = input;
        const earlier = store.endpoints.get(store.made("CreateVpcEndpoint", ClientToken, input) ?? "");
        if (earlier) return { VpcEndpoint: show(earlier), ClientToken };
        if ((input.VpcEndpointType ?? "Gateway") !== "Gateway") throw new UnmodelledError("ec2: endpoint type");
        const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
        const serviceName = required(input.ServiceName, "serviceName");
        if (!lists().some(({ name }) => name === serviceName)) {
          throw awsError("InvalidServiceName", `The Vpc Endpoint Service '${serviceName}' does not exist`);
        }
        const tables = input.RouteTableIds ?? [];
        checkTables(vpc.id, serviceName, tables);
        const tags = store.newTags(input.TagSpecifications, "vpc-endpoint");
        const made: VpcEndpoint = {
          id: cloud.id("vpce"),
          created: store.now(),
          tags,
          vpcId: vpc.id,
          serviceName,
          policy: checkPolicy(input.PolicyDocument ?? defaultPolicy),
          routeTableIds: new Set(tables),
          deleted: undefined,
        };
        store.endpoints.set(made.id, made);
        store.remember("CreateVpcEndpoint", ClientToken, input, made.id);
        return { VpcEndpoint: show(made), ClientToken };
      },
    ),
    read(DescribeVpcEndpointsCommand, ["VpcEndpointIds", "Filters", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: store.endpoints.values(),
        ids: input.VpcEndpointIds,
        filters: input.Filters,
        attributes,
        notFound: endpointNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { VpcEndpoints: items.map(show), ...next };
    }),
    write(
      ModifyVpcEndpointCommand,
      ["VpcEndpointId", "AddRouteTableIds", "RemoveRouteTableIds", "PolicyDocument", "ResetPolicy"],
      (input) => {
        const item = endpoint(input.VpcEndpointId);
        checkTables(item.vpcId, item.serviceName, input.AddRouteTableIds ?? [], item);
        const policy = input.ResetPolicy ? defaultPolicy : input.PolicyDocument;
        if (policy !== undefined) item.policy = checkPolicy(policy);
        for (const id of input.RemoveRouteTableIds ?? []) item.routeTableIds.delete(id);
        for (const id of input.AddRouteTableIds ?? []) item.routeTableIds.add(id);
        return { Return: true };
      },
    ),
    write(DeleteVpcEndpointsCommand, ["VpcEndpointIds"], (input) => {
      const Unsuccessful = [];
      for (const id of required(input.VpcEndpointIds, "vpcEndpointIds")) {
        const item = store.endpoints.get(id);
        const refusal = store.endpointRefusals.shift();
        if (refusal !== undefined) {
          Unsuccessful.push({ ResourceId: id, Error: refusal });
        } else if (!item) {
          // DeleteVpcEndpoints answers 200 and lists what it could not delete.
          const failure = {
            Code: "InvalidVpcEndpoint.NotFound",
            Message: `The Vpc Endpoint Id '${id}' does not exist`,
          };
          Unsuccessful.push({ ResourceId: id, Error: failure });
        } else if (!item.deleted) {
          item.deleted = store.now();
          cloud.bury(cloud.arn("ec2", `vpc-endpoint/${id}`), item.tags);
        }
      }
      return { Unsuccessful };
    }),
    read(DescribePrefixListsCommand, ["PrefixListIds", "Filters"], (input) => {
      const { items } = store.describe({
        items: lists(),
        ids: input.PrefixListIds,
        filters: input.Filters,
        attributes: { "prefix-list-id": ({ id }) => id, "prefix-list-name": ({ name }) => name },
        notFound: listNotFound,
      });
      const PrefixLists = items.map(({ id, name, cidrs }) => ({
        PrefixListId: id,
        PrefixListName: name,
        Cidrs: [...cidrs],
      }));
      return { PrefixLists };
    }),
    read(DescribeManagedPrefixListsCommand, ["PrefixListIds", "Filters"], (input) => {
      const { items } = store.describe({
        items: lists(),
        ids: input.PrefixListIds,
        filters: input.Filters,
        attributes: {
          "prefix-list-id": ({ id }) => id,
          "prefix-list-name": ({ name }) => name,
          "owner-id": () => "AWS",
        },
        notFound: listNotFound,
      });
      const PrefixLists = items.map(({ id, name }) => ({ PrefixListId: id, PrefixListName: name, OwnerId: "AWS" }));
      return { PrefixLists };
    }),
  ];
}

function checkPolicy(policy: string): string {
  try {
    JSON.parse(policy);
  } catch {
    throw awsError("InvalidPolicyDocument", "The policy document is not valid JSON.");
  }
  return policy;
}
