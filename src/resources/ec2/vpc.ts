import {
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type Vpc as Description,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";
import { pending, ready, unfamiliar } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { compareTags, touches } from "../tags.ts";
import { ec2 } from "./permissions.ts";
import { searchFor } from "./search.ts";
import { retag, tagSpecification, tagsOf } from "./shared.ts";
import { contentsOf } from "./vpc-contents.ts";
import { additions, type Beside, fields, watch } from "./vpc-scope.ts";

interface Wanted {
  readonly cidr: string;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
}

interface Live extends Description, Beside {
  readonly dnsSupport: boolean | undefined;
  readonly dnsHostnames: boolean | undefined;
}

const id = (vpc: Description) => required(vpc.VpcId, "VpcId");

const vpcs = searchFor<Description>({
  what: "VPC",
  key: "ec2:vpcs",
  id,
  async describe(aws, { ids, filters }) {
    const answer = await aws.ec2(new DescribeVpcsCommand({ VpcIds: ids, Filters: filters }));
    return { listed: answer.Vpcs };
  },
});

/** A VPC with its two DNS attributes, which AWS reports and changes one at a time. */
export const Vpc: AwsKind<Wanted, Live, { vpcId: string }> = {
  type: "ec2:vpc",
  recover: "tagged-create",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 15 },
  seconds: { create: 3, remove: 2 },
  permissions: ec2,
  card: "VPC",
  ...fields,
  watch,
  parseKey: noKey,

  async find(aws, me) {
    const vpc = await vpcs.find(aws, me);
    if (vpc === undefined) return undefined;
    const attribute = async (Attribute: "enableDnsSupport" | "enableDnsHostnames") =>
      aws.ec2(new DescribeVpcAttributeCommand({ VpcId: id(vpc), Attribute }));
    const [support, hostnames] = await Promise.all([attribute("enableDnsSupport"), attribute("enableDnsHostnames")]);
    return {
      ...vpc,
      answer: vpc,
      dnsSupport: support.EnableDnsSupport?.Value,
      dnsHostnames: hostnames.EnableDnsHostnames?.Value,
    };
  },
  id,
  phase({ State }) {
    if (State === "available") return ready;
    return State === "pending" ? pending(State) : unfamiliar(State);
  },
  outputs: (live) => ({ vpcId: id(live) }),

  changes: (want, live, me) => [
    ...compare(
      { cidr: want.cidr, dnsSupport: want.dnsSupport, dnsHostnames: want.dnsHostnames },
      { cidr: live.CidrBlock, dnsSupport: live.dnsSupport, dnsHostnames: live.dnsHostnames },
      ["cidr"],
    ),
    ...additions(live),
    ...compareTags(me, tagsOf(live)),
  ],

  async create(aws, me, _key, want) {
    const made = await aws.ec2(
      new CreateVpcCommand({ CidrBlock: want.cidr, TagSpecifications: tagSpecification("vpc", me) }),
    );
    return required(made.Vpc?.VpcId, "VpcId");
  },

  async update(aws, live, want, changes, me) {
    const VpcId = id(live);
    // AWS takes one attribute a call; host names need support to be on first.
    if (touches(changes, "dnsSupport")) {
      await aws.ec2(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: want.dnsSupport } }));
    }
    if (touches(changes, "dnsHostnames")) {
      await aws.ec2(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: want.dnsHostnames } }));
    }
    if (touches(changes, "tags")) await retag(aws, VpcId, me);
  },

  remove: (aws, live) => unlessGone(aws.ec2(new DeleteVpcCommand({ VpcId: id(live) }))),

  async blockers(aws, live) {
    const held = await contentsOf(aws, id(live));
    return held.length === 0 ? undefined : held.join(", ");
  },

  listOwned: vpcs.listOwned,
};
