import {
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  type NetworkInterfaceType,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { type Address, holderOf } from "./addresses.ts";
import { addressAt, parseBlock } from "./cidr.ts";
import { type Ec2Record, type Ec2Store, get, notFound } from "./store.ts";

/** As on the wire: the SDK's enum says "natGateway", all eight recordings of one say "nat_gateway". */
export type InterfaceType = "interface" | "lambda" | "nat_gateway";

export interface NetworkInterface extends Ec2Record {
  readonly subnetId: string;
  readonly vpcId: string;
  groupIds: readonly string[];
  readonly type: InterfaceType;
  readonly description: string;
  readonly requesterId: string;
  readonly address?: Address | undefined;
  readonly privateIp: string;
  readonly attachmentId: string;
  /** When its owner lets go of it (it then stays, `available`), and when the owner deletes it. */
  release: { readonly detached: Date; readonly deleted: Date } | undefined;
}

/** An interface that a service puts into a subnet for itself. */
export interface InterfaceSpec {
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly type: InterfaceType;
  readonly description: string;
  readonly requesterId: string;
  /** The Elastic IP that it holds. */
  readonly address?: Address | undefined;
}

const interfaceNotFound = notFound("InvalidNetworkInterfaceID.NotFound", "networkInterface ID");

/** Adds an attached interface and returns its id. */
export function addInterface(store: Ec2Store, spec: InterfaceSpec): string {
  const subnet = store.subnets.get(spec.subnetId);
  const block = parseBlock(subnet?.cidr ?? "");
  const item: NetworkInterface = {
    ...spec,
    id: store.cloud.id("eni"),
    created: store.now(),
    tags: new TagSet({}, store.cloud.now()),
    vpcId: subnet?.vpcId ?? "",
    privateIp: block ? addressAt(block, 4 + (store.cloud.count(`interface/${spec.subnetId}`) % 200)) : "",
    // Recorded: what Amazon attaches itself is an "ela-attach", what it attaches to an instance an "eni-attach".
    attachmentId: store.cloud.id(spec.type === "interface" ? "eni-attach" : "ela-attach"),
    release: undefined,
  };
  store.interfaces.set(item.id, item);
  return item.id;
}

/** Says when the interface's owner detaches and deletes it. */
export function scheduleRelease(store: Ec2Store, id: string, release: { detached: Date; deleted: Date }): void {
  const item = store.interfaces.get(id);
  if (item) item.release = release;
}

/** The interfaces that exist now. */
export function liveInterfaces(store: Ec2Store): NetworkInterface[] {
  return [...store.interfaces.values()].filter((item) => !item.release || !store.after(item.release.deleted, 0));
}

function attached(store: Ec2Store, item: NetworkInterface): boolean {
  return !item.release || !store.after(item.release.detached, 0);
}

/** Network interfaces, all of them made by services: NAT gateways, Lambda, RDS. */
export function interfaceOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const status = (item: NetworkInterface) => (attached(store, item) ? ("in-use" as const) : ("available" as const));
  // aws-notes, "Teardown that does not hang": InterfaceType flips from lambda to interface when it is detached.
  const type = (item: NetworkInterface) => (attached(store, item) ? item.type : "interface");
  // The reply's members are those of cloud-custodian's 107 recorded interfaces; NAT gateways: placebo test_eip_used_by,
  // Lambda: "AWS Lambda VPC ENI-…" in test_network_interface_*, RDS: "RDSNetworkInterface".
  const show = (item: NetworkInterface) => {
    const { address, privateIp } = item;
    const dns = store.vpcs.get(item.vpcId)?.dnsHostnames
      ? { PrivateDnsName: privateName(cloud.region, privateIp) }
      : {};
    const nat = address && holderOf(store, address.id);
    const Association = address && {
      AllocationId: address.id,
      AssociationId: nat?.associationId,
      IpOwnerId: cloud.account,
      PublicIp: address.publicIp,
      PublicDnsName: publicName(cloud.region, address.publicIp),
    };
    return {
      NetworkInterfaceId: item.id,
      SubnetId: item.subnetId,
      VpcId: item.vpcId,
      AvailabilityZone: store.subnets.get(item.subnetId)?.zone,
      Description: item.description,
      // Outside the SDK's enum (see InterfaceType), so its type has to be asserted.
      InterfaceType: type(item) as NetworkInterfaceType,
      OwnerId: cloud.account,
      RequesterId: item.requesterId,
      // Lambda acts in the name of the function's role, so its interfaces count as the account's own.
      RequesterManaged: item.type !== "lambda",
      Status: status(item),
      MacAddress: macAddress(privateIp),
      SourceDestCheck: item.type !== "nat_gateway",
      PrivateIpAddress: privateIp,
      PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: privateIp, ...dns, ...(Association && { Association }) }],
      Ipv6Addresses: [],
      ...dns,
      ...(Association && { Association }),
      Groups: item.groupIds.map((id) => ({ GroupId: id, GroupName: store.groups.get(id)?.name })),
      ...(attached(store, item) && { Attachment: attachment(item) }),
      TagSet: item.tags.list(),
    };
  };
  return [
    read(DescribeNetworkInterfacesCommand, ["NetworkInterfaceIds", "Filters", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: liveInterfaces(store),
        ids: input.NetworkInterfaceIds,
        filters: input.Filters,
        attributes: {
          "network-interface-id": (item) => item.id,
          "subnet-id": (item) => item.subnetId,
          "vpc-id": (item) => item.vpcId,
          "group-id": (item) => item.groupIds,
          status,
          description: (item) => item.description,
          "interface-type": type,
          "requester-id": (item) => item.requesterId,
          "requester-managed": () => "true",
          "attachment.status": (item) => (attached(store, item) ? "attached" : undefined),
        },
        notFound: interfaceNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { NetworkInterfaces: items.map(show), ...next };
    }),
    write(DeleteNetworkInterfaceCommand, ["NetworkInterfaceId"], (input) => {
      const item = get(store.interfaces, input.NetworkInterfaceId, interfaceNotFound, "networkInterfaceId");
      if (!liveInterfaces(store).includes(item)) throw interfaceNotFound(item.id);
      // EC2 API, "Error codes": "Ensure that you have detached the network interface first."
      if (attached(store, item)) {
        throw awsError("InvalidNetworkInterface.InUse", `Network interface '${item.id}' is currently in use.`);
      }
      store.interfaces.delete(item.id);
      return {};
    }),
  ];
}

