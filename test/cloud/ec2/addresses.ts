import { AllocateAddressCommand, DescribeAddressesCommand, ReleaseAddressCommand } from "@aws-sdk/client-ec2";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { natState } from "./nat.ts";
import { type Ec2Record, type Ec2Store, get, notFound, shownTags } from "./store.ts";

export interface Address extends Ec2Record {
  readonly publicIp: string;
}

export const addressNotFound = notFound("InvalidAllocationID.NotFound", "allocation ID");

/** The NAT gateway that holds an address now. */
export function holderOf(store: Ec2Store, allocationId: string) {
  return [...store.natGateways.values()].find(
    (nat) => nat.allocationId === allocationId && !["deleted", "failed", undefined].includes(natState(store, nat)),
  );
}

/** Elastic IP addresses; only NAT gateways use them here. */
export function addressOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const show = (address: Address) => {
    const nat = holderOf(store, address.id);
    return {
      AllocationId: address.id,
      PublicIp: address.publicIp,
      Domain: "vpc" as const,
      PublicIpv4Pool: "amazon",
      NetworkBorderGroup: cloud.region,
      // Recorded of associated addresses (cloud-custodian placebo test_eip_used_by).
      ...(nat && {
        AssociationId: nat.associationId,
        NetworkInterfaceId: nat.interfaceId,
        NetworkInterfaceOwnerId: cloud.account,
        PrivateIpAddress: nat.privateIp,
      }),
      ...shownTags(address),
    };
  };
  return [
    write(AllocateAddressCommand, ["Domain", "TagSpecifications"], (input) => {
      if ((input.Domain ?? "vpc") !== "vpc") throw new UnmodelledError("ec2: address domain");
      const tags = store.newTags(input.TagSpecifications, "elastic-ip");
      // EC2 quotas: 5 Elastic IP addresses per Region.
      if (store.addresses.size >= (cloud.options.quotas?.addresses ?? 5)) {
        throw awsError("AddressLimitExceeded", "The maximum number of addresses has been reached.");
      }
      // 203.0.113.0/24 is reserved for documentation (RFC 5737).
      const publicIp = `203.0.113.${cloud.count("public-ip") % 256}`;
      const address: Address = { id: cloud.id("eipalloc"), created: store.now(), tags, publicIp };
      store.addresses.set(address.id, address);
      const { AllocationId, PublicIp, Domain, PublicIpv4Pool, NetworkBorderGroup } = show(address);
      return { AllocationId, PublicIp, Domain, PublicIpv4Pool, NetworkBorderGroup };
    }),
    read(DescribeAddressesCommand, ["AllocationIds", "Filters"], (input) => {
      const { items } = store.describe({
        items: store.addresses.values(),
        ids: input.AllocationIds,
        filters: input.Filters,
        attributes: {
          "allocation-id": (address) => address.id,
          "public-ip": (address) => address.publicIp,
          domain: () => "vpc",
          "association-id": (address) => holderOf(store, address.id)?.associationId,
          "network-interface-id": (address) => holderOf(store, address.id)?.interfaceId,
        },
        notFound: addressNotFound,
      });
      return { Addresses: items.map(show) };
    }),
    write(ReleaseAddressCommand, ["AllocationId"], (input) => {
      const address = get(store.addresses, input.AllocationId, addressNotFound, "allocationId");
      // aws-notes, VPC/IGW/EIP row: AuthFailure while a NAT gateway still holds it (kops#938).
      if (holderOf(store, address.id)) {
        throw awsError("AuthFailure", "You do not have permission to access the specified resource.", 403);
      }
      store.addresses.delete(address.id);
      cloud.bury(cloud.arn("ec2", `elastic-ip/${address.id}`), address.tags);
      return {};
    }),
  ];
}
