import type { VpcEndpoint } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { additions } from "../../../src/resources/ec2/vpc-scope.ts";

const pathsWith = (endpoint: VpcEndpoint) =>
  additions({ answer: { VpcId: "vpc-1", CidrBlock: "10.0.0.0/16" }, endpoints: [endpoint] }).map(({ path }) => path);

const guardDuty: VpcEndpoint = {
  VpcEndpointId: "vpce-1",
  VpcEndpointType: "Interface",
  ServiceName: "com.amazonaws.us-east-1.guardduty-data",
  Tags: [{ Key: "GuardDutyManaged", Value: "true" }],
};

test("the endpoint that GuardDuty makes is no finding", () => {
  expect(pathsWith(guardDuty)).toEqual([]);
});

test("what only looks like GuardDuty's endpoint is one", () => {
  expect(pathsWith({ ...guardDuty, Tags: [] })).toEqual(["endpoint.vpce-1"]);
  expect(pathsWith({ ...guardDuty, ServiceName: "com.amazonaws.us-east-1.ssm" })).toEqual(["endpoint.vpce-1"]);
});
