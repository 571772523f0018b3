import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { liveInterfaces } from "./interfaces.ts";
import { toPermissions } from "./permissions.ts";
import { addRule } from "./rules.ts";
import {
  type Attributes,
  dependencyViolation,
  type Ec2Record,
  type Ec2Store,
  get,
  invalid,
  notFound,
  required,
  shownTags,
} from "./store.ts";
import { vpcNotFound } from "./vpc.ts";

export interface SecurityGroup extends Ec2Record {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
}

export const groupNotFound = notFound("InvalidGroup.NotFound", "security group");

const everywhere = {
  protocol: "-1",
  from: -1,
  to: -1,
  source: { cidr: "0.0.0.0/0" },
  description: undefined,
  automatic: true,
};

/** The group every VPC has: members reach each other, and everything out (VPC User Guide, "Default security groups"). */
export function createDefaultGroup(store: Ec2Store, vpcId: string): void {
  const id = store.cloud.id("sg");
  const description = "default VPC security group";
  const tags = new TagSet({}, store.cloud.now());
  store.groups.set(id, { id, created: store.now(), tags, vpcId, name: "default", description });
  addRule(store, { ...everywhere, groupId: id, egress: false, source: { groupId: id } });
  addRule(store, { ...everywhere, groupId: id, egress: true });
}

/** Security groups; their rules are in rules.ts. */
export function securityGroupOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const rulesOf = (group: SecurityGroup, egress: boolean) =>
    [...store.rules.values()].filter((rule) => rule.groupId === group.id && rule.egress === egress);
  const show = (group: SecurityGroup) => ({
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: cloud.account,
    SecurityGroupArn: cloud.arn("ec2", `security-group/${group.id}`),
    IpPermissions: toPermissions(rulesOf(group, false), cloud.account),
    IpPermissionsEgress: toPermissions(rulesOf(group, true), cloud.account),
    ...shownTags(group),
  });
  const attributes: Attributes<SecurityGroup> = {
    "group-id": (group) => group.id,
    "group-name": (group) => group.name,
    "vpc-id": (group) => group.vpcId,
    description: (group) => group.description,
  };
  return [
    write(CreateSecurityGroupCommand, ["GroupName", "Description", "VpcId", "TagSpecifications"], (input) => {
      const name = required(input.GroupName, "groupName");
      const description = required(input.Description, "groupDescription");
      const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
      // CreateSecurityGroup API: up to 255 of these characters; the name cannot start with sg-.
      for (const text of [name, description]) {
        if (!/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text)) {
          throw invalid(`Value (${text}) for parameter is invalid. Character sets beyond ASCII are not supported.`);
        }
      }
      if (name.startsWith("sg-")) throw invalid("Group names may not be in the format sg-*.");
      if (name === "default")
        throw awsError("InvalidGroup.Reserved", "Cannot use reserved security group name: default");
      const same = [...store.groups.values()].some((group) => group.vpcId === vpc.id && group.name === name);
      if (same)
        throw awsError("InvalidGroup.Duplicate", `The security group '${name}' already exists for VPC '${vpc.id}'`);
      const tags = store.newTags(input.TagSpecifications, "security-group");
      const group: SecurityGroup = { id: cloud.id("sg"), created: store.now(), tags, vpcId: vpc.id, name, description };
      store.groups.set(group.id, group);
      // aws-notes trap 17: default egress of a new group is allow-all.
      addRule(store, { ...everywhere, groupId: group.id, egress: true });
      return { GroupId: group.id, SecurityGroupArn: show(group).SecurityGroupArn, Tags: group.tags.list() };
    }),
    read(DescribeSecurityGroupsCommand, ["GroupIds", "Filters", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: store.groups.values(),
        ids: input.GroupIds,
        filters: input.Filters,
        attributes,
        notFound: groupNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { SecurityGroups: items.map(show), ...next };
    }),
    write(DeleteSecurityGroupCommand, ["GroupId"], (input) => {
      const group = get(store.groups, input.GroupId, groupNotFound, "groupId");
      if (group.name === "default") {
        throw awsError(
          "CannotDelete",
          `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
        );
      }
      // DeleteSecurityGroup API: DependencyViolation while an instance (interface) or another group's rule uses it.
      const referenced = [...store.rules.values()].some(
        ({ groupId, source }) => groupId !== group.id && "groupId" in source && source.groupId === group.id,
      );
      if (referenced || liveInterfaces(store).some(({ groupIds }) => groupIds.includes(group.id))) {
        throw dependencyViolation(`resource ${group.id} has a dependent object`);
      }
      store.groups.delete(group.id);
      for (const rule of store.rules.values()) if (rule.groupId === group.id) store.rules.delete(rule.id);
      cloud.bury(cloud.arn("ec2", `security-group/${group.id}`), group.tags);
      return { Return: true, GroupId: group.id };
    }),
  ];
}
