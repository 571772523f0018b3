import {
  AllocateAddressCommand,
  CreateTagsCommand,
  DescribeAddressesCommand,
  EC2Client,
  ReleaseAddressCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { ElasticIp } from "../../../src/resources/ec2/elastic-ip.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => ec2.reset());

const me = identity("network/eip", "trading-eip-dev");
const live = { AllocationId: "eipalloc-1", PublicIp: "203.0.113.1", Domain: "vpc" as const, Tags: tagList(me) };

test("create carries the tags; the outputs are known at once", async () => {
  ec2.on(AllocateAddressCommand).resolves({ AllocationId: "eipalloc-1" });
  expect(await ElasticIp.create(testAws(), me, undefined, {}, "token-1")).toBe("eipalloc-1");
  expect(ec2.commandCalls(AllocateAddressCommand)[0]?.args[0].input).toEqual({
    Domain: "vpc",
    TagSpecifications: [{ ResourceType: "elastic-ip", Tags: tagList(me) }],
  });
  expect(ElasticIp.outputs(live)).toEqual({ allocationId: "eipalloc-1", publicIp: "203.0.113.1" });
});

test("changes and update", async () => {
  expect(ElasticIp.changes({}, live, me)).toEqual([]);
  const other = { ...live, Domain: "standard" as const, Tags: live.Tags.filter((t) => t.Key !== "Project") };
  const changes = ElasticIp.changes({}, other, me);
  expect(changes).toEqual([
    { path: "domain", want: "vpc", live: "standard", fix: "replace" },
    { path: "tags.Project", want: "trading", live: undefined, fix: "update" },
  ]);
  ec2.on(CreateTagsCommand).resolves({});
  await ElasticIp.update(testAws(), other, {}, changes, me);
  const retagged = { Resources: ["eipalloc-1"], Tags: tagList(me) };
  expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input).toEqual(retagged);
});

test("a release that a NAT gateway still prevents is a dependency, bad credentials are not", () => {
  const held = awsError("AuthFailure", "You do not have permission to access the specified resource.", 403);
  expect(ElasticIp.classify?.(held, "remove")).toBe("dependency");
  expect(ElasticIp.classify?.(held, "create")).toBeUndefined();
  const denied = awsError("AuthFailure", "AWS was not able to validate the provided access credentials", 401);
  expect(ElasticIp.classify?.(denied, "remove")).toBeUndefined();
});

test("removing one that is gone is success; who holds it is named", async () => {
  ec2.on(ReleaseAddressCommand).rejects(awsError("InvalidAllocationID.NotFound"));
  await ElasticIp.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(ec2.commandCalls(ReleaseAddressCommand)[0]?.args[0].input).toEqual({ AllocationId: "eipalloc-1" });

  ec2.on(DescribeAddressesCommand).resolves({ Addresses: [{ ...live, NetworkInterfaceId: "eni-1" }] });
  expect(await ElasticIp.blockers?.(testAws(), live)).toContain("eni-1");
  ec2.on(DescribeAddressesCommand).resolves({ Addresses: [live] });
  expect(await ElasticIp.blockers?.(testAws(), live)).toBeUndefined();
});
