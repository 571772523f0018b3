import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  type Subnet as Description,
  ModifySubnetAttributeCommand,
  type ModifySubnetAttributeCommandInput,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { failed, pending, ready, unfamiliar } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { byDefault, ignored, nothing, reads, recorded, reply, tags, wanted } from "../fields.ts";
import { required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { compareTags, requireOurs, touches } from "../tags.ts";
import { describeInterfaces, interfacesOf } from "./network-interfaces.ts";
import { ec2 } from "./permissions.ts";
import { searchFor } from "./search.ts";
import { retag, tagSpecification, tagsOf } from "./shared.ts";

interface Wanted {
  readonly vpcId: string;
  readonly cidr: string;
  /** Name of the availability zone, for example "us-east-1a". */
  readonly zone: string;
  /** Whether what is launched here gets a public address. */
  readonly mapPublicIp: boolean;
}

const id = (subnet: Description) => required(subnet.SubnetId, "SubnetId");

export const subnets = searchFor<Description>({
  what: "subnet",
  key: "ec2:subnets",
  id,
  async describe(aws, { ids, filters, NextToken }) {
    const page = await aws.ec2(new DescribeSubnetsCommand({ SubnetIds: ids, Filters: filters, NextToken }));
    return { listed: page.Subnets, NextToken: page.NextToken };
  },
});

/** The subnet that has a block already, if there is one: EC2 refuses a second one (InvalidSubnet.Conflict). */
async function holderOf(aws: Aws, want: Wanted): Promise<Description | undefined> {
  const all = await subnets.all(aws, [{ Name: "vpc-id", Values: [want.vpcId] }]);
  return all.find((subnet) => subnet.CidrBlock === want.cidr);
}

/** Each field of a subnet. The defaults are those of CreateSubnet and ModifySubnetAttribute in the EC2 API reference. */
const fields = reads<Description>(
  reply({ operation: "DescribeSubnets", at: "Subnets", shape: "Subnet" }, (live) => live, {
    AvailabilityZoneId: ignored("compared elsewhere"),
    EnableLniAtDeviceIndex: nothing("leave"),
    MapCustomerOwnedIpOnLaunch: byDefault(false, "leave"),
    CustomerOwnedIpv4Pool: nothing("leave"),
    OwnerId: ignored("identifier"),
    AssignIpv6AddressOnCreation: byDefault(false, "update", "exposure"),
    Ipv6CidrBlockAssociationSet: nothing("leave", "exposure"),
    Tags: tags,
    SubnetArn: ignored("identifier"),
    OutpostArn: nothing("leave"),
    EnableDns64: byDefault(false),
    Ipv6Native: byDefault(false, "leave"),
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: byDefault("ip-name"),
      EnableResourceNameDnsARecord: byDefault(false),
      EnableResourceNameDnsAAAARecord: byDefault(false),
    },
    // The account's setting, as it falls on this subnet (DescribeVpcBlockPublicAccessOptions).
    BlockPublicAccessStates: recorded,
    Type: recorded,
    SubnetId: ignored("identifier"),
    State: ignored("state"),
    VpcId: wanted,
    CidrBlock: wanted,
    AvailableIpAddressCount: ignored("counter"),
    AvailabilityZone: wanted,
    DefaultForAz: ignored("not settable"),
    MapPublicIpOnLaunch: wanted,
  }),
);

/** How ModifySubnetAttribute sets back what tap does not want, by the path of the field. It takes one a call. */
const unset: Readonly<Record<string, Omit<ModifySubnetAttributeCommandInput, "SubnetId">>> = {
  AssignIpv6AddressOnCreation: { AssignIpv6AddressOnCreation: { Value: false } },
  EnableDns64: { EnableDns64: { Value: false } },
  "PrivateDnsNameOptionsOnLaunch.HostnameType": { PrivateDnsHostnameTypeOnLaunch: "ip-name" },
  "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord": {
    EnableResourceNameDnsARecordOnLaunch: { Value: false },
  },
  "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord": {
    EnableResourceNameDnsAAAARecordOnLaunch: { Value: false },
  },
};

/** A subnet, with its setting for public addresses, which CreateSubnet does not take. */
export const Subnet: AwsKind<Wanted, Description, { subnetId: string; zone: string }> = {
  type: "ec2:subnet",
  recover: "tagged-create",
  usable: "ready",
  releases: "gone",
  occupied: true,
  replace: "refuse",
  // Lambda's network interfaces hold it for up to 45 minutes after their function is gone.
  minutes: { create: 5, update: 5, remove: 50 },
  seconds: { create: 2, remove: 2 },
  permissions: ec2,
  card: "Subnets",
  ...fields,
  parseKey: noKey,

  find: subnets.find,
  id,
  phase(live) {
    switch (live.State) {
      case "available":
        return ready;
      case "failed":
      case "failed-insufficient-capacity":
      case "unavailable":
        return failed(live.State);
      case "pending":
        return pending(live.State);
      default:
        return unfamiliar(live.State);
    }
  },
  outputs: (live) => ({ subnetId: id(live), zone: required(live.AvailabilityZone, "AvailabilityZone") }),

  changes: (want, live, me) => [
    ...compare(
      { vpcId: want.vpcId, cidr: want.cidr, zone: want.zone, mapPublicIp: want.mapPublicIp },
      {
        vpcId: live.VpcId,
        cidr: live.CidrBlock,
        zone: live.AvailabilityZone,
        mapPublicIp: live.MapPublicIpOnLaunch,
      },
      ["vpcId", "cidr", "zone"],
    ),
    ...compareTags(me, tagsOf(live)),
  ],

  async create(aws, me, _key, want) {
    try {
      const made = await aws.ec2(
        new CreateSubnetCommand({
          VpcId: want.vpcId,
          CidrBlock: want.cidr,
          AvailabilityZone: want.zone,
          TagSpecifications: tagSpecification("subnet", me),
        }),
      );
      return required(made.Subnet?.SubnetId, "SubnetId");
    } catch (error) {
      const holder = codeOf(error) === "InvalidSubnet.Conflict" ? await holderOf(aws, want) : undefined;
      if (holder === undefined) throw error;
      return id(
        requireOurs(
          me,
          `subnet ${id(holder)} with ${want.cidr}`,
          holder,
          tagsOf(holder),
          tagCommand("ec2")(me, id(holder)),
        ),
      );
    }
  },

  async update(aws, live, want, changes, me) {
    const SubnetId = id(live);
    if (touches(changes, "mapPublicIp")) {
      await aws.ec2(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: want.mapPublicIp } }));
    }
    for (const [path, attribute] of Object.entries(unset)) {
      if (touches(changes, path)) await aws.ec2(new ModifySubnetAttributeCommand({ SubnetId, ...attribute }));
    }
    if (touches(changes, "tags")) await retag(aws, SubnetId, me);
  },

  remove: (aws, live) => unlessGone(aws.ec2(new DeleteSubnetCommand({ SubnetId: id(live) }))),

  async blockers(aws, live) {
    const held = describeInterfaces(await interfacesOf(aws, "subnet-id", id(live)));
    return held.length === 0 ? undefined : held.join("; ");
  },

  listOwned: subnets.listOwned,
};
