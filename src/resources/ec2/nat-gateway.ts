import {
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  type NatGateway as Description,
} from "@aws-sdk/client-ec2";
import { hour, hourly } from "../../cost/prices.ts";
import { failed, leaving, pending, ready, unfamiliar } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
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
        allocationId: live.NatGatewayAddresses?.find((a) => a.IsPrimary !== false)?.AllocationId,
        connectivityType: live.ConnectivityType,
      },
      ["subnetId", "allocationId", "connectivityType"],
    ),
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
