import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  type HostnameType,
  ModifySubnetAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { Cloud } from "../cloud.ts";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { overlaps, parseBlock, within } from "./cidr.ts";
import { liveInterfaces } from "./interfaces.ts";
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
import { vpcNotFound } from "./vpc.ts";

export interface Subnet extends Ec2Record {
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
  mapPublicIp: boolean;
  assignIpv6: boolean;
  dns64: boolean;
  hostnameType: HostnameType;
  nameRecords: boolean;
  ipv6NameRecords: boolean;
  /** Its network ACL. */
  aclId: string;
  aclAssociationId: string;
}

export const subnetNotFound = notFound("InvalidSubnetID.NotFound", "subnet ID");

/** The zones of the regions that the platform knows (AWS Global Infrastructure). */
const zoneLetters: { readonly [region: string]: string } = {
  "us-east-1": "abcdef",
  "us-east-2": "abc",
  "us-west-2": "abcd",
};

/** Names of a region's availability zones. */
export function zonesOf(cloud: Cloud): string[] {
  return [...(zoneLetters[cloud.region] ?? "abc")].map((letter) => cloud.region + letter);
}

/** Subnets and availability zones. */
export function subnetOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const zoneId = (zone: string) =>
    `${cloud.region.replace(/^(\w\w)-(\w)\w*-(\d)$/, "$1$2$3")}-az${zonesOf(cloud).indexOf(zone) + 1}`;
  // AWS keeps five addresses of each subnet (VPC User Guide, "Subnet CIDR blocks"); recorded: 251 of a new /24.
  const freeAddresses = (subnet: Subnet) => {
    const taken = liveInterfaces(store).filter((item) => item.subnetId === subnet.id).length;
    return 2 ** (32 - (parseBlock(subnet.cidr)?.prefix ?? 32)) - 5 - taken;
  };
  const show = (subnet: Subnet) => ({
    SubnetId: subnet.id,
    SubnetArn: cloud.arn("ec2", `subnet/${subnet.id}`),
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidr,
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: zoneId(subnet.zone),
    State: store.after(subnet.created, cloud.durations.subnet) ? ("available" as const) : ("pending" as const),
    MapPublicIpOnLaunch: subnet.mapPublicIp,
    AvailableIpAddressCount: freeAddresses(subnet),
    // Filled in by EC2 in every recent recording (cloud-custodian placebo test_eni_private_subnet).
    AssignIpv6AddressOnCreation: subnet.assignIpv6,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    EnableDns64: subnet.dns64,
    MapCustomerOwnedIpOnLaunch: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: subnet.hostnameType,
      EnableResourceNameDnsARecord: subnet.nameRecords,
      EnableResourceNameDnsAAAARecord: subnet.ipv6NameRecords,
    },
    BlockPublicAccessStates: { InternetGatewayBlockMode: "off" as const },
    DefaultForAz: false,
    OwnerId: cloud.account,
    ...shownTags(subnet),
  });
  const attributes: Attributes<Subnet> = {
    "subnet-id": (subnet) => subnet.id,
    "vpc-id": (subnet) => subnet.vpcId,
    "availability-zone": (subnet) => subnet.zone,
    "cidr-block": (subnet) => subnet.cidr,
    state: (subnet) => show(subnet).State,
  };
  return [
    write(CreateSubnetCommand, ["VpcId", "CidrBlock", "AvailabilityZone", "TagSpecifications"], (input) => {
      const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
      const cidr = required(input.CidrBlock, "cidrBlock");
      const zone = input.AvailabilityZone ?? zonesOf(cloud)[0] ?? "";
      if (!zonesOf(cloud).includes(zone)) {
        throw invalid(
          `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zonesOf(cloud).join(", ")}.`,
        );
      }
      const block = parseBlock(cidr);
      const whole = parseBlock(vpc.cidr);
      if (!block) throw invalid(`Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
      if (!whole || !within(block, whole) || block.prefix > 28) {
        throw awsError("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
      }
      const others = [...store.subnets.values()].filter((subnet) => subnet.vpcId === vpc.id);
      if (others.some((subnet) => overlaps(parseBlock(subnet.cidr) ?? block, block))) {
        throw awsError("InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`);
      }
      const tags = store.newTags(input.TagSpecifications, "subnet");
      const created = store.now();
      const subnet: Subnet = {
        id: cloud.id("subnet"),
        created,
        tags,
        vpcId: vpc.id,
        cidr,
        zone,
        mapPublicIp: false,
        assignIpv6: false,
        dns64: false,
        hostnameType: "ip-name",
        nameRecords: false,
        ipv6NameRecords: false,
        aclId: vpc.networkAclId,
        aclAssociationId: cloud.id("aclassoc"),
      };
      store.subnets.set(subnet.id, subnet);
      return { Subnet: show(subnet) };
    }),
    read(DescribeSubnetsCommand, ["SubnetIds", "Filters", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: store.subnets.values(),
        ids: input.SubnetIds,
        filters: input.Filters,
        attributes,
        notFound: subnetNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { Subnets: items.map(show), ...next };
    }),
    write(
      ModifySubnetAttributeCommand,
      [
        "SubnetId",
        "MapPublicIpOnLaunch",
        "AssignIpv6AddressOnCreation",
        "EnableDns64",
        "PrivateDnsHostnameTypeOnLaunch",
        "EnableResourceNameDnsARecordOnLaunch",
        "EnableResourceNameDnsAAAARecordOnLaunch",
      ],
      ({ SubnetId, ...attributes }) => {
        const subnet = get(store.subnets, SubnetId, subnetNotFound, "subnetId");
        // ModifySubnetAttribute API: "You can only modify one attribute at a time."
        if (Object.values(attributes).filter((value) => value !== undefined).length !== 1) {
          throw awsError("InvalidParameterCombination", "Exactly one attribute must be specified.");
        }
        subnet.mapPublicIp = attributes.MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIp;
        subnet.assignIpv6 = attributes.AssignIpv6AddressOnCreation?.Value ?? subnet.assignIpv6;
        subnet.dns64 = attributes.EnableDns64?.Value ?? subnet.dns64;
        subnet.hostnameType = attributes.PrivateDnsHostnameTypeOnLaunch ?? subnet.hostnameType;
        subnet.nameRecords = attributes.EnableResourceNameDnsARecordOnLaunch?.Value ?? subnet.nameRecords;
        subnet.ipv6NameRecords = attributes.EnableResourceNameDnsAAAARecordOnLaunch?.Value ?? subnet.ipv6NameRecords;
        return {};
      },
    ),
    write(DeleteSubnetCommand, ["SubnetId"], (input) => {
      const subnet = get(store.subnets, input.SubnetId, subnetNotFound, "subnetId");
      // DeleteSubnet API: "You must terminate all running instances in the subnet", that is, everything with an interface.
      if (liveInterfaces(store).some((item) => item.subnetId === subnet.id)) {
        throw dependencyViolation(`The subnet '${subnet.id}' has dependencies and cannot be deleted.`);
      }
      for (const table of store.routeTables.values()) {
        table.associations = table.associations.filter((association) => association.subnetId !== subnet.id);
      }
      store.subnets.delete(subnet.id);
      cloud.bury(cloud.arn("ec2", `subnet/${subnet.id}`), subnet.tags);
      return {};
    }),
    read(DescribeAvailabilityZonesCommand, ["ZoneNames", "Filters", "AllAvailabilityZones"], (input) => {
      if (input.AllAvailabilityZones) throw new UnmodelledError("ec2: AllAvailabilityZones");
      const zones = zonesOf(cloud).map((id) => ({ id, created: new Date(0), tags: new TagSet({}, 0) }));
      const { items } = store.describe({
        items: zones,
        ids: input.ZoneNames,
        filters: input.Filters,
        attributes: {
          "zone-name": ({ id }) => id,
          "zone-type": () => "availability-zone",
          state: () => "available",
          "region-name": () => cloud.region,
          "opt-in-status": () => "opt-in-not-required",
        },
        notFound: (id) => invalid(`Invalid availability zone: [${id}]`),
      });
      const AvailabilityZones = items.map(({ id }) => ({
        ZoneName: id,
        ZoneId: zoneId(id),
        ZoneType: "availability-zone",
        RegionName: cloud.region,
        State: "available" as const,
        OptInStatus: "opt-in-not-required" as const,
      }));
      return { AvailabilityZones };
    }),
  ];
}
