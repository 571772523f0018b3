import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  type SecurityGroupRule as Live,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { SecurityGroupRule } from "../../../src/resources/ec2/security-group-rule.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => {
  ec2.reset();
  ec2.onAnyCommand().resolves({});
});

const me = identity("security-groups/rds-from-lambda", "trading-rds-from-lambda-dev");
const wanted = {
  groupId: "sg-1",
  direction: "ingress",
  protocol: "tcp",
  fromPort: 3306,
  toPort: 3306,
  source: { groupId: "sg-2" },
  description: "MySQL from Lambda",
} as const;
const live: Live = {
  SecurityGroupRuleId: "sgr-1",
  GroupId: "sg-1",
  IsEgress: false,
  IpProtocol: "tcp",
  FromPort: 3306,
  ToPort: 3306,
  ReferencedGroupInfo: { GroupId: "sg-2", UserId: "123456789012" },
  Description: "MySQL from Lambda",
  Tags: tagList(me),
};
const out = { ...wanted, direction: "egress", protocol: "-1", fromPort: -1, toPort: -1 } as const;
const everywhere = { ...out, source: { cidr: "0.0.0.0/0" }, description: "Out" };
const TagSpecifications = [{ ResourceType: "security-group-rule", Tags: tagList(me) }];
const without = ({ ReferencedGroupInfo: _, ...rest }: Live): Live => rest;

describe("create", () => {
  test("an ingress rule from a group", async () => {
    ec2.on(AuthorizeSecurityGroupIngressCommand).resolves({ SecurityGroupRules: [live] });
    expect(await SecurityGroupRule.create(testAws(), me, undefined, wanted, "t")).toBe("sgr-1");
    const pair = { GroupId: "sg-2", Description: "MySQL from Lambda" };
    expect(ec2.commandCalls(AuthorizeSecurityGroupIngressCommand)[0]?.args[0].input).toEqual({
      GroupId: "sg-1",
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 3306, ToPort: 3306, UserIdGroupPairs: [pair] }],
      TagSpecifications,
    });
  });

  test("an egress rule to a block, without ports for every protocol", async () => {
    ec2.on(AuthorizeSecurityGroupEgressCommand).resolves({ SecurityGroupRules: [live] });
    await SecurityGroupRule.create(testAws(), me, undefined, everywhere, "t");
    expect(ec2.commandCalls(AuthorizeSecurityGroupEgressCommand)[0]?.args[0].input).toEqual({
      GroupId: "sg-1",
      IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "Out" }] }],
      TagSpecifications,
    });
  });

  test("takes over the very rule that someone has added by hand", async () => {
    ec2.on(AuthorizeSecurityGroupIngressCommand).rejects(awsError("InvalidPermission.Duplicate"));
    const { Tags: _tags, Description: _description, ...byHand } = live;
    ec2.on(DescribeSecurityGroupRulesCommand).resolves({
      SecurityGroupRules: [
        { ...byHand, SecurityGroupRuleId: "sgr-7", ToPort: 3307 },
        { ...byHand, SecurityGroupRuleId: "sgr-8", IsEgress: true },
        { ...byHand, SecurityGroupRuleId: "sgr-9" },
      ],
    });
    expect(await SecurityGroupRule.create(testAws(), me, undefined, wanted, "t")).toBe("sgr-9");
    const retagged = { Resources: ["sgr-9"], Tags: tagList(me) };
    expect(ec2.commandCalls(CreateTagsCommand).map((c) => c.args[0].input)).toEqual([retagged]);
  });

  test("a duplicate that cannot be found stays AWS's error", async () => {
    ec2.on(AuthorizeSecurityGroupIngressCommand).rejects(awsError("InvalidPermission.Duplicate"));
    ec2.on(DescribeSecurityGroupRulesCommand).resolves({ SecurityGroupRules: [] });
    const made = SecurityGroupRule.create(testAws(), me, undefined, wanted, "t");
    await expect(made).rejects.toThrow("InvalidPermission.Duplicate");
  });
});

