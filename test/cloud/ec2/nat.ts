import {
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  type NatGatewayState,
} from "@aws-sdk/client-ec2";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { addressNotFound, holderOf } from "./addresses.ts";
import { addressAt, parseBlock } from "./cidr.ts";
import { addInterface, scheduleRelease } from "./interfaces.ts";
import { type Ec2Record, type Ec2Store, get, required, shownTags } from "./store.ts";
import { subnetNotFound } from "./subnets.ts";

export interface NatGateway extends Ec2Record {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly allocationId: string;
  readonly associationId: string;
  readonly interfaceId: string;
  readonly privateIp: string;
  /** Decided when it is asked for, seen once it has failed. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  /** When its deletion was asked for. */
  deleted: Date | undefined;
}

function natNotFound(id: string) {
  return awsError("NatGatewayNotFound", `NAT gateway ${id} was not found`);
}

/** pending → available → deleting → deleted → undefined (no longer listed); or pending → failed. */
export function natState(store: Ec2Store, nat: NatGateway): NatGatewayState | undefined {
  const { natCreate, natFail, natDelete, natGhost } = store.cloud.durations;
  if (nat.deleted) {
    // A failed one has nothing to take apart.
    const takes = nat.failure ? 0 : natDelete;
    if (!store.after(nat.deleted, takes)) return "deleting";
    return store.after(nat.deleted, takes + natGhost) ? undefined : "deleted";
  }
  if (nat.failure) {
    if (!store.after(nat.created, natFail)) return "pending";
    // VPC User Guide, "NAT gateway creation fails": a failed one is deleted after a short while, usually an hour.
    return store.after(nat.created, natFail + natGhost) ? undefined : "failed";
  }
  return store.after(nat.created, natCreate) ? "available" : "pending";
}

/** Public NAT gateways. */
export function natOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const show = (nat: NatGateway) => {
    const state = natState(store, nat);
    const address = store.addresses.get(nat.allocationId);
    return {
      NatGatewayId: nat.id,
      VpcId: nat.vpcId,
      SubnetId: nat.subnetId,
      ConnectivityType: "public" as const,
      CreateTime: nat.created,
      ...(nat.deleted && { DeleteTime: nat.deleted }),
      ...(state && { State: state }),
      ...(state === "failed" && { FailureCode: nat.failure?.code, FailureMessage: nat.failure?.message }),
      NatGatewayAddresses: [
        {
          AllocationId: nat.allocationId,
          ...(state === "available" && {
            AssociationId: nat.associationId,
            NetworkInterfaceId: nat.interfaceId,
            PrivateIp: nat.privateIp,
            PublicIp: address?.publicIp,
            IsPrimary: true,
            Status: "succeeded" as const,
          }),
        },
      ],
      ...shownTags(nat),
    };
  };
  const listed = () => [...store.natGateways.values()].filter((nat) => natState(store, nat) !== undefined);
  return [
    write(
      CreateNatGatewayCommand,
      ["SubnetId", "AllocationId", "ConnectivityType", "ClientToken", "TagSpecifications"],
      (input) => {
        const { ClientToken } = input;
        const earlier = store.natGateways.get(store.made("CreateNatGateway", ClientToken, input) ?? "");
        if (earlier) return { NatGateway: show(earlier), ClientToken };
        if ((input.ConnectivityType ?? "public") !== "public") throw new UnmodelledError("ec2: private NAT gateway");
        const subnet = get(store.subnets, input.SubnetId, subnetNotFound, "subnetId");
        const address = get(
          store.addresses,
          required(input.AllocationId, "allocationId"),
          addressNotFound,
          "allocationId",
        );
        const tags = store.newTags(input.TagSpecifications, "natgateway");
        const inZone = listed().filter(
          (nat) => store.subnets.get(nat.subnetId)?.zone === subnet.zone && natState(store, nat) !== "deleted",
        );
        // VPC quotas: 5 NAT gateways per Availability Zone; pending, active and deleting ones count.
        if (inZone.length >= (cloud.options.quotas?.natGatewaysPerZone ?? 5)) {
          throw awsError("NatGatewayLimitExceeded", "The maximum number of NAT gateways has been reached.");
        }
        // NatGateway data type, FailureCode and FailureMessage: both of these are found out after the call.
        const attached = [...store.internetGateways.values()].some((gateway) => gateway.vpcId === subnet.vpcId);
        const failure = !attached
          ? { code: "Gateway.NotAttached", message: `Network ${subnet.vpcId} has no Internet gateway attached` }
          : holderOf(store, address.id)
            ? { code: "Resource.AlreadyAssociated", message: `Elastic IP address ${address.id} is already associated` }
            : store.natFailures.shift();
        const block = parseBlock(subnet.cidr);
        const privateIp = block ? addressAt(block, 4 + (cloud.count(`address/${subnet.id}`) % 200)) : "";
        const id = cloud.id("nat");
        const nat: NatGateway = {
          id,
          created: store.now(),
          tags,
          vpcId: subnet.vpcId,
          subnetId: subnet.id,
          allocationId: address.id,
          associationId: cloud.id("eipassoc"),
          interfaceId: failure
            ? ""
            : addInterface(store, {
                subnetId: subnet.id,
                groupIds: [],
                type: "nat_gateway",
                description: `Interface for NAT Gateway ${id}`,
                requesterId: "amazon-nat",
                address,
              }),
          privateIp,
          failure,
          deleted: undefined,
        };
        store.natGateways.set(nat.id, nat);
        store.remember("CreateNatGateway", ClientToken, input, nat.id);
        return { NatGateway: show(nat), ClientToken };
      },
    ),
    read(DescribeNatGatewaysCommand, ["NatGatewayIds", "Filter", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: listed(),
        ids: input.NatGatewayIds,
        filters: input.Filter,
        attributes: {
          "nat-gateway-id": (nat) => nat.id,
          state: (nat) => natState(store, nat),
          "subnet-id": (nat) => nat.subnetId,
          "vpc-id": (nat) => nat.vpcId,
        },
        notFound: natNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { NatGateways: items.map(show), ...next };
    }),
    write(DeleteNatGatewayCommand, ["NatGatewayId"], (input) => {
      const nat = get(store.natGateways, input.NatGatewayId, natNotFound, "natGatewayId");
      if (natState(store, nat) === undefined) throw natNotFound(nat.id);
      // Repeating it is accepted: the gateway is on its way out already.
      if (!nat.deleted) {
        nat.deleted = store.now();
        const gone = new Date(cloud.now() + cloud.durations.natDelete);
        if (nat.interfaceId) scheduleRelease(store, nat.interfaceId, { detached: gone, deleted: gone });
        cloud.bury(cloud.arn("ec2", `natgateway/${nat.id}`), nat.tags);
      }
      return { NatGatewayId: nat.id };
    }),
  ];
}
