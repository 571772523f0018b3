import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { NotOursError } from "../../../src/engine/errors.ts";
import { SecurityGroup } from "../../../src/resources/ec2/security-group.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => {
  ec2.reset();
  ec2.onAnyCommand().resolves({});
});

const me = identity("security-groups/lambda", "trading-lambda-sg-dev");
const wanted = { vpcId: "vpc-1", description: "Lambda functions" };
const group = {
  GroupId: "sg-1",
  GroupName: "trading-lambda-sg-dev",
  Description: "Lambda functions",
  VpcId: "vpc-1",
  Tags: tagList(me),
};
const rule = (id: string, more: object = {}) => ({
  SecurityGroupRuleId: id,
  GroupId: "sg-1",
  IsEgress: true,
  IpProtocol: "-1",
  CidrIpv4: "0.0.0.0/0",
  ...more,
});
const ours = rule("sgr-1", { Tags: tagList(identity("security-groups/https", "https")) });
const live = { ...group, rules: [ours] };
const how = { token: "t", protect: false };

describe("find", () => {
  test("brings the group's own rules along, out of one list for all groups", async () => {
    const other = { ...group, GroupId: "sg-2", Tags: tagList(identity("security-groups/rds", "rds")) };
    ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [other, group] });
    ec2.on(DescribeSecurityGroupRulesCommand).resolves({
      SecurityGroupRules: [rule("sgr-9", { GroupId: "sg-2" }), ours],
    });
    expect(await SecurityGroup.find(testAws(), me, undefined)).toEqual(live);
    const filter = [{ Name: "group-id", Values: ["sg-2", "sg-1"] }];
    expect(ec2.commandCalls(DescribeSecurityGroupRulesCommand).map((c) => c.args[0].input.Filters)).toEqual([filter]);
  });

  test("asks for the rules of a group that the list does not show yet", async () => {
    ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [] });
    ec2.on(DescribeSecurityGroupsCommand, { GroupIds: ["sg-1"] }).resolves({ SecurityGroups: [group] });
    ec2.on(DescribeSecurityGroupRulesCommand).resolves({ SecurityGroupRules: [ours] });
    expect(await SecurityGroup.find(testAws(), { ...me, id: "sg-1" }, undefined)).toEqual(live);
  });
});

describe("create", () => {
  test("carries name, description and tags", async () => {
    ec2.on(CreateSecurityGroupCommand).resolves({ GroupId: "sg-1" });
    expect(await SecurityGroup.create(testAws(), me, undefined, wanted, "t")).toBe("sg-1");
    expect(ec2.commandCalls(CreateSecurityGroupCommand)[0]?.args[0].input).toEqual({
      GroupName: "trading-lambda-sg-dev",
      Description: "Lambda functions",
      VpcId: "vpc-1",
      TagSpecifications: [{ ResourceType: "security-group", Tags: tagList(me) }],
    });
  });

  test("finds the one that an earlier, lost create made, and refuses someone else's of that name", async () => {
    ec2.on(CreateSecurityGroupCommand).rejects(awsError("InvalidGroup.Duplicate"));
    ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [group] });
    expect(await SecurityGroup.create(testAws(), me, undefined, wanted, "t")).toBe("sg-1");
    ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [{ ...group, Tags: [] }] });
    await expect(SecurityGroup.create(testAws(), me, undefined, wanted, "t")).rejects.toThrow(NotOursError);
  });
});

test("changes name each property, and which of them AWS can change", () => {
  expect(SecurityGroup.changes(wanted, live, me)).toEqual([]);
  const paths = (other: object) =>
    SecurityGroup.changes(wanted, { ...live, ...other }, me).map((c) => `${c.path} ${c.fix}`);
  expect(paths({ GroupName: "other" })).toEqual(["name replace"]);
  expect(paths({ VpcId: "vpc-2" })).toEqual(["vpcId replace"]);
  expect(paths({ Description: "other" })).toEqual(["description replace"]);
  expect(paths({ Tags: tagList(me).slice(1) })).toEqual(["tags.Project update"]);
});

describe("rules that nobody declares", () => {
  test("are changes and are revoked; those with our tags are nodes of their own", async () => {
    const ssh = rule("sgr-3", { IsEgress: false, IpProtocol: "tcp", FromPort: 22, ToPort: 22 });
    const prod = rule("sgr-4", { Tags: [{ Key: "Environment", Value: "prod" }] });
    const seen = { ...live, rules: [ours, ssh, prod] };
    const changes = SecurityGroup.changes(wanted, seen, me);
    expect(changes).toEqual([
      { path: "rules.sgr-3", want: undefined, live: "ingress tcp 22 from 0.0.0.0/0", fix: "update" },
      { path: "rules.sgr-4", want: undefined, live: "egress all to 0.0.0.0/0", fix: "update" },
    ]);
    await SecurityGroup.update(testAws(), seen, wanted, changes, me);
    const [ingress] = ec2.commandCalls(RevokeSecurityGroupIngressCommand);
    const [egress] = ec2.commandCalls(RevokeSecurityGroupEgressCommand);
    expect(ingress?.args[0].input.SecurityGroupRuleIds).toEqual(["sgr-3"]);
    expect(egress?.args[0].input.SecurityGroupRuleIds).toEqual(["sgr-4"]);
  });

  test("the allow-all egress of a new group counts before the list of rules shows it", async () => {
    const IpPermissionsEgress = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }], UserIdGroupPairs: [] }];
    const fresh = { ...group, IpPermissionsEgress, rules: [] };
    const changes = SecurityGroup.changes(wanted, fresh, me);
    expect(changes).toEqual([{ path: "egress.default", want: undefined, live: "all", fix: "update" }]);
    ec2.on(RevokeSecurityGroupEgressCommand).rejects(awsError("InvalidPermission.NotFound"));
    await SecurityGroup.update(testAws(), fresh, wanted, changes, me);
    expect(ec2.commandCalls(RevokeSecurityGroupEgressCommand)[0]?.args[0].input).toEqual({
      GroupId: "sg-1",
      IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    });
    // Declared as a node, allow-all is nothing to revoke.
    expect(SecurityGroup.changes(wanted, { ...fresh, rules: [ours] }, me)).toEqual([]);
  });
});