/** To whom an interface is attached: instances of RDS are those of RDS, all else is Amazon's (placebo recordings). */
function attachment(item: NetworkInterface) {
  const ofInstance = item.type === "interface";
  return {
    AttachmentId: item.attachmentId,
    DeleteOnTermination: false,
    DeviceIndex: 1,
    InstanceOwnerId: ofInstance ? item.requesterId : "amazon-aws",
    Status: "attached" as const,
    // Only attachments to instances say when and to which card.
    ...(ofInstance && { AttachTime: item.created, NetworkCardIndex: 0 }),
  };
}

/** VPC User Guide, "DNS attributes for your VPC": us-east-1 has names of its own. */
function privateName(region: string, ip: string): string {
  return `ip-${ip.replaceAll(".", "-")}.${region === "us-east-1" ? "ec2" : `${region}.compute`}.internal`;
}

function publicName(region: string, ip: string): string {
  return `ec2-${ip.replaceAll(".", "-")}.${region === "us-east-1" ? "compute-1" : `${region}.compute`}.amazonaws.com`;
}

/** Any unicast address will do; this one is local by its second bit, and made of the private address. */
function macAddress(ip: string): string {
  return ["02", "00", ...ip.split(".").map((part) => Number(part).toString(16).padStart(2, "0"))].join(":");
}
