import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  type InternetGateway as Description,
  DetachInternetGatewayCommand,
  type InternetGatewayAttachment,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { ready } from "../../engine/kind.ts";
import { compare, none } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { each, ignored, reads, reply, tags, wanted } from "../fields.ts";
import { required, unlessGone } from "../missing.ts";
import { compareTags, touches } from "../tags.ts";
import { describeInterfaces, interfacesOf } from "./network-interfaces.ts";
import { ec2 } from "./permissions.ts";
import { searchFor } from "./search.ts";
import { retag, tagSpecification, tagsOf, unlessAlready } from "./shared.ts";

interface Wanted {
  /** The VPC it is attached to. */
  readonly vpcId: string;
}

const id = (gateway: Description) => required(gateway.InternetGatewayId, "InternetGatewayId");

/** Each field of an internet gateway. */
const fields = reads<Description>(
  reply({ operation: "DescribeInternetGateways", at: "InternetGateways", shape: "InternetGateway" }, (live) => live, {
    Attachments: each<InternetGatewayAttachment>({ State: ignored("state"), VpcId: wanted }),
    InternetGatewayId: ignored("identifier"),
    OwnerId: ignored("identifier"),
    Tags: tags,
  }),
);

/**
 * The VPCs it is attached to: one, at most. The state on the wire is "available", which the SDK's type does not list (EC2 API,
 * InternetGatewayAttachment), so the states that mean "not attached" are ruled out instead.
 */
const vpcsOf = (gateway: Description): string[] =>
  (gateway.Attachments ?? []).flatMap(({ State, VpcId }) =>
    State === "detaching" || State === "detached" || VpcId === undefined ? [] : [VpcId],
  );

const vpcOf = (gateway: Description) => vpcsOf(gateway)[0];

export const internetGateways = searchFor<Description>({
  what: "internet gateway",
  key: "ec2:internet-gateways",
  id,
  async describe(aws, { ids, filters, NextToken }) {
    const page = await aws.ec2(
      new DescribeInternetGatewaysCommand({ InternetGatewayIds: ids, Filters: filters, NextToken }),
    );
    return { listed: page.InternetGateways, NextToken: page.NextToken };
  },
});

/** A gateway may have been detached by an earlier try: Gateway.NotAttached. */
const detach = (aws: Aws, InternetGatewayId: string, VpcId: string) =>
  unlessAlready(aws.ec2(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId })), "Gateway.NotAttached");

/** An internet gateway, attached to a VPC. NAT gateways and routes start only once it is attached. */
export const InternetGateway: AwsKind<Wanted, Description, { internetGatewayId: string }> = {
  type: "ec2:internet-gateway",
  recover: "tagged-create",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 15 },
  seconds: { create: 2, remove: 2 },
  permissions: ec2,
  card: "Ways out",
  ...fields,
  parseKey: noKey,

  find: internetGateways.find,
  id,
  phase: () => ready,
  outputs: (live) => ({ internetGatewayId: id(live) }),

  changes: (want, live, me) => [
    ...compare({ vpcId: want.vpcId }, { vpcId: vpcsOf(live).join(", ") || none }),
    ...compareTags(me, tagsOf(live)),
  ],

  async create(aws, me) {
    const made = await aws.ec2(
      new CreateInternetGatewayCommand({ TagSpecifications: tagSpecification("internet-gateway", me) }),
    );
    return required(made.InternetGateway?.InternetGatewayId, "InternetGatewayId");
  },

  async update(aws, live, want, changes, me) {
    const InternetGatewayId = id(live);
    if (touches(changes, "vpcId")) {
      const elsewhere = vpcOf(live);
      if (elsewhere !== undefined) await detach(aws, InternetGatewayId, elsewhere);
      await aws.ec2(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: want.vpcId }));
    }
    if (touches(changes, "tags")) await retag(aws, InternetGatewayId, me);
  },

  async remove(aws, live) {
    const InternetGatewayId = id(live);
    const attached = vpcOf(live);
    if (attached !== undefined) await detach(aws, InternetGatewayId, attached);
    await unlessGone(aws.ec2(new DeleteInternetGatewayCommand({ InternetGatewayId })));
  },

  /** A gateway stays attached while anything in the VPC holds a public address (DetachInternetGateway). */
  async blockers(aws, live) {
    const attached = vpcOf(live);
    const all = attached === undefined ? [] : await interfacesOf(aws, "vpc-id", attached);
    const held = describeInterfaces(all.filter(({ Association }) => Association?.PublicIp !== undefined));
    return held.length === 0 ? undefined : held.join("; ");
  },

  listOwned: internetGateways.listOwned,
  // Attached by an earlier call that the look before this one did not show yet: look again.
  classify: (error, during) =>
    during === "update" && codeOf(error) === "Resource.AlreadyAssociated" ? "unknown" : undefined,
};
