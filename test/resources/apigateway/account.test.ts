import { APIGatewayClient, GetAccountCommand, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { ApiGatewayAccount } from "../../../src/resources/apigateway/account.ts";
import { awsError, identity, testAws } from "../support.ts";

const apigateway = mockClient(APIGatewayClient);
beforeEach(() => apigateway.reset());

const me = identity("api/account", "trading-apigateway-account");
const wanted = { roleArn: "arn:aws:iam::123456789012:role/trading-apigateway-logs" };

test("an account without a role has nothing; an empty one counts as none", async () => {
  apigateway.on(GetAccountCommand).resolvesOnce({}).resolvesOnce({ cloudwatchRoleArn: "" });
  expect(await ApiGatewayAccount.find(testAws(), me, undefined)).toBeUndefined();
  expect(await ApiGatewayAccount.find(testAws(), me, undefined)).toBeUndefined();
});

test("someone else's role is as good as ours, and is left alone", async () => {
  apigateway.on(GetAccountCommand).resolves({ cloudwatchRoleArn: "arn:aws:iam::123456789012:role/other" });
  const live = await ApiGatewayAccount.find(testAws(), me, undefined);
  expect(live).toEqual({ roleArn: "arn:aws:iam::123456789012:role/other" });
  expect(live && ApiGatewayAccount.changes(wanted, live, me)).toEqual([]);
  expect(ApiGatewayAccount.role).toBe("account-setting");
  if (live) await ApiGatewayAccount.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(apigateway.commandCalls(UpdateAccountCommand)).toHaveLength(0);
});

test("sets the role", async () => {
  apigateway.on(UpdateAccountCommand).resolves({});
  expect(await ApiGatewayAccount.create(testAws(), me, undefined, wanted, "t")).toBe("account");
  expect(apigateway.commandCalls(UpdateAccountCommand)[0]?.args[0].input).toEqual({
    patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value: wanted.roleArn }],
  });
});

test.each([
  [
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway",
    "retry",
  ],
  ["The role ARN does not have required permissions set to API Gateway", "retry"],
  ["API Gateway could not successfully write to CloudWatch Logs using the ARN specified", "retry"],
  ["The role ARN is not well formed", undefined],
])("%s", (message, expected) => {
  expect(ApiGatewayAccount.classify?.(awsError("BadRequestException", message), "create")).toBe(expected);
});
