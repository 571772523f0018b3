import {
  CreateDBSubnetGroupCommand,
  type DBSubnetGroup,
  DeleteDBSubnetGroupCommand,
  DescribeDBSubnetGroupsCommand,
  ModifyDBSubnetGroupCommand,
} from "@aws-sdk/client-rds";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import type { SubnetGroup } from "./records.ts";
import { invalidValue, nameOf, type RdsStore } from "./store.ts";

/** DB subnet groups. Source: RDS API Reference; the rule of two zones from CreateDBSubnetGroup's errors. */
export function subnetGroupOperations(store: RdsStore): Operation[] {
  return [
    write(
      CreateDBSubnetGroupCommand,
      ["DBSubnetGroupName", "DBSubnetGroupDescription", "SubnetIds", "Tags"],
      (input) => {
        const name = nameOf(input.DBSubnetGroupName);
        if (!/^[a-z0-9 ._-]{1,255}$/.test(name) || name === "default")
          throw invalidValue(`The parameter DBSubnetGroupName is not valid: ${name}`);
        if (store.subnetGroups.has(name)) {
          throw awsError("DBSubnetGroupAlreadyExistsFault", `The DB subnet group '${name}' already exists.`);
        }
        const group: SubnetGroup = {
          ...store.record("subgrp", name, input.Tags),
          description: input.DBSubnetGroupDescription ?? "",
          subnetIds: input.SubnetIds ?? [],
          vpcId: commonVpc(store, input.SubnetIds ?? []),
        };
        store.subnetGroups.set(name, group);
        return { DBSubnetGroup: showSubnetGroup(store, group) };
      },
    ),
    write(ModifyDBSubnetGroupCommand, ["DBSubnetGroupName", "DBSubnetGroupDescription", "SubnetIds"], (input) => {
      const group = subnetGroup(store, input.DBSubnetGroupName);
      const subnetIds = input.SubnetIds ?? [];
      if (commonVpc(store, subnetIds) !== group.vpcId) {
        throw awsError("InvalidSubnet", "The new Subnets are not in the same Vpc as the existing subnet group");
      }
      const given = group.subnetIds.filter((id) => !subnetIds.includes(id));
      const busy = members(store, group.name).filter((i) =>
        given.includes(store.cloud.services.ec2.store.interfaces.get(i.interfaceId)?.subnetId ?? ""),
      );
      if (busy.length > 0) throw awsError("SubnetAlreadyInUse", `The DB subnet is already in use: ${given.join(", ")}`);
      group.subnetIds = subnetIds;
      group.description = input.DBSubnetGroupDescription ?? group.description;
      return { DBSubnetGroup: showSubnetGroup(store, group) };
    }),
    write(DeleteDBSubnetGroupCommand, ["DBSubnetGroupName"], ({ DBSubnetGroupName }) => {
      const group = subnetGroup(store, DBSubnetGroupName);
      // aws-notes: InvalidDBSubnetGroupState until the cluster is gone.
      const user = [...store.clusters.values()].find((c) => c.subnetGroup === group.name);
      if (user) {
        throw awsError(
          "InvalidDBSubnetGroupStateFault",
          `Cannot delete the subnet group '${group.name}' because at least one database instance or cluster: ${user.name} is still using it.`,
        );
      }
      store.cloud.bury(group.arn, group.tags);
      store.subnetGroups.delete(group.name);
      return {};
    }),
    read(DescribeDBSubnetGroupsCommand, ["DBSubnetGroupName", "MaxRecords", "Marker"], (input) => {
      const wanted =
        input.DBSubnetGroupName === undefined ? undefined : subnetGroup(store, input.DBSubnetGroupName, true);
      const { items, Marker } = store.describe(wanted ? [wanted] : store.subnetGroups.values(), input, {});
      return { DBSubnetGroups: items.map((g) => showSubnetGroup(store, g)), Marker };
    }),
  ];
}

/** @throws DBSubnetGroupNotFoundFault */
export function subnetGroup(store: RdsStore, name: string | undefined, reading = false): SubnetGroup {
  const group = store.subnetGroups.get(nameOf(name));
  if (!group || (reading && !store.cloud.visible(group.createdAt.getTime()))) {
    throw awsError("DBSubnetGroupNotFoundFault", `DB subnet group '${name}' does not exist.`, 404);
  }
  return group;
}

export function showSubnetGroup(store: RdsStore, group: SubnetGroup): DBSubnetGroup {
  const { subnets } = store.cloud.services.ec2.store;
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupDescription: group.description,
    DBSubnetGroupArn: group.arn,
    VpcId: group.vpcId,
    SubnetGroupStatus: "Complete",
    Subnets: group.subnetIds.map((id) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: subnets.get(id)?.zone },
      SubnetOutpost: {},
      SubnetStatus: "Active",
    })),
    SupportedNetworkTypes: ["IPV4"],
  };
}

function members(store: RdsStore, group: string) {
  return [...store.clusters.values()].filter((c) => c.subnetGroup === group).flatMap((c) => store.members(c.name));
}

/** @throws InvalidSubnet, DBSubnetGroupDoesNotCoverEnoughAZs */
function commonVpc(store: RdsStore, ids: readonly string[]): string {
  const subnets = ids.map((id) => {
    const subnet = store.cloud.services.ec2.store.subnets.get(id);
    if (!subnet)
      throw awsError(
        "InvalidSubnet",
        `The requested subnet ${id} is invalid, or multiple subnets were requested that are not all in a common VPC.`,
      );
    return subnet;
  });
  const vpcs = new Set(subnets.map((s) => s.vpcId));
  const [vpcId = ""] = vpcs;
  if (vpcs.size > 1) throw awsError("InvalidSubnet", "The requested subnets are not all in a common VPC.");
  const zones = new Set(subnets.map((s) => s.zone));
  if (zones.size < 2) {
    throw awsError(
      "DBSubnetGroupDoesNotCoverEnoughAZs",
      `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${[...zones].join(", ")}. Add subnets to cover at least 2 AZs.`,
    );
  }
  return vpcId;
}
