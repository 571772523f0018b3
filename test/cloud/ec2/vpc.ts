import {
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { createAcl } from "./acls.ts";
import { parseBlock } from "./cidr.ts";
import { createRouteTable } from "./routes.ts";
import { createDefaultGroup } from "./security-groups.ts";
import {
  type Attributes,
  dependencyViolation,
  type Ec2Record,
  type Ec2Store,
  get,
  invalid,
  notFound,
  required,
  shownTags,
} from "./store.ts";

export interface Vpc extends Ec2Record {
  readonly cidr: string;
  readonly associationId: string;
  readonly networkAclId: string;
  /** Its further blocks, by the ids of their associations. */
  readonly otherCidrs: Map<string, string>;
  dhcpOptionsId: string;
  dnsSupport: boolean;
  dnsHostnames: boolean;
}

export const vpcNotFound = notFound("InvalidVpcID.NotFound", "vpc ID");

const filters: Attributes<Vpc> = {
  "vpc-id": (vpc) => vpc.id,
  cidr: (vpc) => vpc.cidr,
  "cidr-block-association.cidr-block": (vpc) => vpc.cidr,
  "is-default": () => "false",
  "owner-id": () => undefined,
};

/** VPCs with their attributes. No default VPC. */
export function vpcOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const show = (vpc: Vpc) => ({
    VpcId: vpc.id,
    CidrBlock: vpc.cidr,
    State: store.after(vpc.created, cloud.durations.vpc) ? ("available" as const) : ("pending" as const),
    IsDefault: false,
    InstanceTenancy: "default" as const,
    DhcpOptionsId: vpc.dhcpOptionsId,
    OwnerId: cloud.account,
    CidrBlockAssociationSet: [[vpc.associationId, vpc.cidr], ...vpc.otherCidrs].map(([AssociationId, CidrBlock]) => ({
      AssociationId,
      CidrBlock,
      CidrBlockState: { State: "associated" as const },
    })),
    ...shownTags(vpc),
  });
  return [
    write(CreateVpcCommand, ["CidrBlock", "InstanceTenancy", "TagSpecifications"], (input) => {
      const cidr = required(input.CidrBlock, "cidrBlock");
      if (input.InstanceTenancy !== undefined && input.InstanceTenancy !== "default") {
        throw new UnmodelledError("ec2: tenancy");
      }
      const block = parseBlock(cidr);
      if (!block) throw invalid(`Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
      // VPC User Guide, "VPC CIDR blocks": between /16 and /28.
      if (block.prefix < 16 || block.prefix > 28) throw awsError("InvalidVpc.Range", `The CIDR '${cidr}' is invalid.`);
      const tags = store.newTags(input.TagSpecifications, "vpc");
      // VPC quotas: 5 VPCs per Region.
      if (store.vpcs.size >= (cloud.options.quotas?.vpcs ?? 5)) {
        throw awsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
      }
      const vpc: Vpc = {
        id: cloud.id("vpc"),
        created: store.now(),
        tags,
        cidr,
        associationId: cloud.id("vpc-cidr-assoc"),
        networkAclId: cloud.id("acl"),
        otherCidrs: new Map(),
        dhcpOptionsId: "dopt-0000000000000def0",
        // CreateVpc leaves host names off and resolution on (VPC User Guide, "DNS attributes for your VPC").
        dnsSupport: true,
        dnsHostnames: false,
      };
      store.vpcs.set(vpc.id, vpc);
      createRouteTable(store, vpc.id, { main: true });
      createDefaultGroup(store, vpc.id);
      createAcl(store, vpc.networkAclId, vpc.id, true);
      // The reply of the creation has both lists even when they are empty, which DescribeVpcs leaves out (cloud-custodian
      // placebo test_network_acl_s3_missing; LocalStack snapshot test_get_security_groups_for_vpc).
      return { Vpc: { ...show(vpc), Ipv6CidrBlockAssociationSet: [], Tags: vpc.tags.list() } };
    }),
    read(DescribeVpcsCommand, ["VpcIds", "Filters", "MaxResults", "NextToken"], (input) => {
      const state: Attributes<Vpc> = { state: (vpc) => show(vpc).State };
      const { items, next } = store.describe({
        items: store.vpcs.values(),
        ids: input.VpcIds,
        filters: input.Filters,
        attributes: { ...filters, ...state, "owner-id": () => cloud.account },
        notFound: vpcNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { Vpcs: items.map(show), ...next };
    }),
    read(DescribeVpcAttributeCommand, ["VpcId", "Attribute"], (input) => {
      const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
      if (!cloud.visible(vpc.created.getTime())) throw vpcNotFound(vpc.id);
      switch (input.Attribute) {
        case "enableDnsHostnames":
          return { VpcId: vpc.id, EnableDnsHostnames: { Value: vpc.dnsHostnames } };
        case "enableDnsSupport":
          return { VpcId: vpc.id, EnableDnsSupport: { Value: vpc.dnsSupport } };
        default:
          throw new UnmodelledError(`ec2: VPC attribute ${input.Attribute}`);
      }
    }),
    write(ModifyVpcAttributeCommand, ["VpcId", "EnableDnsSupport", "EnableDnsHostnames"], (input) => {
      const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
      const { EnableDnsSupport: support, EnableDnsHostnames: hostnames } = input;
      // ModifyVpcAttribute API: "You cannot modify the DNS resolution and DNS hostnames attributes in the same request."
      if ((support === undefined) === (hostnames === undefined)) {
        throw awsError("InvalidParameterCombination", "Exactly one attribute must be specified.");
      }
      // The same page: DNS hostnames can only be on when DNS support is.
      if ((hostnames?.Value && !vpc.dnsSupport) || (support?.Value === false && vpc.dnsHostnames)) {
        throw awsError("InvalidParameterCombination", "DNS hostnames need DNS support.");
      }
      if (support) vpc.dnsSupport = support.Value ?? false;
      if (hostnames) vpc.dnsHostnames = hostnames.Value ?? false;
      return {};
    }),
    write(DeleteVpcCommand, ["VpcId"], (input) => {
      const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
      const mine = (item: { readonly vpcId: string | undefined }) => item.vpcId === vpc.id;
      // DeleteVpc API: "detach or delete all gateways and resources that are associated with the VPC" first.
      const held =
        [store.subnets, store.endpoints, store.internetGateways, store.vpnGateways, store.egressOnlyGateways].some(
          (all) => [...all.values()].some(mine),
        ) ||
        [...store.groups.values()].some((group) => mine(group) && group.name !== "default") ||
        [...store.routeTables.values()].some((table) => mine(table) && !isMain(table));
      if (held) throw dependencyViolation(`The vpc '${vpc.id}' has dependencies and cannot be deleted.`);
      for (const group of [...store.groups.values()].filter(mine)) {
        store.groups.delete(group.id);
        for (const rule of store.rules.values()) if (rule.groupId === group.id) store.rules.delete(rule.id);
      }
      for (const table of [...store.routeTables.values()].filter(mine)) store.routeTables.delete(table.id);
      for (const acl of [...store.networkAcls.values()].filter(mine)) store.networkAcls.delete(acl.id);
      store.vpcs.delete(vpc.id);
      cloud.bury(cloud.arn("ec2", `vpc/${vpc.id}`), vpc.tags);
      return {};
    }),
  ];
}

function isMain(table: { readonly associations: readonly { readonly main: boolean }[] }): boolean {
  return table.associations.some((association) => association.main);
}
