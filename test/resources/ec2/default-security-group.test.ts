import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { classify } from "../../../src/aws/errors.ts";
import { DefaultSecurityGroup } from "../../../src/resources/ec2/default-security-group.ts";
import { awsError, identity, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => {
  ec2.reset();
  ec2.onAnyCommand().resolves({});
});

const me = identity("network/default-security-group", "default");
const key = { vpcId: "vpc-1" };
const group = { GroupId: "sg-1", GroupName: "default", VpcId: "vpc-1" };
const ingress = {
  SecurityGroupRuleId: "sgr-1",
  GroupId: "sg-1",
  IsEgress: false,
  IpProtocol: "-1",
  ReferencedGroupInfo: { GroupId: "sg-1" },
};
const egress = {
  SecurityGroupRuleId: "sgr-2",
  GroupId: "sg-1",
  IsEgress: true,
  IpProtocol: "-1",
  CidrIpv4: "0.0.0.0/0",
};

test("is found by its VPC, with its rules", async () => {
  const shown = { ...group, IpPermissions: [{ IpProtocol: "-1" }], IpPermissionsEgress: [] };
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [shown] });
  ec2.on(DescribeSecurityGroupRulesCommand).resolves({ SecurityGroupRules: [ingress] });
  expect(await DefaultSecurityGroup.find(testAws(), me, key)).toEqual({ ...shown, rules: [ingress] });
  expect(ec2.commandCalls(DescribeSecurityGroupsCommand)[0]?.args[0].input.Filters).toEqual([
    { Name: "vpc-id", Values: ["vpc-1"] },
    { Name: "group-name", Values: ["default"] },
  ]);
  expect(DefaultSecurityGroup.parseKey(key)).toEqual(key);
  expect(() => DefaultSecurityGroup.parseKey({})).toThrow();
});

test("its rules are only listed when its description shows any", async () => {
  const empty = { ...group, IpPermissions: [], IpPermissionsEgress: [] };
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [empty] });
  expect(await DefaultSecurityGroup.find(testAws(), me, key)).toEqual({ ...empty, rules: [] });
  expect(ec2.commandCalls(DescribeSecurityGroupRulesCommand)).toEqual([]);
  const open = { ...group, IpPermissions: [], IpPermissionsEgress: [{ IpProtocol: "-1" }] };
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [open] });
  ec2.on(DescribeSecurityGroupRulesCommand).resolves({ SecurityGroupRules: [egress] });
  expect(await DefaultSecurityGroup.find(testAws(), me, key)).toEqual({ ...open, rules: [egress] });
});

test("every rule in it is a change, and is revoked", async () => {
  expect(DefaultSecurityGroup.changes({}, { ...group, rules: [] }, me)).toEqual([]);
  const live = { ...group, rules: [ingress, egress] };
  const changes = DefaultSecurityGroup.changes({}, live, me);
  expect(changes).toEqual([
    { path: "rules.sgr-1", want: undefined, live: "ingress all from sg-1", fix: "update" },
    { path: "rules.sgr-2", want: undefined, live: "egress all to 0.0.0.0/0", fix: "update" },
  ]);
  // One that is gone already does not keep the other from being revoked.
  ec2.on(RevokeSecurityGroupIngressCommand).rejects(awsError("InvalidSecurityGroupRuleId.NotFound"));
  await DefaultSecurityGroup.update(testAws(), live, {}, changes, me);
  const input = (id: string) => ({ GroupId: "sg-1", SecurityGroupRuleIds: [id] });
  expect(ec2.commandCalls(RevokeSecurityGroupIngressCommand)[0]?.args[0].input).toEqual(input("sgr-1"));
  expect(ec2.commandCalls(RevokeSecurityGroupEgressCommand)[0]?.args[0].input).toEqual(input("sgr-2"));
});

test("rules of a new group count before the list of rules shows them", async () => {
  const IpPermissions = [{ IpProtocol: "-1", IpRanges: [], UserIdGroupPairs: [{ GroupId: "sg-1", UserId: "1" }] }];
  const live = { ...group, IpPermissions, IpPermissionsEgress: [], rules: [] };
  const changes = DefaultSecurityGroup.changes({}, live, me);
  expect(changes.map((c) => c.path)).toEqual(["ingress.default"]);
  await DefaultSecurityGroup.update(testAws(), live, {}, changes, me);
  expect(ec2.commandCalls(RevokeSecurityGroupIngressCommand)[0]?.args[0].input).toEqual({
    GroupId: "sg-1",
    IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: "sg-1" }] }],
  });
});

test("is never made: create waits until AWS shows it", async () => {
  ec2
    .on(DescribeSecurityGroupsCommand)
    .resolvesOnce({ SecurityGroups: [] })
    .resolves({ SecurityGroups: [group] });
  const aws = testAws();
  const early: unknown = await DefaultSecurityGroup.create(aws, me, key, {}, "t").catch((e: unknown) => e);
  // Which the engine waits out (test/engine/call.test.ts).
  expect(classify(early)).toBe("gone");
  expect(await DefaultSecurityGroup.create(aws, me, key, {}, "t")).toBe("sg-1");
});

test("is left to the removal of its VPC", async () => {
  expect(DefaultSecurityGroup.role).toBe("child");
  await DefaultSecurityGroup.remove(testAws(), { ...group, rules: [] }, { token: "t", protect: false }, me);
  expect(ec2.calls()).toEqual([]);
});
