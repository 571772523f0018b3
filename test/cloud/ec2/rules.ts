import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
  type SecurityGroupRuleDescription,
  type TagSpecification,
  UpdateSecurityGroupRuleDescriptionsEgressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { type Operation, onlyFields, read, write } from "../model.ts";
import { TagSet, type Tags } from "../tags.ts";
import { parseBlock } from "./cidr.ts";
import { fromPermissions, type Permission, readPorts, type Source, same } from "./permissions.ts";
import { groupNotFound } from "./security-groups.ts";
import { type Attributes, type Ec2Record, type Ec2Store, get, invalid, notFound, readTags, required } from "./store.ts";

export interface Rule extends Ec2Record {
  readonly groupId: string;
  readonly egress: boolean;
  /** Made by AWS along with a group. */
  readonly automatic: boolean;
  protocol: string;
  from: number;
  to: number;
  source: Source;
  description: string | undefined;
}

const ruleNotFound = notFound("InvalidSecurityGroupRuleId.NotFound", "security group rule ID");

/** Adds a rule without any check. */
export function addRule(
  store: Ec2Store,
  rule: Permission & Pick<Rule, "groupId" | "egress" | "automatic">,
  tags: Tags = {},
): Rule {
  const id = store.cloud.id("sgr");
  const made: Rule = { ...rule, id, created: store.now(), tags: new TagSet(tags, store.cloud.now()) };
  store.rules.set(id, made);
  return made;
}

