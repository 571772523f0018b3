import {
  AssociateDhcpOptionsCommand,
  AssociateVpcCidrBlockCommand,
  AttachVpnGatewayCommand,
  CreateDhcpOptionsCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateFlowLogsCommand,
  CreateVpcPeeringConnectionCommand,
  CreateVpnGatewayCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeFlowLogsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpnGatewaysCommand,
} from "@aws-sdk/client-ec2";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { overlaps, parseBlock } from "./cidr.ts";
import { type Ec2Record, type Ec2Store, get, invalid, notFound, required, shownTags } from "./store.ts";
import { vpcNotFound } from "./vpc.ts";

/** A connection that has been asked for: nobody accepts one here. */
export interface Peering extends Ec2Record {
  readonly vpcId: string;
  readonly peerVpcId: string;
  readonly peerOwnerId: string;
}

/** Of a whole VPC. */
export interface FlowLog extends Ec2Record {
  readonly vpcId: string;
  readonly destination: string;
}

export interface VpnGateway extends Ec2Record {
  /** The VPC it is attached to. */
  vpcId: string | undefined;
}

export interface EgressOnlyGateway extends Ec2Record {
  readonly vpcId: string;
}

const gatewayNotFound = notFound("InvalidVpnGatewayID.NotFound", "vpnGateway ID");

