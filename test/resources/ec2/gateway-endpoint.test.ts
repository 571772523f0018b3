import {
  CreateTagsCommand,
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  type VpcEndpoint as Live,
  ModifyVpcEndpointCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { classify } from "../../../src/aws/errors.ts";
import { GatewayEndpoint } from "../../../src/resources/ec2/gateway-endpoint.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => {
  ec2.reset();
  ec2.onAnyCommand().resolves({});
});

const me = identity("network/s3", "trading-s3-endpoint-dev");
const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:*" }] };
const wanted = {
  vpcId: "vpc-1",
  serviceName: "com.amazonaws.us-east-1.s3",
  routeTableIds: ["rtb-2", "rtb-1"],
  policy,
};
const live: Live = {
  VpcEndpointId: "vpce-1",
  VpcEndpointType: "Gateway",
  VpcId: "vpc-1",
  ServiceName: "com.amazonaws.us-east-1.s3",
  State: "Available",
  RouteTableIds: ["rtb-1", "rtb-2"],
  PolicyDocument: JSON.stringify({ Statement: policy.Statement, Version: "2012-10-17" }, undefined, 2),
  Tags: tagList(me),
};
/** The state in the spelling of the wire, which the SDK's type does not know. */
const inState = (state: string): Live => Object.assign({ ...live }, { State: state });
const how = { token: "t", protect: false };

test("find hides deleted ones", async () => {
  const ghost = { ...live, VpcEndpointId: "vpce-0", State: "Deleted" as const };
  ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [ghost, live] });
  expect(await GatewayEndpoint.find(testAws(), me, undefined)).toEqual(live);
  ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [ghost] });
  expect(await GatewayEndpoint.find(testAws(), { ...me, id: "vpce-0" }, undefined)).toBeUndefined();
});

test("create carries everything, the token and the tags", async () => {
  ec2.on(CreateVpcEndpointCommand).resolves({ VpcEndpoint: { VpcEndpointId: "vpce-1" } });
  expect(await GatewayEndpoint.create(testAws(), me, undefined, wanted, "token-1")).toBe("vpce-1");
  expect(ec2.commandCalls(CreateVpcEndpointCommand)[0]?.args[0].input).toEqual({
    VpcEndpointType: "Gateway",
    VpcId: "vpc-1",
    ServiceName: "com.amazonaws.us-east-1.s3",
    RouteTableIds: ["rtb-2", "rtb-1"],
    PolicyDocument: JSON.stringify(policy),
    ClientToken: "token-1",
    TagSpecifications: [{ ResourceType: "vpc-endpoint", Tags: tagList(me) }],
  });
});

test("changes name each property, and which of them AWS can change", () => {
  expect(GatewayEndpoint.changes(wanted, live, me)).toEqual([]);
  const paths = (other: Partial<Live>) =>
    GatewayEndpoint.changes(wanted, { ...live, ...other }, me).map((c) => `${c.path} ${c.fix}`);
  expect(paths({ VpcId: "vpc-2" })).toEqual(["vpcId replace"]);
  expect(paths({ ServiceName: "com.amazonaws.us-east-1.dynamodb" })).toEqual(["serviceName replace"]);
  expect(paths({ VpcEndpointType: "Interface" })).toEqual(["endpointType replace"]);
  expect(paths({ RouteTableIds: ["rtb-1"] })).toEqual(["routeTableIds update"]);
  expect(paths({ PolicyDocument: "{}" })).toEqual(["policy update"]);
  expect(paths({ Tags: tagList(me).slice(1) })).toEqual(["tags.Project update"]);
});

test("update changes only what differs", async () => {
  const repair = async (other: Partial<Live>) => {
    ec2.resetHistory();
    const seen = { ...live, ...other };
    await GatewayEndpoint.update(testAws(), seen, wanted, GatewayEndpoint.changes(wanted, seen, me), me);
    return ec2.calls().map((call) => [call.args[0].constructor.name, call.args[0].input]);
  };
  expect(await repair({ RouteTableIds: ["rtb-1", "rtb-9"] })).toEqual([
    [
      ModifyVpcEndpointCommand.name,
      { VpcEndpointId: "vpce-1", AddRouteTableIds: ["rtb-2"], RemoveRouteTableIds: ["rtb-9"] },
    ],
  ]);
  expect(await repair({ PolicyDocument: "{}" })).toEqual([
    [ModifyVpcEndpointCommand.name, { VpcEndpointId: "vpce-1", PolicyDocument: JSON.stringify(policy) }],
  ]);
  expect(await repair({ Tags: [] })).toEqual([[CreateTagsCommand.name, { Resources: ["vpce-1"], Tags: tagList(me) }]]);
});

test("phases, in either spelling", () => {
  expect(GatewayEndpoint.phase(live).is).toBe("ready");
  expect(GatewayEndpoint.phase(inState("available")).is).toBe("ready");
  expect(GatewayEndpoint.phase(inState("pending"))).toEqual({ is: "pending", why: "pending" });
  expect(GatewayEndpoint.phase(inState("deleting")).is).toBe("leaving");
  const failed = { ...inState("failed"), LastError: { Code: "X", Message: "no room" } };
  expect(GatewayEndpoint.phase(failed)).toEqual({ is: "failed", why: "X: no room" });
});

describe("remove", () => {
  const refuse = (Code: string) =>
    ec2.on(DeleteVpcEndpointsCommand).resolves({
      Unsuccessful: [{ ResourceId: "vpce-1", Error: { Code, Message: "refused" } }],
    });

  test("asks once", async () => {
    await GatewayEndpoint.remove(testAws(), live, how, me);
    expect(ec2.commandCalls(DeleteVpcEndpointsCommand)[0]?.args[0].input).toEqual({ VpcEndpointIds: ["vpce-1"] });
  });

  test("gone, as part of a successful answer, is success", async () => {
    refuse("InvalidVpcEndpoint.NotFound");
    await GatewayEndpoint.remove(testAws(), live, how, me);
  });

  test("another refusal in a successful answer is the error that it is", async () => {
    refuse("DependencyViolation");
    const error: unknown = await GatewayEndpoint.remove(testAws(), live, how, me).catch((e: unknown) => e);
    expect(error).toMatchObject({ message: "refused" });
    expect(classify(error)).toBe("dependency");
  });
});

test("another endpoint's route is final on create, and looked at again on update", () => {
  const taken = awsError("RouteAlreadyExists");
  expect(GatewayEndpoint.classify?.(taken, "create")).toBe("fatal");
  expect(GatewayEndpoint.classify?.(taken, "update")).toBe("unknown");
  expect(GatewayEndpoint.classify?.(awsError("InvalidRouteTableId.NotFound"), "create")).toBeUndefined();
});
