import {
  CreateSubnetCommand,
  CreateTagsCommand,
  DeleteSubnetCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { NotOursError } from "../../../src/engine/errors.ts";
import { Subnet } from "../../../src/resources/ec2/subnet.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => ec2.reset());

const me = identity("network/public-a", "trading-public-a-dev");
const wanted = { vpcId: "vpc-1", cidr: "10.0.0.0/24", zone: "us-east-1a", mapPublicIp: true };
const live = {
  SubnetId: "subnet-1",
  VpcId: "vpc-1",
  CidrBlock: "10.0.0.0/24",
  AvailabilityZone: "us-east-1a",
  MapPublicIpOnLaunch: true,
  State: "available" as const,
  Tags: tagList(me),
};

describe("create", () => {
  test("sends block, zone and tags; public addresses are a call of their own", async () => {
    ec2.on(CreateSubnetCommand).resolves({ Subnet: { SubnetId: "subnet-1" } });
    expect(await Subnet.create(testAws(), me, undefined, wanted, "token-1")).toBe("subnet-1");
    expect(ec2.commandCalls(CreateSubnetCommand)[0]?.args[0].input).toEqual({
      VpcId: "vpc-1",
      CidrBlock: "10.0.0.0/24",
      AvailabilityZone: "us-east-1a",
      TagSpecifications: [{ ResourceType: "subnet", Tags: tagList(me) }],
    });
  });

  test("finds the one that an earlier, lost create made by its block", async () => {
    ec2.on(CreateSubnetCommand).rejects(awsError("InvalidSubnet.Conflict"));
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [live] });
    expect(await Subnet.create(testAws(), me, undefined, wanted, "token-1")).toBe("subnet-1");
  });

  test("never takes over someone else's", async () => {
    ec2.on(CreateSubnetCommand).rejects(awsError("InvalidSubnet.Conflict"));
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [{ ...live, Tags: [] }] });
    await expect(Subnet.create(testAws(), me, undefined, wanted, "token-1")).rejects.toThrow(NotOursError);
  });

  test("a block that overlaps another one's is AWS's error", async () => {
    ec2.on(CreateSubnetCommand).rejects(awsError("InvalidSubnet.Conflict"));
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [{ ...live, CidrBlock: "10.0.0.0/20" }] });
    await expect(Subnet.create(testAws(), me, undefined, wanted, "t")).rejects.toThrow("InvalidSubnet.Conflict");
  });
});

test("changes name each property, and which of them AWS can change", () => {
  expect(Subnet.changes(wanted, live, me)).toEqual([]);
  const paths = (other: Partial<typeof live> | { MapPublicIpOnLaunch: boolean }) =>
    Subnet.changes(wanted, { ...live, ...other }, me).map((c) => `${c.path} ${c.fix}`);
  expect(paths({ VpcId: "vpc-2" })).toEqual(["vpcId replace"]);
  expect(paths({ CidrBlock: "10.0.9.0/24" })).toEqual(["cidr replace"]);
  expect(paths({ AvailabilityZone: "us-east-1b" })).toEqual(["zone replace"]);
  expect(paths({ MapPublicIpOnLaunch: false })).toEqual(["mapPublicIp update"]);
  expect(paths({ Tags: live.Tags.filter((t) => t.Key !== "Name") })).toEqual(["tags.Name update"]);
});

test("update sends what has changed only", async () => {
  ec2.on(ModifySubnetAttributeCommand).resolves({});
  ec2.on(CreateTagsCommand).resolves({});
  const change = (path: string) => ({ path, want: undefined, live: undefined, fix: "update" }) as const;
  await Subnet.update(testAws(), live, wanted, [change("mapPublicIp")], me);
  expect(ec2.calls().map((c) => c.args[0].input)).toEqual([
    { SubnetId: "subnet-1", MapPublicIpOnLaunch: { Value: true } },
  ]);
  await Subnet.update(testAws(), live, wanted, [change("tags.Name")], me);
  expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input.Resources).toEqual(["subnet-1"]);
});

test("phases", () => {
  expect(Subnet.phase(live).is).toBe("ready");
  expect(Subnet.phase({ ...live, State: "pending" })).toEqual({ is: "pending", why: "pending" });
  expect(Subnet.phase({ ...live, State: "failed-insufficient-capacity" }).is).toBe("failed");
});

test("removing one that is gone is success; what holds it is named", async () => {
  ec2.on(DeleteSubnetCommand).rejects(awsError("InvalidSubnetID.NotFound"));
  await Subnet.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(ec2.commandCalls(DeleteSubnetCommand)).toHaveLength(1);

  ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: [] });
  expect(await Subnet.blockers?.(testAws(), live)).toBeUndefined();
  ec2.on(DescribeNetworkInterfacesCommand, { Filters: [{ Name: "subnet-id", Values: ["subnet-1"] }] }).resolves({
    NetworkInterfaces: [{ NetworkInterfaceId: "eni-1", Description: "AWS Lambda VPC ENI-x", Status: "in-use" }],
  });
  expect(await Subnet.blockers?.(testAws(), live)).toBe("1 Lambda network interface (usually 5–20 min, up to 45)");
});
