import {
  CreateNatGatewayCommand,
  CreateTagsCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { AmbiguousError, NotOursError } from "../../../src/engine/errors.ts";
import { NatGateway } from "../../../src/resources/ec2/nat-gateway.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => ec2.reset());

const me = identity("network/nat", "trading-nat-dev");
const wanted = { subnetId: "subnet-1", allocationId: "eipalloc-1" };
const live = {
  NatGatewayId: "nat-1",
  State: "available" as const,
  SubnetId: "subnet-1",
  ConnectivityType: "public" as const,
  NatGatewayAddresses: [{ AllocationId: "eipalloc-1", IsPrimary: true }],
  Tags: tagList(me),
};

describe("find", () => {
  test("takes the one with our tags, on any page, and hides deleted ones", async () => {
    ec2
      .on(DescribeNatGatewaysCommand)
      .resolvesOnce({ NatGateways: [{ ...live, NatGatewayId: "nat-0", State: "deleted" }], NextToken: "more" })
      .resolvesOnce({ NatGateways: [{ NatGatewayId: "nat-2", State: "available" }, live] });
    expect(await NatGateway.find(testAws(), me, undefined)).toEqual(live);
  });

  test("two with the same identity are an error", async () => {
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [live, { ...live, NatGatewayId: "nat-2" }] });
    await expect(NatGateway.find(testAws(), me, undefined)).rejects.toThrow(AmbiguousError);
  });

  test("the remembered one is found before the tag filter shows it", async () => {
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [] });
    ec2.on(DescribeNatGatewaysCommand, { NatGatewayIds: ["nat-1"] }).resolves({ NatGateways: [live] });
    expect(await NatGateway.find(testAws(), { ...me, id: "nat-1" }, undefined)).toEqual(live);
  });

  test("the remembered one that lost our tags is not touched", async () => {
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [] });
    ec2.on(DescribeNatGatewaysCommand, { NatGatewayIds: ["nat-1"] }).resolves({
      NatGateways: [{ ...live, Tags: [{ Key: "Environment", Value: "prod" }] }],
    });
    await expect(NatGateway.find(testAws(), { ...me, id: "nat-1" }, undefined)).rejects.toThrow(NotOursError);
  });

  test("a remembered one that is gone is absent", async () => {
    ec2.on(DescribeNatGatewaysCommand).resolves({ NatGateways: [] });
    ec2.on(DescribeNatGatewaysCommand, { NatGatewayIds: ["nat-1"] }).rejects(awsError("NatGatewayNotFound"));
    expect(await NatGateway.find(testAws(), { ...me, id: "nat-1" }, undefined)).toBeUndefined();
  });
});

test("create carries the token and the tags", async () => {
  ec2.on(CreateNatGatewayCommand).resolves({ NatGateway: { NatGatewayId: "nat-1" } });
  expect(await NatGateway.create(testAws(), me, undefined, wanted, "token-1")).toBe("nat-1");
  expect(ec2.commandCalls(CreateNatGatewayCommand)[0]?.args[0].input).toEqual({
    SubnetId: "subnet-1",
    AllocationId: "eipalloc-1",
    ConnectivityType: "public",
    ClientToken: "token-1",
    TagSpecifications: [{ ResourceType: "natgateway", Tags: tagList(me) }],
  });
});

test("changes name what differs, and say that AWS cannot change it in place", () => {
  expect(NatGateway.changes(wanted, live, me)).toEqual([]);
  const moved = { ...live, SubnetId: "subnet-9", Tags: live.Tags.filter((t) => t.Key !== "Name") };
  expect(NatGateway.changes(wanted, moved, me)).toEqual([
    { path: "subnetId", want: "subnet-1", live: "subnet-9", fix: "replace" },
    { path: "tags.Name", want: "trading-nat-dev", live: undefined, fix: "update" },
  ]);
});

test("update sets the tags again", async () => {
  ec2.on(CreateTagsCommand).resolves({});
  const change = { path: "tags.Name", want: me.name, live: undefined, fix: "update" } as const;
  await NatGateway.update(testAws(), live, wanted, [change], me);
  expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input).toEqual({ Resources: ["nat-1"], Tags: tagList(me) });
});

test("a failed one says AWS's reason; a deleting one is leaving", () => {
  const reason = { State: "failed" as const, FailureCode: "Gateway.NotAttached", FailureMessage: "no gateway" };
  expect(NatGateway.phase({ ...live, ...reason })).toEqual({ is: "failed", why: "Gateway.NotAttached: no gateway" });
  expect(NatGateway.phase({ ...live, State: "deleting" }).is).toBe("leaving");
  expect(NatGateway.phase({ ...live, State: "pending" }).is).toBe("pending");
});

test("removing one that is gone is success", async () => {
  ec2.on(DeleteNatGatewayCommand).rejects(awsError("NatGatewayNotFound"));
  await NatGateway.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(ec2.commandCalls(DeleteNatGatewayCommand)).toHaveLength(1);
});