test("update sets the tags again", async () => {
  const change = { path: "tags.Name", want: me.name, live: undefined, fix: "update" } as const;
  await SecurityGroup.update(testAws(), live, wanted, [change], me);
  expect(ec2.calls().map((c) => c.args[0].input)).toEqual([{ Resources: ["sg-1"], Tags: tagList(me) }]);
  expect(ec2.commandCalls(CreateTagsCommand)).toHaveLength(1);
});

const ofLambda = (id: string, Status: "available" | "in-use") => ({
  NetworkInterfaceId: id,
  Description: "AWS Lambda VPC ENI-trading-processor-dev-1",
  Status,
});

describe("remove", () => {
  test("first deletes the interfaces that Lambda has detached, and no others", async () => {
    const other = { NetworkInterfaceId: "eni-3", Description: "somebody's", Status: "available" as const };
    ec2.on(DescribeNetworkInterfacesCommand).resolvesOnce({
      NetworkInterfaces: [ofLambda("eni-1", "in-use"), other],
      NextToken: "more",
    });
    ec2.on(DescribeNetworkInterfacesCommand, { NextToken: "more" }).resolves({
      NetworkInterfaces: [ofLambda("eni-2", "available")],
    });
    await SecurityGroup.remove(testAws(), live, how, me);
    const deleted = ec2.commandCalls(DeleteNetworkInterfaceCommand).map((c) => c.args[0].input.NetworkInterfaceId);
    expect(deleted).toEqual(["eni-2"]);
    expect(ec2.calls().at(-1)?.args[0]).toBeInstanceOf(DeleteSecurityGroupCommand);
    expect(ec2.commandCalls(DescribeNetworkInterfacesCommand)[0]?.args[0].input).toEqual({
      Filters: [{ Name: "group-id", Values: ["sg-1"] }],
    });
  });

  test("an interface that is gone or attached again does not matter; a missing permission does", async () => {
    ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: [ofLambda("eni-1", "available")] });
    const inUse = awsError("InvalidParameterValue", "Network interface 'eni-1' is currently in use.");
    for (const error of [awsError("InvalidNetworkInterfaceID.NotFound"), inUse]) {
      ec2.on(DeleteNetworkInterfaceCommand).rejects(error);
      await SecurityGroup.remove(testAws(), live, how, me);
    }
    expect(ec2.commandCalls(DeleteSecurityGroupCommand)).toHaveLength(2);
    ec2.on(DeleteNetworkInterfaceCommand).rejects(awsError("UnauthorizedOperation"));
    await expect(SecurityGroup.remove(testAws(), live, how, me)).rejects.toThrow("UnauthorizedOperation");
  });

  test("revokes what others added that leads to another group, so that the two do not hold each other", async () => {
    const added = rule("sgr-3", { IsEgress: false, CidrIpv4: undefined, ReferencedGroupInfo: { GroupId: "sg-2" } });
    await SecurityGroup.remove(testAws(), { ...live, rules: [ours, added] }, how, me);
    const revoked = ec2.commandCalls(RevokeSecurityGroupIngressCommand).map((c) => c.args[0].input);
    expect(revoked).toEqual([{ GroupId: "sg-1", SecurityGroupRuleIds: ["sgr-3"] }]);
  });

  test("one that is gone is success", async () => {
    ec2.on(DeleteSecurityGroupCommand).rejects(awsError("InvalidGroup.NotFound"));
    await SecurityGroup.remove(testAws(), live, how, me);
  });
});

describe("blockers", () => {
  test("counts Lambda's interfaces and names those of others", async () => {
    const database = { NetworkInterfaceId: "eni-9", Description: "RDSNetworkInterface", RequesterId: "amazon-rds" };
    ec2.on(DescribeNetworkInterfacesCommand).resolves({
      NetworkInterfaces: [ofLambda("eni-1", "in-use"), ofLambda("eni-2", "available"), database],
    });
    expect(await SecurityGroup.blockers?.(testAws(), live)).toBe(
      "2 Lambda network interfaces (usually 5–20 min, up to 45); " +
        "network interface eni-9 of amazon-rds (RDSNetworkInterface)",
    );
  });

  test("without any interface, names the groups whose rules lead here", async () => {
    const refers = { IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: "sg-1" }] }] };
    ec2.on(DescribeSecurityGroupsCommand).resolves({
      SecurityGroups: [
        { ...group, ...refers },
        { GroupId: "sg-7", GroupName: "default", ...refers },
        { GroupId: "sg-8", GroupName: "unrelated" },
      ],
    });
    expect(await SecurityGroup.blockers?.(testAws(), live)).toBe("a rule of security group default (sg-7)");
    ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [group] });
    expect(await SecurityGroup.blockers?.(testAws(), live)).toBeUndefined();
  });
});
