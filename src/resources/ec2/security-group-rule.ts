import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type SecurityGroupRule as Description,
  ModifySecurityGroupRulesCommand,
} from "@aws-sdk/client-ec2";
import { codeOf } from "../../aws/errors.ts";
import { ready } from "../../engine/kind.ts";
import { compare, isLike, none } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { ignored, nothing, reads, reply, tags, wanted } from "../fields.ts";
import { ifThere, required } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { compareTags, ownedIn, pickOwn, touches } from "../tags.ts";
import { ourRules, revoke, ruleId, rulesOf, ruleText } from "./group-rules.ts";
import { ec2 } from "./permissions.ts";
import { retag, tagSpecification, tagsOf } from "./shared.ts";

interface Wanted {
  /** The group it belongs to. */
  readonly groupId: string;
  readonly direction: "ingress" | "egress";
  /** "tcp", "udp", "icmp", or "-1" for everything. */
  readonly protocol: string;
  /** -1 for all, as it has to be with protocol "-1". */
  readonly fromPort: number;
  readonly toPort: number;
  /** Where traffic comes from, or for egress where it goes. */
  readonly source: { readonly groupId: string } | { readonly cidr: string };
  readonly description: string;
}

/** The fields that make two rules the same to AWS (InvalidPermission.Duplicate): the description is none of them. */
const liveFields = (rule: Description) => ({
  groupId: rule.GroupId,
  direction: rule.IsEgress === true ? ("egress" as const) : ("ingress" as const),
  protocol: rule.IpProtocol,
  fromPort: rule.FromPort ?? -1,
  toPort: rule.ToPort ?? -1,
  source: sourceOf(rule),
});

const wantedFields = ({ groupId, direction, protocol, fromPort, toPort, source }: Wanted) => ({
  groupId,
  direction,
  protocol,
  fromPort,
  toPort,
  source,
});

function sourceOf(rule: Description): Readonly<Record<string, string>> {
  const { CidrIpv4: cidr, CidrIpv6: cidrIpv6, PrefixListId, ReferencedGroupInfo: group } = rule;
  const said = {
    ...(cidr !== undefined && { cidr }),
    ...(group?.GroupId !== undefined && { groupId: group.GroupId }),
    ...(cidrIpv6 !== undefined && { cidrIpv6 }),
    ...(PrefixListId !== undefined && { prefixListId: PrefixListId }),
  };
  return Object.keys(said).length === 0 ? { prefixListId: "unknown" } : said;
}

/** The rule in words, as people are told a difference; `undefined` where AWS does not say all of it. */
function textOf({ source, ...rule }: ReturnType<typeof liveFields | typeof wantedFields>): string | undefined {
  const peer = Object.values<string>(source).join(" and ");
  return rule.protocol === undefined ? undefined : ruleText({ ...rule, peer });
}

/** Protocol and ports as calls take them: ports mean nothing where the protocol is "-1". */
const portsOf = ({ protocol, fromPort, toPort }: Wanted) => ({
  IpProtocol: protocol,
  ...(protocol !== "-1" && { FromPort: fromPort, ToPort: toPort }),
});

/** Each field of a rule. */
const fields = reads<Description>(
  reply(
    { operation: "DescribeSecurityGroupRules", at: "SecurityGroupRules", shape: "SecurityGroupRule" },
    (live) => live,
    {
      SecurityGroupRuleId: ignored("identifier"),
      GroupId: wanted,
      GroupOwnerId: ignored("identifier"),
      IsEgress: wanted,
      IpProtocol: wanted,
      FromPort: wanted,
      ToPort: wanted,
      CidrIpv4: wanted,
      CidrIpv6: wanted,
      PrefixListId: wanted,
      ReferencedGroupInfo: {
        GroupId: wanted,
        PeeringStatus: ignored("state"),
        UserId: ignored("identifier"),
        VpcId: ignored("identifier"),
        VpcPeeringConnectionId: nothing("leave", "exposure"),
      },
      Description: wanted,
      Tags: tags,
      SecurityGroupRuleArn: ignored("identifier"),
    },
  ),
);