test("changes name each property, and which of them AWS can change", () => {
  expect(SecurityGroupRule.changes(wanted, live, me)).toEqual([]);
  const all = { ...without(live), IsEgress: true, IpProtocol: "-1", CidrIpv4: "0.0.0.0/0", Description: "Out" };
  expect(SecurityGroupRule.changes(everywhere, { ...all, FromPort: -1, ToPort: -1 }, me)).toEqual([]);
  const paths = (other: Live) =>
    SecurityGroupRule.changes(wanted, { ...live, ...other }, me).map((c) => `${c.path} ${c.fix}`);
  expect(paths({ GroupId: "sg-9" })).toEqual(["groupId replace"]);
  expect(paths({ IsEgress: true })).toEqual(["rule replace"]);
  expect(paths({ IpProtocol: "udp" })).toEqual(["rule update"]);
  expect(paths({ FromPort: 1 })).toEqual(["rule update"]);
  expect(paths({ ToPort: 9999 })).toEqual(["rule update"]);
  expect(paths({ ReferencedGroupInfo: { GroupId: "sg-9" } })).toEqual(["rule update"]);
  expect(paths({ CidrIpv4: "10.0.0.0/8" })).toEqual(["rule replace"]);
  expect(SecurityGroupRule.changes(wanted, { ...live, FromPort: 1, CidrIpv4: "0.0.0.0/0" }, me)).toEqual([
    {
      path: "rule",
      live: "ingress tcp 1-3306 from 0.0.0.0/0 and sg-2",
      want: "ingress tcp 3306 from sg-2",
      fix: "replace",
    },
  ]);
  expect(paths({ IpProtocol: undefined })).toEqual(["rule unknown"]);
  expect(paths({ Description: "other" })).toEqual(["description update"]);
  expect(paths({ Tags: tagList(me).slice(1) })).toEqual(["tags.Project update"]);
});

test("update changes the rule in place", async () => {
  const change = (path: string) => ({ path, want: undefined, live: undefined, fix: "update" }) as const;
  const input = (SecurityGroupRule: object) => ({
    GroupId: "sg-1",
    SecurityGroupRules: [{ SecurityGroupRuleId: "sgr-1", SecurityGroupRule }],
  });
  await SecurityGroupRule.update(testAws(), live, wanted, [change("rule")], me);
  await SecurityGroupRule.update(testAws(), live, everywhere, [change("description")], me);
  const Description = "MySQL from Lambda";
  expect(ec2.commandCalls(ModifySecurityGroupRulesCommand).map((c) => c.args[0].input)).toEqual([
    input({ IpProtocol: "tcp", FromPort: 3306, ToPort: 3306, ReferencedGroupId: "sg-2", Description }),
    input({ IpProtocol: "-1", CidrIpv4: "0.0.0.0/0", Description: "Out" }),
  ]);
  await SecurityGroupRule.update(testAws(), live, wanted, [change("tags.Name")], me);
  expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input.Resources).toEqual(["sgr-1"]);
});

test("remove revokes it by its id, in its direction; gone is success", async () => {
  ec2.on(RevokeSecurityGroupIngressCommand).rejects(awsError("InvalidSecurityGroupRuleId.NotFound"));
  ec2.on(RevokeSecurityGroupEgressCommand).rejects(awsError("InvalidGroup.NotFound"));
  const how = { token: "t", protect: false };
  await SecurityGroupRule.remove(testAws(), live, how, me);
  await SecurityGroupRule.remove(testAws(), { ...live, IsEgress: true }, how, me);
  const input = { GroupId: "sg-1", SecurityGroupRuleIds: ["sgr-1"] };
  expect(ec2.commandCalls(RevokeSecurityGroupIngressCommand).map((c) => c.args[0].input)).toEqual([input]);
  expect(ec2.commandCalls(RevokeSecurityGroupEgressCommand).map((c) => c.args[0].input)).toEqual([input]);
});
