import {
  APIGatewayClient,
  CreateStageCommand,
  DeleteDeploymentCommand,
  DeleteStageCommand,
  GetDeploymentsCommand,
  GetStagesCommand,
  TagResourceCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { ApiStage } from "../../../src/resources/apigateway/stage.ts";
import { awsError, identity, testAws } from "../support.ts";

const apigateway = mockClient(APIGatewayClient);
beforeEach(() => apigateway.reset());

const me = identity("api/stage", "trading-stage-dev");
const key = { restApiId: "a1", stageName: "dev" };
const group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/apigateway/trading-access-dev";
const wanted = {
  deploymentId: "d2",
  description: "dev",
  tracing: true,
  accessLogArn: group,
  accessLogFormat: '{"requestId":"$context.requestId"}',
  throttleRate: 50,
  throttleBurst: 100,
  loggingLevel: "ERROR" as const,
  dataTrace: false,
  metrics: true,
};
const setting = {
  throttlingRateLimit: 50,
  throttlingBurstLimit: 100,
  loggingLevel: "ERROR",
  dataTraceEnabled: false,
  metricsEnabled: true,
};
const stage = {
  stageName: "dev",
  deploymentId: "d2",
  description: "dev",
  tracingEnabled: true,
  accessLogSettings: { destinationArn: group, format: wanted.accessLogFormat },
  methodSettings: { "*/*": setting },
  tags: { ...me.tags },
};
const live = { ...key, region: "us-east-1", stage, unused: [] };
const all = (altered: object) => ({ methodSettings: { "*/*": { ...setting, ...altered } } });

test("is found by name, with the deployments of ours that no stage uses", async () => {
  const canary = { stageName: "blue", deploymentId: "d3", canarySettings: { deploymentId: "d4" } };
  apigateway.on(GetStagesCommand).resolves({ item: [canary, stage] });
  apigateway.on(GetDeploymentsCommand).resolves({
    items: ["d1", "d2", "d3", "d4"]
      .map((id) => ({ id, description: `tap:${id}` }))
      .concat({ id: "d5", description: "by hand" }),
  });
  expect(await ApiStage.find(testAws(), me, key)).toEqual({ ...live, unused: [{ id: "d1", description: "tap:d1" }] });
  expect(await ApiStage.find(testAws(), me, { ...key, stageName: "prod" })).toBeUndefined();
});

test("outputs", () => {
  expect(ApiStage.outputs(live)).toEqual({
    invokeUrl: "https://a1.execute-api.us-east-1.amazonaws.com/dev",
    executionLogGroupName: "API-Gateway-Execution-Logs_a1/dev",
    stageArn: "arn:aws:apigateway:us-east-1::/restapis/a1/stages/dev",
    stageName: "dev",
  });
});

test("create sends what CreateStage takes; the rest follows in one patch", async () => {
  apigateway.onAnyCommand().resolves({});
  expect(await ApiStage.create(testAws(), me, key, wanted, "t")).toBe("a1/dev");
  expect(apigateway.commandCalls(CreateStageCommand)[0]?.args[0].input).toEqual({
    ...key,
    deploymentId: "d2",
    description: "dev",
    tracingEnabled: true,
    tags: me.tags,
  });
  const { accessLogSettings: _, ...bare } = stage;
  const fresh = { ...live, stage: { ...bare, methodSettings: {} } };
  await ApiStage.update(testAws(), fresh, wanted, ApiStage.changes(wanted, fresh, me), me);
  expect(apigateway.commandCalls(UpdateStageCommand).map((call) => call.args[0].input)).toEqual([
    {
      ...key,
      patchOperations: [
        { op: "replace", path: "/accessLogSettings/destinationArn", value: group },
        { op: "replace", path: "/accessLogSettings/format", value: wanted.accessLogFormat },
        { op: "replace", path: "/*/*/throttling/rateLimit", value: "50" },
        { op: "replace", path: "/*/*/throttling/burstLimit", value: "100" },
        { op: "replace", path: "/*/*/logging/loglevel", value: "ERROR" },
        { op: "replace", path: "/*/*/metrics/enabled", value: "true" },
      ],
    },
  ]);
});

describe("changes, and the patch that repairs each", () => {
  test.each([
    ["deploymentId", { deploymentId: "d1" }, "d1", { path: "/deploymentId", value: "d2" }],
    ["description", { description: "x" }, "x", { path: "/description", value: "dev" }],
    ["tracing", { tracingEnabled: false }, false, { path: "/tracingEnabled", value: "true" }],
    [
      "accessLogArn",
      { accessLogSettings: { ...stage.accessLogSettings, destinationArn: "x" } },
      "x",
      { path: "/accessLogSettings/destinationArn", value: group },
    ],
    [
      "accessLogFormat",
      { accessLogSettings: { ...stage.accessLogSettings, format: "x" } },
      "x",
      { path: "/accessLogSettings/format", value: wanted.accessLogFormat },
    ],
    ["throttleRate", all({ throttlingRateLimit: 1 }), 1, { path: "/*/*/throttling/rateLimit", value: "50" }],
    ["throttleBurst", all({ throttlingBurstLimit: 1 }), 1, { path: "/*/*/throttling/burstLimit", value: "100" }],
    ["loggingLevel", all({ loggingLevel: "OFF" }), "OFF", { path: "/*/*/logging/loglevel", value: "ERROR" }],
    ["dataTrace", all({ dataTraceEnabled: true }), true, { path: "/*/*/logging/dataTrace", value: "false" }],
    ["metrics", all({ metricsEnabled: false }), false, { path: "/*/*/metrics/enabled", value: "true" }],
  ])("%s", async (path, altered, found, patch) => {
    apigateway.onAnyCommand().resolves({});
    const drifted = { ...live, stage: { ...stage, ...altered } };
    const changes = ApiStage.changes(wanted, drifted, me);
    expect(changes.map((c) => [c.path, c.live, c.fix])).toEqual([[path, found, "update"]]);
    await ApiStage.update(testAws(), drifted, wanted, changes, me);
    expect(apigateway.calls()).toHaveLength(1);
    expect(apigateway.commandCalls(UpdateStageCommand)[0]?.args[0].input).toEqual({
      ...key,
      patchOperations: [{ op: "replace", ...patch }],
    });
  });

  test("in sync, whether or not the group's ARN ends in :*", () => {
    expect(ApiStage.changes(wanted, live, me)).toEqual([]);
    expect(ApiStage.changes({ ...wanted, accessLogArn: `${group}:*` }, live, me)).toEqual([]);
  });

  test("variables and settings of single methods, which someone added by hand, are removed", async () => {
    apigateway.onAnyCommand().resolves({});
    const added = {
      ...stage,
      variables: { debug: "1" },
      methodSettings: { "*/*": setting, "trade/{id}/GET": { loggingLevel: "INFO" } },
    };
    const drifted = { ...live, stage: added };
    const changes = ApiStage.changes(wanted, drifted, me);
    expect(changes).toEqual([
      { path: "variables.debug", want: undefined, live: "(not shown)", fix: "update" },
      { path: "methodSettings.trade/{id}/GET", want: undefined, live: { loggingLevel: "INFO" }, fix: "update" },
    ]);
    await ApiStage.update(testAws(), drifted, wanted, changes, me);
    expect(apigateway.commandCalls(UpdateStageCommand)[0]?.args[0].input.patchOperations).toEqual([
      { op: "remove", path: "/variables/debug" },
      { op: "remove", path: "/trade~1{id}/GET" },
    ]);
  });

  test("deployments that no stage uses are cleared away, but never the one that the stage is to have", async () => {
    apigateway.onAnyCommand().resolves({});
    const unused = [{ id: "d1", description: "tap:d1" }];
    const moved = { ...live, unused };
    const changes = ApiStage.changes(wanted, moved, me);
    expect(changes).toEqual([{ path: "staleDeployments.d1", want: undefined, live: "tap:d1", fix: "update" }]);
    await ApiStage.update(testAws(), moved, wanted, changes, me);
    expect(apigateway.calls()).toHaveLength(1);
    expect(apigateway.commandCalls(DeleteDeploymentCommand)[0]?.args[0].input).toEqual({
      restApiId: "a1",
      deploymentId: "d1",
    });

    const before = { ...live, stage: { ...stage, deploymentId: "d0" }, unused: [{ id: "d2", description: "tap:d2" }] };
    expect(ApiStage.changes(wanted, before, me).map((c) => c.path)).toEqual(["deploymentId"]);
  });

  test("tags", async () => {
    apigateway.onAnyCommand().resolves({});
    const drifted = { ...live, stage: { ...stage, tags: {} } };
    await ApiStage.update(testAws(), drifted, wanted, ApiStage.changes(wanted, drifted, me), me);
    expect(apigateway.calls()).toHaveLength(1);
    expect(apigateway.commandCalls(TagResourceCommand)[0]?.args[0].input).toEqual({
      resourceArn: "arn:aws:apigateway:us-east-1::/restapis/a1/stages/dev",
      tags: me.tags,
    });
  });
});

test("what is refused for a moment is tried again", () => {
  const early = awsError(
    "BadRequestException",
    "CloudWatch Logs role ARN must be set in account settings to enable logging",
  );
  const used = awsError("BadRequestException", "Active stages pointing to this deployment must be moved or deleted");
  expect(ApiStage.classify?.(early, "update")).toBe("dependency");
  expect(ApiStage.classify?.(used, "update")).toBe("dependency");
  expect(ApiStage.classify?.(awsError("ConflictException", "Stage already exists", 409), "create")).toBe("exists");
  expect(
    ApiStage.classify?.(awsError("BadRequestException", "Deployment id does not exist"), "create"),
  ).toBeUndefined();
});

test("removing one that is gone is success", async () => {
  apigateway.on(DeleteStageCommand).rejects(awsError("NotFoundException"));
  await ApiStage.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(apigateway.commandCalls(DeleteStageCommand)[0]?.args[0].input).toEqual(key);
});
