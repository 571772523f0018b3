import {
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeFlowLogsCommand,
  DescribeNetworkAclsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpnGatewaysCommand,
  type EgressOnlyInternetGateway,
  type FlowLog,
  type NatGateway,
  type NetworkAcl,
  type NetworkAclEntry,
  type Subnet,
  type Vpc,
  type VpcCidrBlockAssociation,
  type VpcEndpoint,
  type VpcPeeringConnection,
  type VpnGateway,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import type { Json } from "../../engine/journal.ts";
import type { Change, Identity, Watch } from "../../engine/kind.ts";
import { added, byName } from "../additions.ts";
import { byDefault, each, ignored, nothing, reads, recorded, reply, tags, wanted } from "../fields.ts";
import { required } from "../missing.ts";
import { allPages } from "../pages.ts";
import { isEnvironments } from "../tags.ts";
import { endpoints } from "./gateway-endpoint.ts";
import { natGateways } from "./nat-gateway.ts";
import { tagsOf } from "./shared.ts";
import { subnets } from "./subnet.ts";

/** What else belongs to a VPC than its attributes; a list is undefined while nobody has looked. */
export interface Beside {
  /** As AWS told it. */
  readonly answer: Vpc;
  /** Those of others. */
  readonly subnets?: readonly Subnet[];
  /** Those of others. */
  readonly endpoints?: readonly VpcEndpoint[];
  /** Those of others. */
  readonly natGateways?: readonly NatGateway[];
  readonly peerings?: readonly VpcPeeringConnection[];
  readonly flowLogs?: readonly FlowLog[];
  readonly networkAcls?: readonly NetworkAcl[];
  readonly vpnGateways?: readonly VpnGateway[];
  readonly egressOnlyGateways?: readonly EgressOnlyInternetGateway[];
}

/** Each field of a VPC. The defaults are those of CreateVpc in the EC2 API reference. */
export const fields = reads<Beside>(
  reply({ operation: "DescribeVpcs", at: "Vpcs", shape: "Vpc" }, ({ answer }) => answer, {
    OwnerId: ignored("identifier"),
    InstanceTenancy: byDefault("default", "leave"),
    // CreateVpc asks for none unless it is told to; whoever adds one opens a way in that no rule of ours is about.
    Ipv6CidrBlockAssociationSet: nothing("leave", "exposure"),
    CidrBlockAssociationSet: each<VpcCidrBlockAssociation>({
      AssociationId: ignored("identifier"),
      CidrBlock: wanted,
      CidrBlockState: ignored("state"),
    }),
    IsDefault: ignored("not settable"),
    EncryptionControl: nothing("leave", "outage"),
    Tags: tags,
    // The account's setting, as it falls on this VPC (DescribeVpcBlockPublicAccessOptions).
    BlockPublicAccessStates: recorded,
    VpcId: ignored("identifier"),
    State: ignored("state"),
    CidrBlock: wanted,
    // The Region's default set (CreateVpc), whose id is the account's own.
    DhcpOptionsId: recorded,
  }),
);

const inside = (vpcId: string) => [{ Name: "vpc-id", Values: [vpcId] }];

/** What is in a VPC and does not carry the environment's tags. Not every AWS-like endpoint filters by VPC. */
const others =
  <T extends Parameters<typeof tagsOf>[0] & { VpcId?: string | undefined }>(vpcId: string, { environment }: Identity) =>
  (one: T) =>
    one.VpcId === vpcId && !isEnvironments(tagsOf(one), environment);

/** What others may put into a VPC or tie to it, by the lists that show it. */
export const watch: readonly Watch<Aws, undefined, Beside>[] = [
  {
    what: "subnets",
    read: async (aws, id, me) => ({ subnets: (await subnets.all(aws, inside(id))).filter(others(id, me)) }),
  },
  {
    what: "endpoints",
    read: async (aws, id, me) => ({ endpoints: (await endpoints.all(aws, inside(id))).filter(others(id, me)) }),
  },
  {
    what: "NAT gateways",
    read: async (aws, id, me) => ({ natGateways: (await natGateways.all(aws, inside(id))).filter(others(id, me)) }),
  },
  {
    what: "peering connections",
    read: async (aws, id) => {
      // No filter finds both sides; one list for all VPCs.
      const all = await aws.shared("ec2:vpc-peering-connections", () =>
        allPages("VpcPeeringConnections", "NextToken", (NextToken) =>
          aws.ec2(new DescribeVpcPeeringConnectionsCommand({ NextToken })),
        ),
      );
      return {
        peerings: all.filter(({ AccepterVpcInfo, RequesterVpcInfo }) =>
          [AccepterVpcInfo?.VpcId, RequesterVpcInfo?.VpcId].includes(id),
        ),
      };
    },
  },
  {
    what: "flow logs",
    read: async (aws, id) => ({
      flowLogs: await allPages("FlowLogs", "NextToken", (NextToken) =>
        aws.ec2(new DescribeFlowLogsCommand({ Filter: [{ Name: "resource-id", Values: [id] }], NextToken })),
      ),
    }),
  },
  {
    what: "network ACLs",
    read: async (aws, id) => ({
      networkAcls: await allPages("NetworkAcls", "NextToken", (NextToken) =>
        aws.ec2(new DescribeNetworkAclsCommand({ Filters: inside(id), NextToken })),
      ),
    }),
  },
  {
    what: "VPN gateways",
    read: async (aws, id) => {
      const Filters = [{ Name: "attachment.vpc-id", Values: [id] }];
      return { vpnGateways: (await aws.ec2(new DescribeVpnGatewaysCommand({ Filters }))).VpnGateways ?? [] };
    },
  },
  {
    what: "egress-only internet gateways",
    read: async (aws, id) => {
      // No filter tells the VPC; one list for all.
      const all = await aws.shared("ec2:egress-only-internet-gateways", () =>
        allPages("EgressOnlyInternetGateways", "NextToken", (NextToken) =>
          aws.ec2(new DescribeEgressOnlyInternetGatewaysCommand({ NextToken })),
        ),
      );
      return { egressOnlyGateways: all.filter(({ Attachments }) => Attachments?.some(({ VpcId }) => VpcId === id)) };
    },
  },
];

/**
 * GuardDuty's own endpoint, which it makes in a VPC when its agents are managed automatically (GuardDuty user guide, "How
 * the security agent connects to GuardDuty"); its tag is the one that the policy AmazonGuardDutyServiceRolePolicy asks for.
 */
const isGuardDutys = (endpoint: VpcEndpoint): boolean =>
  endpoint.ServiceName?.endsWith(".guardduty-data") === true && tagsOf(endpoint)["GuardDutyManaged"] !== undefined;

/** The states in which a peering connection leads nowhere (VpcPeeringConnectionStateReason, Code). */
const noPeering: ReadonlySet<string | undefined> = new Set(["deleted", "deleting", "rejected", "failed", "expired"]);

/** A rule of a network ACL in words, as the console orders them. */
function describeEntry({ Egress, RuleAction, Protocol, PortRange, CidrBlock, Ipv6CidrBlock }: NetworkAclEntry): string {
  const ports = PortRange === undefined ? "" : ` ${PortRange.From}-${PortRange.To}`;
  const what = Protocol === "-1" ? "all" : `protocol ${Protocol}${ports}`;
  return `${RuleAction} ${what} ${Egress === true ? "to" : "from"} ${CidrBlock ?? Ipv6CidrBlock}`;
}

const entryName = ({ Egress, RuleNumber }: NetworkAclEntry): string =>
  `${Egress === true ? "egress" : "ingress"}.${RuleNumber}`;

/**
 * What AWS has in the network ACL of a new VPC: rule 100 lets everything through, both ways, and the last one, with the
 * number 32767, nothing (VPC user guide, "Default network ACL for a VPC").
 */
const defaultEntries: Readonly<Record<string, string>> = {
  "ingress.100": "allow all from 0.0.0.0/0",
  "egress.100": "allow all to 0.0.0.0/0",
  "ingress.32767": "deny all from 0.0.0.0/0",
  "egress.32767": "deny all to 0.0.0.0/0",
};

/** Rules of the VPC's own network ACL that are not as AWS makes them; a subnet of ours has this ACL. */
function alteredEntries(acl: NetworkAcl): Change[] {
  const live = byName(acl.Entries ?? [], entryName, describeEntry);
  const names = [...new Set([...Object.keys(defaultEntries), ...Object.keys(live)])];
  return names
    .filter((name) => live[name] !== defaultEntries[name])
    .map((name) => ({
      path: `networkAcl.${name}`,
      want: defaultEntries[name],
      live: live[name],
      fix: "leave",
      weight: "outage",
    }));
}

/** Blocks that the VPC has besides its first one; those that are no longer associated are still listed for a while. */
function otherBlocks({ CidrBlock, CidrBlockAssociationSet }: Vpc): Change[] {
  if (CidrBlockAssociationSet === undefined) return [];
  const gone = new Set<string | undefined>(["disassociating", "disassociated", "failing", "failed"]);
  const live = CidrBlockAssociationSet.filter(({ CidrBlockState }) => !gone.has(CidrBlockState?.State));
  const blocks = new Set(live.map((one) => required(one.CidrBlock, "CidrBlock")));
  const finding = (block: string, want: Json | undefined, is: Json | undefined): Change => ({
    path: `CidrBlockAssociationSet.${block}`,
    want,
    live: is,
    fix: "leave",
    weight: "exposure",
  });
  const first = required(CidrBlock, "CidrBlock");
  return [
    ...(blocks.has(first) ? [] : [finding(first, "associated", undefined)]),
    ...[...blocks].filter((block) => block !== first).map((block) => finding(block, undefined, "associated")),
  ];
}

/** What others have put into a VPC, or tied to it: each is a resource of its own, which `up` leaves. */
export function additions(live: Beside): Change[] {
  const acls = live.networkAcls ?? [];
  return [
    ...otherBlocks(live.answer),
    ...added(
      "subnet",
      live.subnets && byName(live.subnets, subnets.id, ({ CidrBlock }) => CidrBlock ?? null),
      "leave",
      "stranger",
    ),
    ...added(
      "endpoint",
      live.endpoints &&
        byName(
          live.endpoints.filter((endpoint) => !isGuardDutys(endpoint)),
          endpoints.id,
          ({ VpcEndpointType, ServiceName }) => `${VpcEndpointType} of ${ServiceName}`,
        ),
      "leave",
      "stranger",
    ),
    ...added(
      "natGateway",
      live.natGateways &&
        byName(live.natGateways, natGateways.id, ({ ConnectivityType }) => `${ConnectivityType ?? "public"}`),
      "leave",
      "stranger",
    ),
    ...added(
      "peering",
      live.peerings &&
        byName(
          live.peerings.filter(({ Status }) => !noPeering.has(Status?.Code)),
          (one) => required(one.VpcPeeringConnectionId, "VpcPeeringConnectionId"),
          ({ RequesterVpcInfo, AccepterVpcInfo }) => ({
            requester: `${RequesterVpcInfo?.VpcId} of ${RequesterVpcInfo?.OwnerId}`,
            accepter: `${AccepterVpcInfo?.VpcId} of ${AccepterVpcInfo?.OwnerId}`,
          }),
        ),
      "leave",
      "exposure",
    ),
    ...added(
      "flowLog",
      live.flowLogs &&
        byName(
          live.flowLogs,
          ({ FlowLogId }) => required(FlowLogId, "FlowLogId"),
          ({ LogDestination, LogGroupName }) => LogDestination ?? LogGroupName ?? null,
        ),
      "leave",
      "access",
    ),
    ...added(
      "vpnGateway",
      live.vpnGateways &&
        byName(
          live.vpnGateways.filter(({ VpcAttachments }) =>
            VpcAttachments?.some(({ VpcId, State }) => VpcId === live.answer.VpcId && State !== "detached"),
          ),
          ({ VpnGatewayId }) => required(VpnGatewayId, "VpnGatewayId"),
          ({ Type }) => Type ?? null,
        ),
      "leave",
      "exposure",
    ),
    ...added(
      "egressOnlyInternetGateway",
      live.egressOnlyGateways &&
        byName(
          live.egressOnlyGateways,
          (one) => required(one.EgressOnlyInternetGatewayId, "EgressOnlyInternetGatewayId"),
          () => "attached",
        ),
      "leave",
      "exposure",
    ),
    ...acls.filter(({ IsDefault }) => IsDefault === true).flatMap(alteredEntries),
    // A foreign ACL of which no subnet is only stands there; by default a VPC's subnets have the VPC's own.
    ...added(
      "networkAclOf",
      byName(
        acls.filter(({ IsDefault }) => IsDefault !== true).flatMap(({ Associations }) => Associations ?? []),
        ({ SubnetId }) => required(SubnetId, "SubnetId"),
        ({ NetworkAclId }) => NetworkAclId ?? null,
      ),
      "leave",
      "outage",
    ),
  ];
}
