import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  type SecurityGroup as Description,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { type Identity, ready } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { ignored, reads, reply, tags, wanted } from "../fields.ts";
import { required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { compareTags, isEnvironments, requireOurs, touches } from "../tags.ts";
import {
  type GroupWithRules,
  groupId,
  ourRules,
  revoke,
  revokeStrays,
  rulesOf,
  securityGroups,
  strays,
} from "./group-rules.ts";
import { describeInterfaces, interfacesOf, removeDetachedOfLambda } from "./network-interfaces.ts";
import { ec2 } from "./permissions.ts";
import { retag, tagSpecification, tagsOf } from "./shared.ts";

interface Wanted {
  readonly vpcId: string;
  readonly description: string;
}

/** Each field of a group. */
const fields = reads<GroupWithRules>(
  reply(
    { operation: "DescribeSecurityGroups", at: "SecurityGroups", shape: "SecurityGroup" },
    (live): Description => live,
    {
      GroupId: ignored("identifier"),
      // The list of its rules says the same, by rule.
      IpPermissionsEgress: ignored("compared elsewhere"),
      IpPermissions: ignored("compared elsewhere"),
      Tags: tags,
      VpcId: wanted,
      SecurityGroupArn: ignored("identifier"),
      OwnerId: ignored("identifier"),
      GroupName: wanted,
      Description: wanted,
    },
  ),
);

/**
 * A security group. Its rules are nodes of their own; a rule without the environment's tags is nobody's, like the
 * allow-all egress that AWS gives a new group, and is revoked.
 */
export const SecurityGroup: AwsKind<Wanted, GroupWithRules, { securityGroupId: string }> = {
  type: "ec2:security-group",
  recover: "tagged-create",
  usable: "ready",
  releases: "gone",
  occupied: true,
  replace: "refuse",
  // Lambda's network interfaces outlive their function by 5 to 20 minutes, and by up to 45.
  minutes: { create: 5, update: 5, remove: 50 },
  seconds: { create: 2, remove: 2 },
  permissions: ec2,
  card: "Security groups",
  ...fields,
  parseKey: noKey,

  async find(aws, me) {
    const group = await securityGroups.find(aws, me);
    if (group === undefined) return undefined;
    const listed = await securityGroups.ours(aws, me.environment);
    const rules = listed.includes(group) ? await ourRules(aws, me.environment) : await rulesOf(aws, [groupId(group)]);
    return { ...group, rules: rules.filter((rule) => rule.GroupId === group.GroupId) };
  },
  id: groupId,
  phase: () => ready,
  outputs: (live) => ({ securityGroupId: groupId(live) }),

  changes: (want, live, me) => [
    ...compare(
      { name: me.name, vpcId: want.vpcId, description: want.description },
      { name: live.GroupName, vpcId: live.VpcId, description: live.Description },
      ["name", "vpcId", "description"],
    ),
    ...strays(live, (rule) => isEnvironments(tagsOf(rule), me.environment)),
    ...compareTags(me, tagsOf(live)),
  ],

  async create(aws, me, _key, want) {
    try {
      const made = await aws.ec2(
        new CreateSecurityGroupCommand({
          GroupName: me.name,
          Description: want.description,
          VpcId: want.vpcId,
          TagSpecifications: tagSpecification("security-group", me),
        }),
      );
      return required(made.GroupId, "GroupId");
    } catch (error) {
      const holder = codeOf(error) === "InvalidGroup.Duplicate" ? await holderOf(aws, me, want) : undefined;
      if (holder === undefined) throw error;
      return groupId(
        requireOurs(
          me,
          `security group ${me.name} (${groupId(holder)})`,
          holder,
          tagsOf(holder),
          tagCommand("ec2")(me, groupId(holder)),
        ),
      );
    }
  },

  async update(aws, live, _want, changes, me) {
    await revokeStrays(aws, live, changes);
    if (touches(changes, "tags")) await retag(aws, groupId(live), me);
  },

  async remove(aws, live, _how, me) {
    // Rules that others have added and that lead to another group would keep that group from going.
    const added = live.rules.filter((rule) => !isEnvironments(tagsOf(rule), me.environment));
    await revoke(
      aws,
      added.filter((rule) => rule.ReferencedGroupInfo !== undefined),
    );
    await removeDetachedOfLambda(aws, await interfacesOf(aws, "group-id", groupId(live)));
    await unlessGone(aws.ec2(new DeleteSecurityGroupCommand({ GroupId: groupId(live) })));
  },

  async blockers(aws, live) {
    const held = describeInterfaces(await interfacesOf(aws, "group-id", groupId(live)));
    const holders = held.length > 0 ? held : await referencesTo(aws, live);
    return holders.length === 0 ? undefined : holders.join("; ");
  },

  listOwned: securityGroups.listOwned,
};

/** Whoever has the group's name, which is unique within a VPC (InvalidGroup.Duplicate). */
async function holderOf(aws: Aws, me: Identity, want: Wanted): Promise<Description | undefined> {
  const Filters = [
    { Name: "vpc-id", Values: [want.vpcId] },
    { Name: "group-name", Values: [me.name] },
  ];
  return (await securityGroups.all(aws, Filters))[0];
}

/** Groups of the same VPC whose rules lead to this one. */
async function referencesTo(aws: Aws, group: Description): Promise<string[]> {
  const all = await securityGroups.all(aws, [{ Name: "vpc-id", Values: [required(group.VpcId, "VpcId")] }]);
  const refers = (other: Description) =>
    [...(other.IpPermissions ?? []), ...(other.IpPermissionsEgress ?? [])].some((permission) =>
      permission.UserIdGroupPairs?.some((pair) => pair.GroupId === group.GroupId),
    );
  return all
    .filter((other) => other.GroupId !== group.GroupId && refers(other))
    .map((other) => `a rule of security group ${other.GroupName} (${other.GroupId})`);
}