/** Rules of security groups, as resources of their own. */
export function ruleOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const show = (rule: Rule): SecurityGroupRule => ({
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: cloud.arn("ec2", `security-group-rule/${rule.id}`),
    GroupId: rule.groupId,
    GroupOwnerId: cloud.account,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.from,
    ToPort: rule.to,
    ...("cidr" in rule.source && { CidrIpv4: rule.source.cidr }),
    ...("prefixListId" in rule.source && { PrefixListId: rule.source.prefixListId }),
    ...("groupId" in rule.source && {
      ReferencedGroupInfo: {
        GroupId: rule.source.groupId,
        UserId: cloud.account,
        VpcId: store.groups.get(rule.groupId)?.vpcId,
      },
    }),
    ...(rule.description !== undefined && { Description: rule.description }),
    Tags: rule.tags.list(),
  });
  const rulesOf = (groupId: string, egress: boolean) =>
    [...store.rules.values()].filter((rule) => rule.groupId === groupId && rule.egress === egress);
  const duplicate = (permission: Permission) => {
    const peer = Object.values(permission.source)[0];
    const ports =
      permission.protocol === "-1"
        ? "ALL"
        : `${permission.protocol.toUpperCase()}, from port: ${permission.from}, to port: ${permission.to}`;
    const text = `the specified rule "peer: ${peer}, ${ports}, ALLOW" already exists`;
    return awsError("InvalidPermission.Duplicate", text);
  };
  const checkSource = (source: Source): Source => {
    if ("cidr" in source && !parseBlock(source.cidr)) throw invalid(`CIDR block ${source.cidr} is malformed`);
    if ("groupId" in source) get(store.groups, source.groupId, groupNotFound, "groupId");
    return source;
  };

  const authorize = (input: AuthorizeInput, egress: boolean) => {
    const group = get(store.groups, input.GroupId, groupNotFound, "groupId");
    const wanted = fromPermissions(required(input.IpPermissions, "ipPermissions"));
    for (const { source } of wanted) checkSource(source);
    const tags = readTags(input.TagSpecifications, "security-group-rule");
    const before = rulesOf(group.id, egress);
    wanted.forEach((permission, index) => {
      // All or nothing; the same rule twice in one request is a duplicate too.
      if ([...before, ...wanted.slice(0, index)].some((rule) => same(rule, permission))) throw duplicate(permission);
    });
    // VPC quotas: 60 inbound and 60 outbound rules per security group.
    if (before.length + wanted.length > 60) {
      throw awsError(
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached.",
      );
    }
    const made = wanted.map((permission) =>
      addRule(store, { ...permission, groupId: group.id, egress, automatic: false }, tags),
    );
    return { Return: true, SecurityGroupRules: made.map(show) };
  };

  const revoke = (input: RevokeInput, egress: boolean) => {
    const group = get(store.groups, input.GroupId, groupNotFound, "groupId");
    const mine = rulesOf(group.id, egress);
    const byId = (input.SecurityGroupRuleIds ?? []).map((id) => {
      const rule = mine.find((candidate) => candidate.id === id);
      if (!rule) throw ruleNotFound(id);
      return rule;
    });
    const byValue = fromPermissions(input.IpPermissions ?? []).map((permission) => {
      const rule = mine.find((candidate) => same(candidate, permission));
      // For a VPC's groups: InvalidPermission.NotFound when the values do not match (RevokeSecurityGroupIngress API).
      if (!rule)
        throw awsError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
      return rule;
    });
    const gone = [...byId, ...byValue];
    if (gone.length === 0)
      throw awsError("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.");
    for (const rule of gone) {
      store.rules.delete(rule.id);
      cloud.bury(cloud.arn("ec2", `security-group-rule/${rule.id}`), rule.tags);
    }
    // Flatter than what DescribeSecurityGroupRules shows, and without tags (RevokedSecurityGroupRule, API reference).
    const RevokedSecurityGroupRules = gone.map((rule) => {
      const { SecurityGroupRuleArn, GroupOwnerId, ReferencedGroupInfo: group, Tags, ...revoked } = show(rule);
      return { ...revoked, ...(group !== undefined && { ReferencedGroupId: group.GroupId }) };
    });
    return { Return: true, RevokedSecurityGroupRules };
  };

  const describeAgain = (input: DescriptionsInput, egress: boolean) => {
    const group = get(store.groups, input.GroupId, groupNotFound, "groupId");
    const mine = rulesOf(group.id, egress);
    const changes = required(input.SecurityGroupRuleDescriptions, "securityGroupRuleDescriptions").map((change) => {
      const rule = mine.find((candidate) => candidate.id === change.SecurityGroupRuleId);
      if (!rule) throw ruleNotFound(change.SecurityGroupRuleId ?? "");
      return { rule, description: change.Description };
    });
    for (const { rule, description } of changes) rule.description = description;
    return { Return: true };
  };

  const attributes: Attributes<Rule> = {
    "group-id": (rule) => rule.groupId,
    "security-group-rule-id": (rule) => rule.id,
  };
  return [
    write(AuthorizeSecurityGroupIngressCommand, ["GroupId", "IpPermissions", "TagSpecifications"], (input) =>
      authorize(input, false),
    ),
    write(AuthorizeSecurityGroupEgressCommand, ["GroupId", "IpPermissions", "TagSpecifications"], (input) =>
      authorize(input, true),
    ),
    write(RevokeSecurityGroupIngressCommand, ["GroupId", "IpPermissions", "SecurityGroupRuleIds"], (input) =>
      revoke(input, false),
    ),
    write(RevokeSecurityGroupEgressCommand, ["GroupId", "IpPermissions", "SecurityGroupRuleIds"], (input) =>
      revoke(input, true),
    ),
    write(UpdateSecurityGroupRuleDescriptionsIngressCommand, ["GroupId", "SecurityGroupRuleDescriptions"], (input) =>
      describeAgain(input, false),
    ),
    write(UpdateSecurityGroupRuleDescriptionsEgressCommand, ["GroupId", "SecurityGroupRuleDescriptions"], (input) =>
      describeAgain(input, true),
    ),
    write(ModifySecurityGroupRulesCommand, ["GroupId", "SecurityGroupRules"], (input) => {
      const group = get(store.groups, input.GroupId, groupNotFound, "groupId");
      const changes = required(input.SecurityGroupRules, "securityGroupRules").map((update) => {
        const rule = store.rules.get(update.SecurityGroupRuleId ?? "");
        if (!rule || rule.groupId !== group.id) throw ruleNotFound(update.SecurityGroupRuleId ?? "");
        const request = update.SecurityGroupRule;
        onlyFields(request, "SecurityGroupRule", [
          "IpProtocol",
          "FromPort",
          "ToPort",
          "CidrIpv4",
          "ReferencedGroupId",
          "PrefixListId",
          "Description",
        ]);
        const sources = [
          ...(request?.CidrIpv4 === undefined ? [] : [{ cidr: request.CidrIpv4 }]),
          ...(request?.ReferencedGroupId === undefined ? [] : [{ groupId: request.ReferencedGroupId }]),
          ...(request?.PrefixListId === undefined ? [] : [{ prefixListId: request.PrefixListId }]),
        ];
        const [source] = sources;
        if (!source || sources.length > 1) throw invalid("Exactly one source must be specified.");
        const ports = readPorts(required(request?.IpProtocol, "ipProtocol"), request?.FromPort, request?.ToPort);
        const permission = { ...ports, source: checkSource(source), description: request?.Description };
        if (rulesOf(group.id, rule.egress).some((other) => other !== rule && same(other, permission)))
          throw duplicate(permission);
        return { rule, permission };
      });
      for (const { rule, permission } of changes) Object.assign(rule, permission);
      return { Return: true };
    }),
    read(DescribeSecurityGroupRulesCommand, ["SecurityGroupRuleIds", "Filters", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: store.rules.values(),
        ids: input.SecurityGroupRuleIds,
        filters: input.Filters,
        attributes,
        notFound: ruleNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { SecurityGroupRules: items.map(show), ...next };
    }),
  ];
}

interface AuthorizeInput {
  readonly GroupId?: string | undefined;
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly TagSpecifications?: TagSpecification[] | undefined;
}

interface RevokeInput {
  readonly GroupId?: string | undefined;
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly SecurityGroupRuleIds?: string[] | undefined;
}

interface DescriptionsInput {
  readonly GroupId?: string | undefined;
  readonly SecurityGroupRuleDescriptions?: SecurityGroupRuleDescription[] | undefined;
}
