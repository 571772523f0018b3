import {
  APIGatewayClient,
  CreateResourceCommand,
  DeleteMethodCommand,
  DeleteResourceCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { ApiMethod } from "../../../src/resources/apigateway/method.ts";
import { ApiResource } from "../../../src/resources/apigateway/resource.ts";
import { awsError, identity, testAws } from "../support.ts";

const apigateway = mockClient(APIGatewayClient);
beforeEach(() => apigateway.reset());

const me = identity("api/get-trade", "trading-get-trade-dev");
const removal = { token: "t", protect: false };

describe("ApiResource", () => {
  const key = { restApiId: "a1", path: "/trade/{id}" };
  const wanted = { parentId: "r1", pathPart: "{id}" };
  const resource = { id: "r2", path: "/trade/{id}", ...wanted };
  const live = { restApiId: "a1", resource };

  test("is found by its path; paths and methods of an API share one read", async () => {
    apigateway.on(GetResourcesCommand).resolves({
      items: [{ id: "r1", path: "/trade", resourceMethods: { GET: { httpMethod: "GET" } } }, resource],
    });
    const aws = testAws();
    expect(await ApiResource.find(aws, me, key)).toEqual(live);
    expect(await ApiMethod.find(aws, me, { ...key, path: "/trade", httpMethod: "GET" })).toEqual({
      restApiId: "a1",
      path: "/trade",
      httpMethod: "GET",
      resourceId: "r1",
      method: { httpMethod: "GET" },
    });
    expect(await ApiResource.find(aws, me, { ...key, path: "/other" })).toBeUndefined();
    expect(await ApiMethod.find(aws, me, { ...key, httpMethod: "GET" })).toBeUndefined();
    expect(apigateway.commandCalls(GetResourcesCommand)).toHaveLength(1);
    expect(ApiResource.outputs(live)).toEqual({ restApiId: "a1", resourceId: "r2", path: "/trade/{id}" });
  });

  test("in an API that is gone there is nothing", async () => {
    apigateway.on(GetResourcesCommand).rejects(awsError("NotFoundException", "no such API", 404));
    apigateway.on(GetRestApisCommand).resolves({ items: [] });
    expect(await ApiResource.find(testAws(), me, key)).toBeUndefined();
  });

  test("create, changes and removal", async () => {
    apigateway.on(CreateResourceCommand).resolves({ id: "r2" });
    expect(await ApiResource.create(testAws(), me, key, wanted, "t")).toBe("r2");
    expect(apigateway.commandCalls(CreateResourceCommand)[0]?.args[0].input).toEqual({ restApiId: "a1", ...wanted });
    expect(ApiResource.changes(wanted, live, me)).toEqual([]);
    expect(ApiResource.changes({ parentId: "r9", pathPart: "{key}" }, live, me)).toEqual([
      { path: "parentId", want: "r9", live: "r1", fix: "replace" },
      { path: "pathPart", want: "{key}", live: "{id}", fix: "replace" },
    ]);
    apigateway.on(DeleteResourceCommand).rejects(awsError("NotFoundException"));
    await ApiResource.remove(testAws(), live, removal, me);
    expect(apigateway.commandCalls(DeleteResourceCommand)[0]?.args[0].input).toEqual({
      restApiId: "a1",
      resourceId: "r2",
    });
  });

  test("a name that is taken, and a change that came at the same time, are told apart", () => {
    const taken = awsError(
      "ConflictException",
      "Another resource with the same parent already has this name: trade",
      409,
    );
    const busy = awsError(
      "ConflictException",
      "Unable to complete operation due to concurrent modification. Please try again later.",
      409,
    );
    expect(ApiResource.classify?.(taken, "create")).toBe("exists");
    expect(ApiResource.classify?.(busy, "create")).toBe("retry");
    expect(ApiResource.classify?.(busy, "remove")).toBe("retry");
    expect(ApiResource.classify?.(awsError("ConflictException", "something else", 409), "create")).toBeUndefined();
    expect(ApiResource.classify?.(awsError("NotFoundException", "already exists"), "create")).toBeUndefined();
  });
});

describe("ApiMethod", () => {
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:trading-query-dev";
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  const key = { restApiId: "a1", path: "/trade/{id}", httpMethod: "GET" };
  const wanted = {
    resourceId: "r2",
    authorization: "AWS_IAM" as const,
    operationName: "getTrade",
    requestParameters: { "method.request.path.id": true },
    functionArn,
    timeoutMs: 29_000,
  };
  const methodIntegration = {
    type: "AWS_PROXY" as const,
    httpMethod: "POST",
    uri,
    timeoutInMillis: 29_000,
    passthroughBehavior: "WHEN_NO_MATCH",
  };
  const method = {
    httpMethod: "GET",
    authorizationType: "AWS_IAM",
    apiKeyRequired: false,
    operationName: "getTrade",
    requestParameters: { "method.request.path.id": true },
    methodIntegration,
  };
  const live = { ...key, resourceId: "r2", method };
  const integrated = (altered: object) => ({
    ...live,
    method: { ...method, methodIntegration: { ...methodIntegration, ...altered } },
  });

  test("create puts the method; its integration follows as a change", async () => {
    apigateway.onAnyCommand().resolves({});
    expect(await ApiMethod.create(testAws(), me, key, wanted, "t")).toBe("a1/r2/GET");
    expect(apigateway.commandCalls(PutMethodCommand)[0]?.args[0].input).toEqual({
      restApiId: "a1",
      resourceId: "r2",
      httpMethod: "GET",
      authorizationType: "AWS_IAM",
      apiKeyRequired: false,
      operationName: "getTrade",
      requestParameters: { "method.request.path.id": true },
    });
    const { methodIntegration: _, ...bare } = method;
    const fresh = { ...live, method: bare };
    const changes = ApiMethod.changes(wanted, fresh, me);
    expect(changes).toEqual([{ path: "integration", want: functionArn, live: undefined, fix: "update" }]);
    await ApiMethod.update(testAws(), fresh, wanted, changes, me);
    expect(apigateway.commandCalls(UpdateMethodCommand)).toHaveLength(0);
    expect(apigateway.commandCalls(PutIntegrationCommand)[0]?.args[0].input).toEqual({
      restApiId: "a1",
      resourceId: "r2",
      httpMethod: "GET",
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri,
      timeoutInMillis: 29_000,
      passthroughBehavior: "WHEN_NO_MATCH",
    });
  });

  test("in sync, also as the local AWS reports it: numbers and flags as text", () => {
    expect(ApiMethod.changes(wanted, live, me)).toEqual([]);
    const text: object = JSON.parse('{"timeoutInMillis":"29000"}');
    expect(ApiMethod.changes(wanted, integrated(text), me)).toEqual([]);
  });

  test.each([
    ["functionArn", { uri: uri.replace("query", "other") }, functionArn, functionArn.replace("query", "other")],
    ["functionArn", { uri: "https://example.com" }, functionArn, "https://example.com"],
    ["timeoutMs", { timeoutInMillis: 5000 }, 29_000, 5000],
    ["integration.type", { type: "AWS" }, "AWS_PROXY", "AWS"],
    ["integration.httpMethod", { httpMethod: "GET" }, "POST", "GET"],
    ["integration.passthroughBehavior", { passthroughBehavior: "NEVER" }, "WHEN_NO_MATCH", "NEVER"],
    ["integration.contentHandling", { contentHandling: "CONVERT_TO_TEXT" }, undefined, "CONVERT_TO_TEXT"],
    ["integration.credentials", { credentials: "arn:aws:iam::1:role/x" }, undefined, "arn:aws:iam::1:role/x"],
  ])("integration: %s is reported and put again", async (path, altered, want, found) => {
    apigateway.onAnyCommand().resolves({});
    const drifted = integrated(altered);
    const changes = ApiMethod.changes(wanted, drifted, me);
    expect(changes).toEqual([{ path, want, live: found, fix: "update" }]);
    await ApiMethod.update(testAws(), drifted, wanted, changes, me);
    expect(apigateway.calls()).toHaveLength(1);
    expect(apigateway.commandCalls(PutIntegrationCommand)[0]?.args[0].input).toMatchObject({ uri, type: "AWS_PROXY" });
  });

  test.each([
    ["authorization", { authorizationType: "NONE" }, { op: "replace", path: "/authorizationType", value: "AWS_IAM" }],
    ["apiKeyRequired", { apiKeyRequired: true }, { op: "replace", path: "/apiKeyRequired", value: "false" }],
    ["operationName", { operationName: "x" }, { op: "replace", path: "/operationName", value: "getTrade" }],
    [
      "requestParameters.method.request.path.id",
      { requestParameters: { "method.request.path.id": false } },
      { op: "replace", path: "/requestParameters/method.request.path.id", value: "true" },
    ],
    [
      "requestParameters.method.request.path.id",
      { requestParameters: {} },
      { op: "add", path: "/requestParameters/method.request.path.id", value: "true" },
    ],
    [
      "requestParameters.method.request.header.X",
      { requestParameters: { "method.request.path.id": true, "method.request.header.X": false } },
      { op: "remove", path: "/requestParameters/method.request.header.X" },
    ],
  ])("method: %s is reported and patched", async (path, altered, patch) => {
    apigateway.onAnyCommand().resolves({});
    const drifted = { ...live, method: { ...method, ...altered } };
    const changes = ApiMethod.changes(wanted, drifted, me);
    expect(changes.map((c) => [c.path, c.fix])).toEqual([[path, "update"]]);
    await ApiMethod.update(testAws(), drifted, wanted, changes, me);
    expect(apigateway.calls()).toHaveLength(1);
    expect(apigateway.commandCalls(UpdateMethodCommand)[0]?.args[0].input).toEqual({
      restApiId: "a1",
      resourceId: "r2",
      httpMethod: "GET",
      patchOperations: [patch],
    });
  });

  test("removal", async () => {
    apigateway.on(DeleteMethodCommand).rejects(awsError("NotFoundException"));
    await ApiMethod.remove(testAws(), live, removal, me);
    expect(apigateway.commandCalls(DeleteMethodCommand)[0]?.args[0].input).toEqual({
      restApiId: "a1",
      resourceId: "r2",
      httpMethod: "GET",
    });
  });
});