/** What strangers tie to a VPC, each by its page of the EC2 API reference. Tap only looks at it. */
export function besideOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const vpcOf = (id: string | undefined) => get(store.vpcs, id, vpcNotFound, "vpcId");
  const untagged = () => ({ created: store.now(), tags: new TagSet({}, cloud.now()) });
  const cannotAsk = (id: string) => new UnmodelledError(`ec2: ${id} by its id`);
  const showPeering = (peering: Peering) => ({
    VpcPeeringConnectionId: peering.id,
    RequesterVpcInfo: { VpcId: peering.vpcId, OwnerId: cloud.account },
    AccepterVpcInfo: { VpcId: peering.peerVpcId, OwnerId: peering.peerOwnerId },
    Status: { Code: "pending-acceptance" as const },
    ...shownTags(peering),
  });
  const showGateway = (gateway: VpnGateway) => ({
    VpnGatewayId: gateway.id,
    Type: "ipsec.1" as const,
    State: "available" as const,
    VpcAttachments: gateway.vpcId === undefined ? [] : [{ VpcId: gateway.vpcId, State: "attached" as const }],
    ...shownTags(gateway),
  });
  const showEgress = (gateway: EgressOnlyGateway) => ({
    EgressOnlyInternetGatewayId: gateway.id,
    Attachments: [{ VpcId: gateway.vpcId, State: "attached" as const }],
    ...shownTags(gateway),
  });
  return [
    write(CreateVpcPeeringConnectionCommand, ["VpcId", "PeerVpcId", "PeerOwnerId"], (input) => {
      const peering: Peering = {
        id: cloud.id("pcx"),
        ...untagged(),
        vpcId: vpcOf(input.VpcId).id,
        peerVpcId: required(input.PeerVpcId, "peerVpcId"),
        peerOwnerId: input.PeerOwnerId ?? cloud.account,
      };
      store.peerings.set(peering.id, peering);
      return { VpcPeeringConnection: showPeering(peering) };
    }),
    read(DescribeVpcPeeringConnectionsCommand, ["Filters", "NextToken"], ({ Filters, NextToken }) => {
      const { items, next } = store.describe({
        items: store.peerings.values(),
        filters: Filters,
        attributes: { "requester-vpc-info.vpc-id": ({ vpcId }) => vpcId },
        notFound: cannotAsk,
        nextToken: NextToken,
      });
      return { VpcPeeringConnections: items.map(showPeering), ...next };
    }),

    write(
      CreateFlowLogsCommand,
      ["ResourceIds", "ResourceType", "TrafficType", "LogDestinationType", "LogDestination"],
      (input) => {
        if (input.ResourceType !== "VPC" || input.LogDestinationType !== "s3")
          throw new UnmodelledError("ec2: flow log");
        const FlowLogIds = required(input.ResourceIds, "resourceId").map((id) => {
          const log: FlowLog = {
            id: cloud.id("fl"),
            ...untagged(),
            vpcId: vpcOf(id).id,
            destination: required(input.LogDestination, "logDestination"),
          };
          store.flowLogs.set(log.id, log);
          return log.id;
        });
        return { FlowLogIds, Unsuccessful: [] };
      },
    ),
    read(DescribeFlowLogsCommand, ["Filter", "NextToken"], ({ Filter, NextToken }) => {
      const { items, next } = store.describe({
        items: store.flowLogs.values(),
        filters: Filter,
        attributes: { "resource-id": ({ vpcId }) => vpcId },
        notFound: cannotAsk,
        nextToken: NextToken,
      });
      const FlowLogs = items.map((log) => ({
        FlowLogId: log.id,
        FlowLogStatus: "ACTIVE",
        ResourceId: log.vpcId,
        TrafficType: "ALL" as const,
        LogDestinationType: "s3" as const,
        LogDestination: log.destination,
        CreationTime: log.created,
        ...shownTags(log),
      }));
      return { FlowLogs, ...next };
    }),

    write(CreateVpnGatewayCommand, ["Type"], () => {
      const gateway: VpnGateway = { id: cloud.id("vgw"), ...untagged(), vpcId: undefined };
      store.vpnGateways.set(gateway.id, gateway);
      return { VpnGateway: showGateway(gateway) };
    }),
    write(AttachVpnGatewayCommand, ["VpnGatewayId", "VpcId"], ({ VpnGatewayId, VpcId }) => {
      const gateway = get(store.vpnGateways, VpnGatewayId, gatewayNotFound, "vpnGatewayId");
      gateway.vpcId = vpcOf(VpcId).id;
      return { VpcAttachment: { VpcId: gateway.vpcId, State: "attaching" as const } };
    }),
    read(DescribeVpnGatewaysCommand, ["Filters"], ({ Filters }) => {
      const { items } = store.describe({
        items: store.vpnGateways.values(),
        filters: Filters,
        attributes: { "attachment.vpc-id": ({ vpcId }) => vpcId },
        notFound: cannotAsk,
      });
      return { VpnGateways: items.map(showGateway) };
    }),

    write(CreateEgressOnlyInternetGatewayCommand, ["VpcId"], ({ VpcId }) => {
      const gateway: EgressOnlyGateway = { id: cloud.id("eigw"), ...untagged(), vpcId: vpcOf(VpcId).id };
      store.egressOnlyGateways.set(gateway.id, gateway);
      return { EgressOnlyInternetGateway: showEgress(gateway) };
    }),
    read(DescribeEgressOnlyInternetGatewaysCommand, ["Filters", "NextToken"], ({ Filters, NextToken }) => {
      const { items, next } = store.describe({
        items: store.egressOnlyGateways.values(),
        filters: Filters,
        attributes: {},
        notFound: cannotAsk,
        nextToken: NextToken,
      });
      return { EgressOnlyInternetGateways: items.map(showEgress), ...next };
    }),

    write(AssociateVpcCidrBlockCommand, ["VpcId", "CidrBlock"], ({ VpcId, CidrBlock }) => {
      const vpc = vpcOf(VpcId);
      const cidr = required(CidrBlock, "cidrBlock");
      const block = parseBlock(cidr);
      if (!block) throw invalid(`Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
      if ([vpc.cidr, ...vpc.otherCidrs.values()].some((one) => overlaps(parseBlock(one) ?? block, block))) {
        throw awsError("InvalidVpc.Range", `The CIDR '${cidr}' conflicts with another CIDR block of the VPC.`);
      }
      const AssociationId = cloud.id("vpc-cidr-assoc");
      vpc.otherCidrs.set(AssociationId, cidr);
      const CidrBlockState = { State: "associating" as const };
      return { VpcId: vpc.id, CidrBlockAssociation: { AssociationId, CidrBlock: cidr, CidrBlockState } };
    }),

    write(CreateDhcpOptionsCommand, ["DhcpConfigurations"], ({ DhcpConfigurations }) => {
      required(DhcpConfigurations, "dhcpConfiguration");
      const options = { id: cloud.id("dopt"), ...untagged() };
      store.dhcpOptions.set(options.id, options);
      return { DhcpOptions: { DhcpOptionsId: options.id, OwnerId: cloud.account } };
    }),
    write(AssociateDhcpOptionsCommand, ["VpcId", "DhcpOptionsId"], ({ VpcId, DhcpOptionsId }) => {
      const wrong = notFound("InvalidDhcpOptionID.NotFound", "dhcpOption ID");
      vpcOf(VpcId).dhcpOptionsId = get(store.dhcpOptions, DhcpOptionsId, wrong, "dhcpOptionsId").id;
      return {};
    }),
  ];
}