/** One rule of a security group: a node of its own, since two groups that refer to each other could not be ordered. */
export const SecurityGroupRule: AwsKind<Wanted, Description, { securityGroupRuleId: string }> = {
  type: "ec2:security-group-rule",
  recover: "tagged-create",
  usable: "created",
  releases: "gone",
  replace: "remake",
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 1, remove: 1 },
  permissions: ec2,
  card: "Security groups",
  ...fields,
  parseKey: noKey,

  async find(aws, me) {
    const byId = async (id: string) => {
      const answer = await ifThere(aws.ec2(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] })));
      return answer?.SecurityGroupRules?.[0];
    };
    const rules = await ourRules(aws, me.environment);
    return pickOwn(me, "security group rule", rules, { id: ruleId, tags: tagsOf, giveBack: tagCommand("ec2") }, byId);
  },
  id: ruleId,
  phase: () => ready,
  outputs: (live) => ({ securityGroupRuleId: ruleId(live) }),

  changes(want, live, me) {
    const kindOfSource = (source: object) => Object.keys(source).join();
    const [should, is] = [wantedFields(want), liveFields(live)];
    // A rule keeps its direction and its type: a CIDR cannot become a group (EC2 API, SecurityGroupRuleRequest).
    const stays = should.direction === is.direction && kindOfSource(should.source) === kindOfSource(is.source);
    return [
      ...compare(
        // A rule without a description has none (SecurityGroupRule).
        { groupId: want.groupId, rule: textOf(should), description: want.description },
        { groupId: live.GroupId, rule: textOf(is), description: live.Description ?? none },
        ["groupId", ...(stays ? [] : ["rule"])],
      ),
      ...compareTags(me, tagsOf(live)),
    ];
  },

  async create(aws, me, _key, want) {
    const { source, description: Description } = want;
    const input = {
      GroupId: want.groupId,
      IpPermissions: [
        {
          ...portsOf(want),
          ...("cidr" in source
            ? { IpRanges: [{ CidrIp: source.cidr, Description }] }
            : { UserIdGroupPairs: [{ GroupId: source.groupId, Description }] }),
        },
      ],
      TagSpecifications: tagSpecification("security-group-rule", me),
    };
    try {
      const made = await (want.direction === "egress"
        ? aws.ec2(new AuthorizeSecurityGroupEgressCommand(input))
        : aws.ec2(new AuthorizeSecurityGroupIngressCommand(input)));
      return required(made.SecurityGroupRules?.[0]?.SecurityGroupRuleId, "SecurityGroupRuleId");
    } catch (error) {
      if (codeOf(error) !== "InvalidPermission.Duplicate") throw error;
      // Someone has added the very rule. It sits in a group of ours, so it is taken over.
      const rules = await rulesOf(aws, [want.groupId]);
      const same = rules.find((rule) => isLike(wantedFields(want), liveFields(rule)));
      if (same === undefined) throw error;
      await retag(aws, ruleId(same), me);
      return ruleId(same);
    }
  },

  async update(aws, live, want, changes, me) {
    const SecurityGroupRuleId = ruleId(live);
    if (touches(changes, "rule", "description")) {
      const { source, description: Description } = want;
      const peer = "cidr" in source ? { CidrIpv4: source.cidr } : { ReferencedGroupId: source.groupId };
      const SecurityGroupRule = { ...portsOf(want), ...peer, Description };
      await aws.ec2(
        new ModifySecurityGroupRulesCommand({
          GroupId: want.groupId,
          SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
        }),
      );
    }
    if (touches(changes, "tags")) await retag(aws, SecurityGroupRuleId, me);
  },

  remove: (aws, live) => revoke(aws, [live]),

  listOwned: async (aws, environment) =>
    ownedIn(await ourRules(aws, environment), environment, { id: ruleId, tags: tagsOf }),
};
