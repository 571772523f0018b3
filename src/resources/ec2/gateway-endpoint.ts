import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { classify, codeOf, reported, worstOf } from "../../aws/errors.ts";
import type { Json } from "../../engine/journal.ts";
import { failed, leaving, pending, ready, unfamiliar } from "../../engine/kind.ts";
import { compare, parseDocument, sorted } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { ignored, nothing, reads, recorded, reply, tags, wanted } from "../fields.ts";
import { required } from "../missing.ts";
import { compareTags, touches } from "../tags.ts";
import { ec2 } from "./permissions.ts";
import { searchFor } from "./search.ts";
import { retag, tagSpecification, tagsOf } from "./shared.ts";

interface Wanted {
  readonly vpcId: string;
  /** For example "com.amazonaws.us-east-1.s3". */
  readonly serviceName: string;
  readonly routeTableIds: readonly string[];
  /** The policy document. */
  readonly policy: Json;
}

const id = (endpoint: VpcEndpoint) => required(endpoint.VpcEndpointId, "VpcEndpointId");

/** The state as EC2 writes it on the wire, where the SDK's type has capitals: "available", "pendingAcceptance". */
const stateOf = (endpoint: VpcEndpoint) => endpoint.State?.toLowerCase();

const isGhost = (endpoint: VpcEndpoint) => stateOf(endpoint) === "deleted";

export const endpoints = searchFor<VpcEndpoint>({
  what: "VPC endpoint",
  key: "ec2:vpc-endpoints",
  id,
  async describe(aws, { ids, filters, NextToken }) {
    const page = await aws.ec2(new DescribeVpcEndpointsCommand({ VpcEndpointIds: ids, Filters: filters, NextToken }));
    return { listed: page.VpcEndpoints, NextToken: page.NextToken };
  },
  isGhost,
});

/** Each field of an endpoint. What only the other types have is documented so at CreateVpcEndpoint (EC2 API reference). */
const fields = reads<VpcEndpoint>(
  reply({ operation: "DescribeVpcEndpoints", at: "VpcEndpoints", shape: "VpcEndpoint" }, (live) => live, {
    VpcEndpointId: ignored("identifier"),
    VpcEndpointType: wanted,
    VpcId: wanted,
    ServiceName: wanted,
    State: ignored("state"),
    PolicyDocument: wanted,
    RouteTableIds: wanted,
    SubnetIds: nothing("leave"),
    Groups: nothing("leave"),
    IpAddressType: recorded,
    DnsOptions: recorded,
    // Its default is documented for interface endpoints only.
    PrivateDnsEnabled: recorded,
    RequesterManaged: ignored("not settable"),
    NetworkInterfaceIds: nothing("leave"),
    DnsEntries: nothing("leave"),
    CreationTimestamp: ignored("time"),
    Tags: tags,
    OwnerId: ignored("identifier"),
    LastError: ignored("state"),
    Ipv4Prefixes: recorded,
    Ipv6Prefixes: recorded,
    FailureReason: ignored("state"),
    ServiceNetworkArn: nothing("leave"),
    ResourceConfigurationArn: nothing("leave"),
    ServiceRegion: recorded,
    PayerResponsibilities: recorded,
  }),
);

/** A gateway endpoint: the way to S3 that does not pass the NAT gateway. AWS adds its routes to the route tables. */
export const GatewayEndpoint: AwsKind<Wanted, VpcEndpoint, { vpcEndpointId: string }> = {
  type: "ec2:gateway-endpoint",
  recover: "client-token",
  usable: "ready",
  releases: "gone",
  replace: "remake",
  minutes: { create: 10, update: 5, remove: 15 },
  seconds: { create: 5, remove: 5 },
  permissions: ec2,
  card: "Ways out",
  ...fields,
  parseKey: noKey,

  find: endpoints.find,
  id,
  phase(live) {
    const state = stateOf(live);
    switch (state) {
      case "available":
        return ready;
      case "deleting":
        return leaving(state);
      case "failed":
      case "rejected":
      case "expired":
        return failed(`${live.LastError?.Code ?? state}: ${live.LastError?.Message ?? "AWS gave no reason"}`);
      case "pending":
      case "pendingacceptance":
      case "partial":
        return pending(state);
      default:
        return unfamiliar(state);
    }
  },
  outputs: (live) => ({ vpcEndpointId: id(live) }),

  changes: (want, live, me) => [
    ...compare(
      {
        vpcId: want.vpcId,
        serviceName: want.serviceName,
        endpointType: "Gateway",
        routeTableIds: sorted(want.routeTableIds),
        policy: want.policy,
      },
      {
        vpcId: live.VpcId,
        serviceName: live.ServiceName,
        endpointType: live.VpcEndpointType,
        routeTableIds: sorted(live.RouteTableIds),
        policy: parseDocument(live.PolicyDocument),
      },
      ["vpcId", "serviceName", "endpointType"],
    ),
    ...compareTags(me, tagsOf(live)),
  ],

  async create(aws, me, _key, want, token) {
    const made = await aws.ec2(
      new CreateVpcEndpointCommand({
        VpcEndpointType: "Gateway",
        VpcId: want.vpcId,
        ServiceName: want.serviceName,
        RouteTableIds: [...want.routeTableIds],
        PolicyDocument: JSON.stringify(want.policy),
        ClientToken: token,
        TagSpecifications: tagSpecification("vpc-endpoint", me),
      }),
    );
    return required(made.VpcEndpoint?.VpcEndpointId, "VpcEndpointId");
  },

  async update(aws, live, want, changes, me) {
    const VpcEndpointId = id(live);
    if (touches(changes, "routeTableIds", "policy")) {
      const present = live.RouteTableIds ?? [];
      const add = want.routeTableIds.filter((table) => !present.includes(table));
      const remove = present.filter((table) => !want.routeTableIds.includes(table));
      await aws.ec2(
        new ModifyVpcEndpointCommand({
          VpcEndpointId,
          ...(touches(changes, "policy") && { PolicyDocument: JSON.stringify(want.policy) }),
          ...(add.length > 0 && { AddRouteTableIds: add }),
          ...(remove.length > 0 && { RemoveRouteTableIds: remove }),
        }),
      );
    }
    if (touches(changes, "tags")) await retag(aws, VpcEndpointId, me);
  },

  async remove(aws, live) {
    const answer = await aws.ec2(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id(live)] }));
    // What could not be deleted is listed in an answer that is a success.
    const refused = worstOf((answer.Unsuccessful ?? []).map(({ Error: said }) => reported(said?.Code, said?.Message)));
    if (refused !== undefined && classify(refused) !== "gone") throw refused;
  },

  listOwned: endpoints.listOwned,
  classify(error, during) {
    if (codeOf(error) !== "RouteAlreadyExists") return undefined;
    // On create, another endpoint serves one of the tables. On update, the look may just not have shown the table yet.
    return during === "create" ? "fatal" : "unknown";
  },
};
