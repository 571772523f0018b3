import { CreateTagsCommand, DeleteTagsCommand, DescribeTagsCommand, type ResourceType } from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { fromList, TagSet } from "../tags.ts";
import { addressNotFound } from "./addresses.ts";
import { gatewayNotFound } from "./gateways.ts";
import { natState } from "./nat.ts";
import { routeTableNotFound } from "./routes.ts";
import { groupNotFound } from "./security-groups.ts";
import { checkTags, type Ec2Record, type Ec2Store, notFound, required } from "./store.ts";
import { subnetNotFound } from "./subnets.ts";
import { vpcNotFound } from "./vpc.ts";

/** A resource type that can be tagged: where it is kept, and its name in ARNs. */
export interface Taggable {
  readonly type: ResourceType;
  readonly records: (store: Ec2Store) => ReadonlyMap<string, Ec2Record>;
  readonly notFound: (id: string) => Error;
}

/** By id prefix. */
export const taggables: { readonly [prefix: string]: Taggable } = {
  vpc: { type: "vpc", records: (s) => s.vpcs, notFound: vpcNotFound },
  subnet: { type: "subnet", records: (s) => s.subnets, notFound: subnetNotFound },
  igw: { type: "internet-gateway", records: (s) => s.internetGateways, notFound: gatewayNotFound },
  eipalloc: { type: "elastic-ip", records: (s) => s.addresses, notFound: addressNotFound },
  nat: {
    type: "natgateway",
    records: (s) => new Map([...s.natGateways].filter(([, nat]) => natState(s, nat) !== undefined)),
    notFound: (id) => awsError("NatGatewayNotFound", `NAT gateway ${id} was not found`),
  },
  rtb: { type: "route-table", records: (s) => s.routeTables, notFound: routeTableNotFound },
  vpce: {
    type: "vpc-endpoint",
    records: (s) => s.endpoints,
    notFound: notFound("InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id"),
  },
  sg: { type: "security-group", records: (s) => s.groups, notFound: groupNotFound },
  sgr: {
    type: "security-group-rule",
    records: (s) => s.rules,
    notFound: notFound("InvalidSecurityGroupRuleId.NotFound", "security group rule ID"),
  },
  acl: {
    type: "network-acl",
    records: (s) => s.networkAcls,
    notFound: notFound("InvalidNetworkAclID.NotFound", "networkAcl ID"),
  },
  pcx: {
    type: "vpc-peering-connection",
    records: (s) => s.peerings,
    notFound: notFound("InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection ID"),
  },
  fl: {
    type: "vpc-flow-log",
    records: (s) => s.flowLogs,
    notFound: notFound("InvalidFlowLogId.NotFound", "flow log ID"),
  },
  vgw: {
    type: "vpn-gateway",
    records: (s) => s.vpnGateways,
    notFound: notFound("InvalidVpnGatewayID.NotFound", "vpnGateway ID"),
  },
  eigw: {
    type: "egress-only-internet-gateway",
    records: (s) => s.egressOnlyGateways,
    notFound: notFound("InvalidGatewayID.NotFound", "gateway ID"),
  },
  dopt: {
    type: "dhcp-options",
    records: (s) => s.dhcpOptions,
    notFound: notFound("InvalidDhcpOptionID.NotFound", "dhcpOption ID"),
  },
  eni: {
    type: "network-interface",
    records: (s) => s.interfaces,
    notFound: notFound("InvalidNetworkInterfaceID.NotFound", "networkInterface ID"),
  },
};

/** CreateTags, DeleteTags and DescribeTags over every taggable resource type. */
export function tagOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const find = (id: string) => {
    const taggable = taggables[id.slice(0, id.lastIndexOf("-"))];
    if (!taggable) throw awsError("InvalidID", `The ID '${id}' is not valid`);
    const record = taggable.records(store).get(id);
    if (!record) throw taggable.notFound(id);
    return record;
  };
  const all = () =>
    Object.values(taggables).flatMap(({ type, records }) =>
      [...records(store).values()].flatMap(({ id, created, tags }) =>
        Object.entries(cloud.indexed(tags)).map(([key, value]) => ({
          // A tag is no resource, but it is listed, filtered and paged like one.
          id: `${id}/${key}`,
          created,
          tags: new TagSet({ [key]: value }, 0),
          resourceId: id,
          type,
          key,
          value,
        })),
      ),
    );
  return [
    write(CreateTagsCommand, ["Resources", "Tags"], (input) => {
      const list = required(input.Tags, "tags");
      checkTags(list);
      const records = required(input.Resources, "resources").map(find);
      for (const { tags } of records) tags.set(fromList(list), cloud.now());
      return {};
    }),
    write(DeleteTagsCommand, ["Resources", "Tags"], (input) => {
      const records = required(input.Resources, "resources").map(find);
      for (const { tags } of records) {
        // DeleteTags API: without a value the tag goes whatever its value; without tags all user tags go.
        const keys = input.Tags
          ? input.Tags.filter(({ Key, Value }) => Value === undefined || tags.get(Key ?? "") === Value).map(
              ({ Key }) => Key ?? "",
            )
          : Object.keys(tags.all());
        tags.delete(keys);
      }
      return {};
    }),
    read(DescribeTagsCommand, ["Filters", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: all(),
        filters: input.Filters,
        attributes: {
          "resource-id": (tag) => tag.resourceId,
          "resource-type": (tag) => tag.type,
          key: (tag) => tag.key,
          value: (tag) => tag.value,
        },
        notFound: () => awsError("InvalidID", "The ID is not valid"),
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      const Tags = items.map(({ resourceId, type, key, value }) => ({
        ResourceId: resourceId,
        ResourceType: type,
        Key: key,
        Value: value,
      }));
      return { Tags, ...next };
    }),
  ];
}
