import {
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  type NetworkInterfaceType,
} from "@aws-sdk/client-ec2";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { addressAt, parseBlock } from "./cidr.ts";
import { type Ec2Record, type Ec2Store, get, invalid, notFound } from "./store.ts";

export interface NetworkInterface extends Ec2Record {
  readonly subnetId: string;
  readonly vpcId: string;
  groupIds: readonly string[];
  readonly type: NetworkInterfaceType;
  readonly description: string;
  readonly requesterId: string;
  readonly publicIp?: string | undefined;
  readonly privateIp: string;
  readonly attachmentId: string;
  /** When its owner lets go of it (it then stays, `available`), and when the owner deletes it. */
  release: { readonly detached: Date; readonly deleted: Date } | undefined;
}

/** An interface that a service puts into a subnet for itself. */
export interface InterfaceSpec {
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly type: NetworkInterfaceType;
  readonly description: string;
  readonly requesterId: string;
  /** The Elastic IP that it holds. */
  readonly publicIp?: string | undefined;
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
    attachmentId: store.cloud.id("eni-attach"),
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
  const show = (item: NetworkInterface) => ({
    NetworkInterfaceId: item.id,
    SubnetId: item.subnetId,
    VpcId: item.vpcId,
    AvailabilityZone: store.subnets.get(item.subnetId)?.zone,
    Description: item.description,
    InterfaceType: type(item),
    OwnerId: cloud.account,
    RequesterId: item.requesterId,
    RequesterManaged: true,
    Status: status(item),
    PrivateIpAddress: item.privateIp,
    ...(item.publicIp !== undefined && { Association: { PublicIp: item.publicIp } }),
    Groups: item.groupIds.map((id) => ({ GroupId: id, GroupName: store.groups.get(id)?.name })),
    ...(attached(store, item) && {
      Attachment: { AttachmentId: item.attachmentId, Status: "attached" as const, InstanceOwnerId: "amazon-aws" },
    }),
    TagSet: item.tags.list(),
  });
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
      // DeleteNetworkInterface API: "You must detach the network interface before you can delete it."
      if (attached(store, item)) throw invalid(`Network interface '${item.id}' is currently in use.`);
      store.interfaces.delete(item.id);
      return {};
    }),
  ];
}
