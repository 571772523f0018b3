import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateTagsCommand,
  DeleteInternetGatewayCommand,
  DetachInternetGatewayCommand,
  EC2Client,
  type InternetGateway as Live,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { InternetGateway } from "../../../src/resources/ec2/internet-gateway.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => {
  ec2.reset();
  ec2.onAnyCommand().resolves({});
});

const me = identity("network/igw", "trading-igw-dev");
const wanted = { vpcId: "vpc-1" };
const attached: Live = {
  InternetGatewayId: "igw-1",
  Attachments: [{ VpcId: "vpc-1", State: "attached" }],
  Tags: tagList(me),
};
const detached: Live = { ...attached, Attachments: [] };
const change = (path: string) => ({ path, want: undefined, live: undefined, fix: "update" }) as const;
const sent = () => ec2.calls().map((call) => [call.args[0].constructor.name, call.args[0].input]);
const gateway = { InternetGatewayId: "igw-1" };

test("create carries the tags", async () => {
  ec2.on(CreateInternetGatewayCommand).resolves({ InternetGateway: gateway });
  expect(await InternetGateway.create(testAws(), me, undefined, wanted, "token-1")).toBe("igw-1");
  const TagSpecifications = [{ ResourceType: "internet-gateway", Tags: tagList(me) }];
  expect(ec2.commandCalls(CreateInternetGatewayCommand)[0]?.args[0].input).toEqual({ TagSpecifications });
});

test("the attachment is a property, so that dependents wait for it", () => {
  expect(InternetGateway.changes(wanted, attached, me)).toEqual([]);
  expect(InternetGateway.changes(wanted, detached, me)).toEqual([
    { path: "vpcId", want: "vpc-1", live: undefined, fix: "update" },
  ]);
  const leaving: Live = { ...attached, Attachments: [{ VpcId: "vpc-1", State: "detaching" }] };
  expect(InternetGateway.changes(wanted, leaving, me).map((c) => c.path)).toEqual(["vpcId"]);
  expect(InternetGateway.changes(wanted, { ...attached, Tags: [] }, me).map((c) => c.path)).toContain("tags.tap:id");
});

test("update attaches it, after detaching it from where it does not belong", async () => {
  await InternetGateway.update(testAws(), detached, wanted, [change("vpcId")], me);
  expect(sent()).toEqual([[AttachInternetGatewayCommand.name, { ...gateway, VpcId: "vpc-1" }]]);

  ec2.resetHistory();
  const elsewhere: Live = { ...attached, Attachments: [{ VpcId: "vpc-9", State: "attached" }] };
  await InternetGateway.update(testAws(), elsewhere, wanted, [change("vpcId"), change("tags.Name")], me);
  expect(sent()).toEqual([
    [DetachInternetGatewayCommand.name, { ...gateway, VpcId: "vpc-9" }],
    [AttachInternetGatewayCommand.name, { ...gateway, VpcId: "vpc-1" }],
    [CreateTagsCommand.name, { Resources: ["igw-1"], Tags: tagList(me) }],
  ]);
});

test("attached by a call that the look did not show is looked at again", () => {
  expect(InternetGateway.classify?.(awsError("Resource.AlreadyAssociated"), "update")).toBe("unknown");
  expect(InternetGateway.classify?.(awsError("DependencyViolation"), "remove")).toBeUndefined();
});

test("remove detaches first, also when an earlier try has done so already", async () => {
  ec2.on(DetachInternetGatewayCommand).rejects(awsError("Gateway.NotAttached"));
  await InternetGateway.remove(testAws(), attached, { token: "t", protect: false }, me);
  expect(sent()).toEqual([
    [DetachInternetGatewayCommand.name, { ...gateway, VpcId: "vpc-1" }],
    [DeleteInternetGatewayCommand.name, gateway],
  ]);
});

test("remove does not delete what cannot be detached yet, and takes gone for success", async () => {
  ec2.on(DetachInternetGatewayCommand).rejects(awsError("DependencyViolation"));
  const how = { token: "t", protect: false };
  await expect(InternetGateway.remove(testAws(), attached, how, me)).rejects.toThrow("DependencyViolation");
  expect(ec2.commandCalls(DeleteInternetGatewayCommand)).toHaveLength(0);
  ec2.on(DeleteInternetGatewayCommand).rejects(awsError("InvalidInternetGatewayID.NotFound"));
  await InternetGateway.remove(testAws(), detached, how, me);
});
