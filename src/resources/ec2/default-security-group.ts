import type { SecurityGroup } from "@aws-sdk/client-ec2";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { reported } from "../../aws/errors.ts";
import { ready } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { ignored, reads, reply, tags } from "../fields.ts";
import { type GroupWithRules, groupId, revokeStrays, rulesOf, securityGroups, strays } from "./group-rules.ts";
import { ec2 } from "./permissions.ts";

/** No rules at all. */
type Wanted = Readonly<Record<never, never>>;

type Key = { readonly vpcId: string };

async function groupOf(aws: Aws, { vpcId }: Key) {
  const Filters = [
    { Name: "vpc-id", Values: [vpcId] },
    { Name: "group-name", Values: ["default"] },
  ];
  return (await securityGroups.all(aws, Filters))[0];
}

/** Each field of the group. None of its tags is ours: AWS makes it without any. */
const fields = reads<GroupWithRules>(
  reply(
    { operation: "DescribeSecurityGroups", at: "SecurityGroups", shape: "SecurityGroup" },
    (live): SecurityGroup => live,
    {
      GroupId: ignored("identifier"),
      // The list of its rules says the same, by rule.
      IpPermissionsEgress: ignored("compared elsewhere"),
      IpPermissions: ignored("compared elsewhere"),
      Tags: tags,
      VpcId: ignored("identifier"),
      SecurityGroupArn: ignored("identifier"),
      OwnerId: ignored("identifier"),
      GroupName: ignored("not settable"),
      Description: ignored("not settable"),
    },
  ),
);

/**
 * The default security group of a VPC of ours, emptied: everything that is launched without a group gets this one. It
 * comes and goes with the VPC, cannot be deleted (CannotDelete), and is ours because it sits in our VPC, without tags.
 */
export const DefaultSecurityGroup: AwsKind<Wanted, GroupWithRules, { securityGroupId: string }, Key> = {
  type: "ec2:default-security-group",
  recover: "setting",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  role: "child",
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 1, remove: 0 },
  permissions: ec2,
  card: "Security groups",
  ...fields,
  parseKey: keyOf(z.object({ vpcId: z.string() })),

  async find(aws, _me, key) {
    const group = await groupOf(aws, key);
    if (group === undefined) return undefined;
    // The description says whether there are rules at all; their ids, which revoking takes, are in a list of their own.
    const isEmpty = [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])].length === 0;
    return { ...group, rules: isEmpty ? [] : await rulesOf(aws, [groupId(group)]) };
  },
  id: groupId,
  phase: () => ready,
  outputs: (live) => ({ securityGroupId: groupId(live) }),

  changes: (_want, live) => strays(live, () => false),

  async create(aws, _me, key) {
    const group = await groupOf(aws, key);
    if (group !== undefined) return groupId(group);
    throw reported("InvalidGroup.NotFound", `the default security group of ${key.vpcId} is not visible yet`);
  },

  update: (aws, live, _want, changes) => revokeStrays(aws, live, changes),

  // It goes with the VPC.
  remove: () => Promise.resolve(),
};
