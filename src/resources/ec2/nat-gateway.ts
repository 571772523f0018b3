import {
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  type NatGateway as Description,
  type NatGatewayAddress,
} from "@aws-sdk/client-ec2";
import { hour, hourly } from "../../cost/prices.ts";
import { type Change, failed, leaving, pending, ready, unfamiliar } from "../../engine/kind.ts";
import { added, byName } from "../additions.ts";
import { compare } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { byDefault, each, ignored, nothing, reads, reply, tags, wanted } from "../fields.ts";
import { required, unlessGone } from "../missing.ts";
import { compareTags, touches } from "../tags.ts";
import { ec2 } from "./permissions.ts";
import { searchFor } from "./search.ts";
import { retag, tagSpecification, tagsOf } from "./shared.ts";

interface Wanted {
  readonly subnetId: string;
  readonly allocationId: string;
}

const id = (nat: Description) => required(nat.NatGatewayId, "NatGatewayId");

/** A deleted NAT gateway is listed for about an hour (EC2 user guide, "Delete a NAT gateway"). */
const isGhost = (nat: Description) => nat.State === "deleted";

export const natGateways = searchFor<Description>({
  what: "NAT gateway",
  key: "ec2:nat-gateways",
  id,
  async describe(aws, { ids, filters, NextToken }) {
    const page = await aws.ec2(new DescribeNatGatewaysCommand({ NatGatewayIds: ids, Filter: filters, NextToken }));
    return { listed: page.NatGateways, NextToken: page.NextToken };
  },
  isGhost,
});

/** Each field of a NAT gateway. The defaults are those of CreateNatGateway in the EC2 API reference. */
const fields = reads<Description>(
  reply({ operation: "DescribeNatGateways", at: "NatGateways", shape: "NatGateway" }, (live) => live, {
    CreateTime: ignored("time"),
    DeleteTime: ignored("time"),
    FailureCode: ignored("state"),
    FailureMessage: ignored("state"),
    NatGatewayAddresses: each<NatGatewayAddress>({
      AllocationId: wanted,
      NetworkInterfaceId: ignored("identifier"),
      PrivateIp: ignored("identifier"),
      PublicIp: ignored("compared elsewhere"),
      AssociationId: ignored("identifier"),
      IsPrimary: wanted,
      FailureMessage: ignored("state"),
      Status: ignored("state"),
      AvailabilityZone: ignored("compared elsewhere"),
      AvailabilityZoneId: ignored("compared elsewhere"),
    }),
    NatGatewayId: ignored("identifier"),
    ProvisionedBandwidth: nothing("leave"),
    State: ignored("state"),
    SubnetId: wanted,
    VpcId: ignored("compared elsewhere"),
    Tags: tags,
    ConnectivityType: wanted,
    AvailabilityMode: byDefault("zonal", "leave"),
    // These three are for regional ones only (NatGateway).
    AutoScalingIps: nothing("leave"),
    AutoProvisionZones: nothing("leave"),
    RouteTableId: nothing("leave"),
    AttachedAppliances: nothing("leave", "exposure"),
  }),
);

const isPrimary = ({ IsPrimary }: NatGatewayAddress) => IsPrimary !== false;

/**
 * Addresses that somebody has given it besides its own, from which traffic leaves, too; and that it has none at all, which
 * a look at it as it comes to be may show: it is not made anew for that.
 */
const unlikeOurs = (want: Wanted, { NatGatewayAddresses: all, State }: Description): Change[] => {
  if (all === undefined) return [];
  const primary = all.find(isPrimary);
  const none: Change = {
    path: "NatGatewayAddresses",
    want: want.allocationId,
    live: undefined,
    fix: "leave",
    weight: "outage",
  };
  const others = all.filter((one) => one !== primary);
  const name = (one: NatGatewayAddress) => one.AllocationId ?? required(one.PrivateIp, "PrivateIp");
  return [
    ...(all.length === 0 && State === "available" ? [none] : []),
    ...added(
      "NatGatewayAddresses",
      byName(others, name, ({ PublicIp }) => PublicIp ?? null),
      "leave",
      "exposure",
    ),
  ];
};

/** A public NAT gateway. Route tables point at it, so its outputs count only once it is available. */
export const NatGateway: AwsKind<Wanted, Description, { natGatewayId: string }> = {
  type: "ec2:nat-gateway",
  recover: "client-token",
  usable: "ready",
  releases: "gone",
  // A failed one never recovers and has to be made anew (EC2 user guide, "NAT gateway creation fails").
  replace: "remake",
  minutes: { create: 10, update: 2, remove: 15 },
  seconds: { create: 105, remove: 50 },
  permissions: ec2,
  price: hourly("NAT gateway", hour.natGateway),
  card: "Subnets",
  ...fields,
  parseKey: noKey,

  find: natGateways.find,
  id,
  phase(live) {
    switch (live.State) {
      case "available":
        return ready;
      case "failed":
        return failed(`${live.FailureCode ?? "failed"}: ${live.FailureMessage ?? "AWS gave no reason"}`);
      case "deleting":
        return leaving("deleting");
      case "pending":
        return pending(live.State);
      default:
        return unfamiliar(live.State);
    }
  },
  outputs: (live) => ({ natGatewayId: id(live) }),

  changes: (want, live, me) => [
    ...compare(
      { subnetId: want.subnetId, allocationId: want.allocationId, connectivityType: "public" },
      {
        subnetId: live.SubnetId,
        allocationId: live.NatGatewayAddresses?.find(isPrimary)?.AllocationId,
        connectivityType: live.ConnectivityType,
      },
      ["subnetId", "allocationId", "connectivityType"],
    ),
    ...unlikeOurs(want, live),
    ...compareTags(me, tagsOf(live)),
  ],

  async create(aws, me, _key, want, token) {
    const made = await aws.ec2(
      new CreateNatGatewayCommand({
        SubnetId: want.subnetId,
        AllocationId: want.allocationId,
        ConnectivityType: "public",
        ClientToken: token,
        TagSpecifications: tagSpecification("natgateway", me),
      }),
    );
    return required(made.NatGateway?.NatGatewayId, "NatGatewayId");
  },

  async update(aws, live, _want, changes, me) {
    if (touches(changes, "tags")) await retag(aws, id(live), me);
  },

  remove: (aws, live) => unlessGone(aws.ec2(new DeleteNatGatewayCommand({ NatGatewayId: id(live) }))),

  listOwned: natGateways.listOwned,
};
