import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  type NetworkAclEntry,
  ReplaceNetworkAclAssociationCommand,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { type Ec2Record, type Ec2Store, get, notFound, required, shownTags } from "./store.ts";
import { vpcNotFound } from "./vpc.ts";

export interface NetworkAcl extends Ec2Record {
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly entries: Map<string, NetworkAclEntry>;
}

const aclNotFound = notFound("InvalidNetworkAclID.NotFound", "networkAcl ID");

const nameOf = (egress: boolean | undefined, number: number | undefined) =>
  `${egress ? "egress" : "ingress"} ${number}`;

/** The last entry of every ACL, with an asterisk for its number in the console (VPC User Guide, "Custom network ACLs"). */
const last = 32767;

/** @param isDefault the VPC's own, which lets everything through (VPC User Guide, "Default network ACL for a VPC") */
export function createAcl(store: Ec2Store, id: string, vpcId: string, isDefault: boolean): NetworkAcl {
  const entry = (Egress: boolean, RuleNumber: number, RuleAction: "allow" | "deny") =>
    [nameOf(Egress, RuleNumber), { Egress, RuleNumber, RuleAction, Protocol: "-1", CidrBlock: "0.0.0.0/0" }] as const;
  const entries = [false, true].flatMap((egress) => [
    ...(isDefault ? [entry(egress, 100, "allow")] : []),
    entry(egress, last, "deny"),
  ]);
  const tags = new TagSet({}, store.cloud.now());
  const acl: NetworkAcl = { id, created: store.now(), tags, vpcId, isDefault, entries: new Map(entries) };
  store.networkAcls.set(id, acl);
  return acl;
}

/** Network ACLs, with their entries and the subnets that have them. */
export function aclOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const acl = (id: string | undefined) => get(store.networkAcls, id, aclNotFound, "networkAclId");
  const show = (item: NetworkAcl) => ({
    NetworkAclId: item.id,
    VpcId: item.vpcId,
    OwnerId: cloud.account,
    IsDefault: item.isDefault,
    Entries: [...item.entries.values()],
    Associations: [...store.subnets.values()]
      .filter(({ aclId }) => aclId === item.id)
      .map(({ id, aclAssociationId }) => ({
        NetworkAclAssociationId: aclAssociationId,
        NetworkAclId: item.id,
        SubnetId: id,
      })),
    ...shownTags(item),
  });
  return [
    write(CreateNetworkAclCommand, ["VpcId"], ({ VpcId }) => {
      const vpc = get(store.vpcs, VpcId, vpcNotFound, "vpcId");
      return { NetworkAcl: show(createAcl(store, cloud.id("acl"), vpc.id, false)) };
    }),
    read(DescribeNetworkAclsCommand, ["Filters", "NextToken"], ({ Filters, NextToken }) => {
      const { items, next } = store.describe({
        items: store.networkAcls.values(),
        filters: Filters,
        attributes: { "vpc-id": ({ vpcId }) => vpcId },
        notFound: aclNotFound,
        nextToken: NextToken,
      });
      return { NetworkAcls: items.map(show), ...next };
    }),
    write(
      CreateNetworkAclEntryCommand,
      ["NetworkAclId", "Egress", "RuleNumber", "RuleAction", "Protocol", "CidrBlock", "PortRange"],
      ({ NetworkAclId, ...entry }) => {
        const { entries } = acl(NetworkAclId);
        const name = nameOf(entry.Egress, entry.RuleNumber);
        if (entries.has(name)) {
          throw awsError("NetworkAclEntryAlreadyExists", "The network acl entry identified by the rule number exists.");
        }
        entries.set(name, entry);
        return {};
      },
    ),
    write(DeleteNetworkAclEntryCommand, ["NetworkAclId", "Egress", "RuleNumber"], (input) => {
      const { entries } = acl(input.NetworkAclId);
      if (input.RuleNumber === last || !entries.delete(nameOf(input.Egress, input.RuleNumber))) {
        const message = "The network acl entry identified by the rule number does not exist.";
        throw awsError("InvalidNetworkAclEntry.NotFound", message);
      }
      return {};
    }),
    write(ReplaceNetworkAclAssociationCommand, ["AssociationId", "NetworkAclId"], ({ AssociationId, NetworkAclId }) => {
      const id = required(AssociationId, "associationId");
      const subnet = [...store.subnets.values()].find(({ aclAssociationId }) => aclAssociationId === id);
      if (!subnet) throw notFound("InvalidAssociationID.NotFound", "association ID")(id);
      subnet.aclId = acl(NetworkAclId).id;
      subnet.aclAssociationId = cloud.id("aclassoc");
      return { NewAssociationId: subnet.aclAssociationId };
    }),
  ];
}
