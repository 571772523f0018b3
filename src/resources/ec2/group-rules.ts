import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  type RevokeSecurityGroupEgressCommandInput,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
  type SecurityGroupRule,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import type { Change } from "../../engine/kind.ts";
import { required, unlessGone } from "../missing.ts";
import { allPages } from "../pages.ts";
import { searchFor } from "./search.ts";

/** A security group with its rules. */
export interface GroupWithRules extends SecurityGroup {
  readonly rules: readonly SecurityGroupRule[];
}

export const groupId = (group: SecurityGroup): string => required(group.GroupId, "GroupId");
export const ruleId = (rule: SecurityGroupRule): string => required(rule.SecurityGroupRuleId, "SecurityGroupRuleId");

export const securityGroups = searchFor<SecurityGroup>({
  what: "security group",
  key: "ec2:security-groups",
  id: groupId,
  async describe(aws, { ids, filters, NextToken }) {
    const page = await aws.ec2(new DescribeSecurityGroupsCommand({ GroupIds: ids, Filters: filters, NextToken }));
    return { listed: page.SecurityGroups, NextToken: page.NextToken };
  },
});

/** Every rule of the environment's security groups, whoever made it: one read for all. */
export const ourRules = (aws: Aws, environment: string): Promise<SecurityGroupRule[]> =>
  aws.shared("ec2:security-group-rules", async () =>
    rulesOf(aws, (await securityGroups.ours(aws, environment)).map(groupId)),
  );

/** Every rule of some security groups. */
export async function rulesOf(aws: Aws, groupIds: readonly string[]): Promise<SecurityGroupRule[]> {
  if (groupIds.length === 0) return [];
  const Filters = [{ Name: "group-id", Values: [...groupIds] }];
  return allPages("SecurityGroupRules", "NextToken", (NextToken) =>
    aws.ec2(new DescribeSecurityGroupRulesCommand({ Filters, NextToken })),
  );
}

type Direction = "ingress" | "egress";

/** What a rule says, in the words of {@link SecurityGroupRule}; `peer` is a CIDR, a prefix list or a group. */
export interface RuleWords {
  readonly direction: Direction;
  readonly protocol: string | undefined;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly peer: string | undefined;
}

/** A rule for people: "ingress tcp 3306 from sg-1". Ports mean nothing where the protocol is "-1". */
export function ruleText({ direction, protocol, fromPort, toPort, peer = "unknown" }: RuleWords): string {
  const ports = fromPort === toPort ? `${fromPort}` : `${fromPort}-${toPort}`;
  const what = protocol === "-1" ? "all" : `${protocol} ${ports}`;
  return direction === "egress" ? `egress ${what} to ${peer}` : `ingress ${what} from ${peer}`;
}

/** A live rule for people. */
export const describeRule = (rule: SecurityGroupRule): string =>
  ruleText({
    direction: rule.IsEgress === true ? "egress" : "ingress",
    protocol: rule.IpProtocol,
    fromPort: rule.FromPort,
    toPort: rule.ToPort,
    peer: rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId,
  });

/**
 * The allow-all permission that AWS gives a new group, when the group's description shows it and the list of rules,
 * which is a read of its own, does not yet.
 */
function unlisted(group: GroupWithRules, direction: Direction): IpPermission | undefined {
  const permissions = direction === "egress" ? group.IpPermissionsEgress : group.IpPermissions;
  const listed = group.rules.some((r) => r.IpProtocol === "-1" && (r.IsEgress === true) === (direction === "egress"));
  return listed ? undefined : permissions?.find((p) => p.IpProtocol === "-1");
}

/** The rules of a group that nobody declares, as changes: "rules.sgr-1", "egress.default". */
export function strays(group: GroupWithRules, isDeclared: (rule: SecurityGroupRule) => boolean): Change[] {
  const rules = group.rules.filter((rule) => !isDeclared(rule));
  return [
    ...(["ingress", "egress"] as const)
      .filter((direction) => unlisted(group, direction) !== undefined)
      .map((direction) => ({ path: `${direction}.default`, want: undefined, live: "all", fix: "update" as const })),
    ...rules.map((rule) => ({
      path: `rules.${ruleId(rule)}`,
      want: undefined,
      live: describeRule(rule),
      fix: "update" as const,
    })),
  ];
}

/** Revokes the strays that the changes name. */
export async function revokeStrays(aws: Aws, group: GroupWithRules, changes: readonly Change[]): Promise<void> {
  const paths = new Set(changes.map((c) => c.path));
  for (const direction of ["ingress", "egress"] as const) {
    const permission = paths.has(`${direction}.default`) ? unlisted(group, direction) : undefined;
    if (permission === undefined) continue;
    const { IpRanges, UserIdGroupPairs } = permission;
    const IpPermissions = [
      {
        IpProtocol: "-1",
        ...(IpRanges?.length && { IpRanges }),
        ...(UserIdGroupPairs?.length && { UserIdGroupPairs: UserIdGroupPairs.map(({ GroupId }) => ({ GroupId })) }),
      },
    ];
    await send(aws, direction, { GroupId: groupId(group), IpPermissions });
  }
  await revoke(
    aws,
    group.rules.filter((rule) => paths.has(`rules.${ruleId(rule)}`)),
  );
}

/** Revokes rules by their ids. Each on its own, since one that is gone would make AWS refuse the rest. */
export async function revoke(aws: Aws, rules: readonly SecurityGroupRule[]): Promise<void> {
  for (const rule of rules) {
    const input = { GroupId: required(rule.GroupId, "GroupId"), SecurityGroupRuleIds: [ruleId(rule)] };
    await send(aws, rule.IsEgress === true ? "egress" : "ingress", input);
  }
}

type Revocation = Pick<RevokeSecurityGroupEgressCommandInput, "GroupId" | "SecurityGroupRuleIds" | "IpPermissions">;

const send = (aws: Aws, direction: Direction, input: Revocation): Promise<void> =>
  unlessGone(
    direction === "egress"
      ? aws.ec2(new RevokeSecurityGroupEgressCommand(input))
      : aws.ec2(new RevokeSecurityGroupIngressCommand(input)),
  );
