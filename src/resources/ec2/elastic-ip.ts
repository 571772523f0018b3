import {
  type Address,
  AllocateAddressCommand,
  DescribeAddressesCommand,
  ReleaseAddressCommand,
} from "@aws-sdk/client-ec2";
import { codeOf } from "../../aws/errors.ts";
import { hour, hourly } from "../../cost/prices.ts";
import { ready } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { byDefault, ignored, nothing, reads, recorded, reply, tags, wanted } from "../fields.ts";
import { required, unlessGone } from "../missing.ts";
import { compareTags, touches } from "../tags.ts";
import { ec2 } from "./permissions.ts";
import { searchFor } from "./search.ts";
import { retag, tagSpecification, tagsOf } from "./shared.ts";

/** Nothing about an address can be chosen. */
type Wanted = Readonly<Record<never, never>>;

const id = (address: Address) => required(address.AllocationId, "AllocationId");

/** DescribeAddresses has no pages. */
const addresses = searchFor<Address>({
  what: "Elastic IP address",
  key: "ec2:addresses",
  id,
  async describe(aws, { ids, filters }) {
    const answer = await aws.ec2(new DescribeAddressesCommand({ AllocationIds: ids, Filters: filters }));
    return { listed: answer.Addresses };
  },
});

/** Each field of an address. The defaults are those of AllocateAddress in the EC2 API reference. */
const fields = reads<Address>(
  reply({ operation: "DescribeAddresses", at: "Addresses", shape: "Address" }, (live) => live, {
    AllocationId: ignored("identifier"),
    AssociationId: ignored("identifier"),
    Domain: wanted,
    // The NAT gateway says which address it has.
    NetworkInterfaceId: ignored("compared elsewhere"),
    NetworkInterfaceOwnerId: ignored("compared elsewhere"),
    PrivateIpAddress: ignored("compared elsewhere"),
    Tags: tags,
    PublicIpv4Pool: byDefault("amazon", "leave"),
    NetworkBorderGroup: recorded,
    CustomerOwnedIp: nothing("leave"),
    CustomerOwnedIpv4Pool: nothing("leave"),
    CarrierIp: nothing("leave"),
    SubnetId: ignored("compared elsewhere"),
    // While a service manages it; a NAT gateway of one zone does not.
    ServiceManaged: nothing("leave"),
    InstanceId: nothing("leave", "stranger"),
    PublicIp: ignored("identifier"),
  }),
);

/** An Elastic IP address. */
export const ElasticIp: AwsKind<Wanted, Address, { allocationId: string; publicIp: string }> = {
  type: "ec2:elastic-ip",
  recover: "tagged-create",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 2, remove: 15 },
  seconds: { create: 1, remove: 1 },
  permissions: ec2,
  price: hourly("public IPv4 address", hour.publicAddress),
  card: "Subnets",
  ...fields,
  parseKey: noKey,

  find: addresses.find,
  id,
  phase: () => ready,
  outputs: (live) => ({ allocationId: id(live), publicIp: required(live.PublicIp, "PublicIp") }),

  changes: (_want, live, me) => [
    ...compare({ domain: "vpc" }, { domain: live.Domain }, ["domain"]),
    ...compareTags(me, tagsOf(live)),
  ],

  async create(aws, me) {
    const made = await aws.ec2(
      new AllocateAddressCommand({ Domain: "vpc", TagSpecifications: tagSpecification("elastic-ip", me) }),
    );
    return required(made.AllocationId, "AllocationId");
  },

  async update(aws, live, _want, changes, me) {
    if (touches(changes, "tags")) await retag(aws, id(live), me);
  },

  remove: (aws, live) => unlessGone(aws.ec2(new ReleaseAddressCommand({ AllocationId: id(live) }))),

  async blockers(aws, live) {
    const holder = (await addresses.byId(aws, id(live)))?.NetworkInterfaceId;
    return holder === undefined ? undefined : `network interface ${holder}, which still holds ${live.PublicIp}`;
  },

  listOwned: addresses.listOwned,
  // While a NAT gateway holds it, and for seconds after, EC2 refuses with a code that elsewhere means bad credentials
  // (kubernetes/kops#938).
  classify: (error, during) =>
    during === "remove" &&
    codeOf(error) === "AuthFailure" &&
    error instanceof Error &&
    error.message.includes("permission to access the specified resource")
      ? "dependency"
      : undefined,
};
