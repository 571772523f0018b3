import {
  APIGatewayClient,
  CreateRestApiCommand,
  DeleteMethodCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  TagResourceCommand,
  UpdateRestApiCommand,
} from "@aws-sdk/client-api-gateway";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { AmbiguousError, NotOursError } from "../../../src/engine/errors.ts";
import { RestApi } from "../../../src/resources/apigateway/rest-api.ts";
import { awsError, identity, testAws } from "../support.ts";

const apigateway = mockClient(APIGatewayClient);
beforeEach(() => apigateway.reset());

const me = identity("api/rest-api", "trading-api-dev");
const wanted = {
  description: "trades",
  disableExecuteApiEndpoint: false,
  routes: { "/trade": ["GET", "POST"], "/trade/{id}": ["GET"] },
};
const api = {
  id: "a1",
  name: "trading-api-dev",
  description: "trades",
  endpointConfiguration: { types: ["REGIONAL" as const] },
  disableExecuteApiEndpoint: false,
  rootResourceId: "r0",
  tags: { ...me.tags },
};
const resources = [
  { id: "r0", path: "/" },
  { id: "r1", path: "/trade", resourceMethods: { GET: {}, POST: {} } },
];
const live = { api, resources };

describe("find", () => {
  test("takes the one with our tags, on any page, with its resources", async () => {
    apigateway
      .on(GetRestApisCommand)
      .resolvesOnce({ items: [{ ...api, id: "a0", tags: { Environment: "prod" } }], position: "more" })
      .resolvesOnce({ items: [api] });
    apigateway.on(GetResourcesCommand).resolvesOnce({ items: resources.slice(0, 1), position: "more" });
    apigateway.on(GetResourcesCommand, { position: "more" }).resolves({ items: resources.slice(1) });
    expect(await RestApi.find(testAws(), me, undefined)).toEqual(live);
    expect(apigateway.commandCalls(GetRestApisCommand)[1]?.args[0].input).toEqual({ limit: 500, position: "more" });
    expect(apigateway.commandCalls(GetResourcesCommand)[0]?.args[0].input).toEqual({
      restApiId: "a1",
      embed: ["methods"],
      limit: 500,
    });
  });

  test("the resources of the remembered one are read meanwhile, and once", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    apigateway.on(GetRestApisCommand).callsFake(() => promise.then(() => ({ items: [api] })));
    apigateway.on(GetResourcesCommand).callsFake(() => {
      resolve();
      return { items: resources };
    });
    expect(await RestApi.find(testAws(), { ...me, id: "a1" }, undefined)).toEqual(live);
    expect(apigateway.commandCalls(GetResourcesCommand)).toHaveLength(1);
  });

  test.each(["NotFoundException", "AccessDeniedException"])(
    "a remembered id that is wrong (%s) does no harm",
    async (code) => {
      apigateway.on(GetRestApisCommand).resolves({ items: [api] });
      apigateway.on(GetResourcesCommand, { restApiId: "a0" }).rejects(awsError(code));
      apigateway.on(GetResourcesCommand, { restApiId: "a1" }).resolves({ items: resources });
      expect(await RestApi.find(testAws(), { ...me, id: "a0" }, undefined)).toEqual(live);
    },
  );

  test("two with the same identity are an error; names alone say nothing", async () => {
    apigateway.on(GetRestApisCommand).resolvesOnce({ items: [api, { ...api, id: "a2" }] });
    await expect(RestApi.find(testAws(), me, undefined)).rejects.toThrow(AmbiguousError);
    apigateway.on(GetRestApisCommand).resolves({ items: [{ ...api, tags: {} }] });
    expect(await RestApi.find(testAws(), me, undefined)).toBeUndefined();
  });

  test("the remembered one without our tags is refused; one that is gone is absent", async () => {
    apigateway.on(GetRestApisCommand).resolves({ items: [] });
    apigateway
      .on(GetRestApiCommand)
      .resolvesOnce({ ...api, tags: {} })
      .rejects(awsError("NotFoundException"));
    await expect(RestApi.find(testAws(), { ...me, id: "a1" }, undefined)).rejects.toThrow(NotOursError);
    expect(await RestApi.find(testAws(), { ...me, id: "a1" }, undefined)).toBeUndefined();
  });
});

test("outputs fall back to the list for the root resource, which emulators leave out", () => {
  const { rootResourceId: _, ...bare } = api;
  expect(RestApi.outputs(live)).toEqual({ restApiId: "a1", rootResourceId: "r0" });
  expect(RestApi.outputs({ api: bare, resources })).toEqual({ restApiId: "a1", rootResourceId: "r0" });
});

test("create sends a regional API with tags; compression only when wanted", async () => {
  apigateway.on(CreateRestApiCommand).resolves({ id: "a1" });
  expect(await RestApi.create(testAws(), me, undefined, wanted, "t")).toBe("a1");
  await RestApi.create(testAws(), me, undefined, { ...wanted, minimumCompressionSize: 1024 }, "t");
  const sent = apigateway.commandCalls(CreateRestApiCommand).map((call) => call.args[0].input);
  const plain = {
    name: "trading-api-dev",
    description: "trades",
    endpointConfiguration: { types: ["REGIONAL"] },
    disableExecuteApiEndpoint: false,
    tags: me.tags,
  };
  expect(sent).toEqual([plain, { ...plain, minimumCompressionSize: 1024 }]);
});

describe("changes", () => {
  test.each([
    ["name", { name: "x" }, "trading-api-dev", "x"],
    ["description", { description: "x" }, "trades", "x"],
    ["endpointType", { endpointConfiguration: { types: ["EDGE" as const] } }, "REGIONAL", "EDGE"],
    ["disableExecuteApiEndpoint", { disableExecuteApiEndpoint: true }, false, true],
    ["minimumCompressionSize", { minimumCompressionSize: 10 }, undefined, 10],
    ["tags.Project", { tags: { ...me.tags, Project: "x" } }, "trading", "x"],
  ])("%s", (path, altered, want, found) => {
    expect(RestApi.changes(wanted, live, me)).toEqual([]);
    expect(RestApi.changes(wanted, { api: { ...api, ...altered }, resources }, me)).toEqual([
      { path, want, live: found, fix: "update" },
    ]);
  });

  test("what someone added by hand is reported, the deepest first; what is missing is not", () => {
    const added = [
      ...resources.slice(0, 1),
      { id: "r1", path: "/trade", resourceMethods: { DELETE: {}, GET: {} } },
      { id: "r8", path: "/debug" },
      { id: "r9", path: "/debug/heap", resourceMethods: { GET: {} } },
    ];
    expect(RestApi.changes(wanted, { api, resources: added }, me)).toEqual([
      { path: "resources./debug/heap", want: undefined, live: ["GET"], fix: "update" },
      { path: "resources./trade.DELETE", want: undefined, live: ["DELETE"], fix: "update" },
      { path: "resources./debug", want: undefined, live: [], fix: "update" },
    ]);
  });
});

test("update patches in one call, removes what was added, and tags again", async () => {
  apigateway.onAnyCommand().resolves({});
  apigateway.on(DeleteMethodCommand).rejects(awsError("NotFoundException"));
  const drifted = {
    api: {
      ...api,
      name: "x",
      description: "x",
      minimumCompressionSize: 7,
      endpointConfiguration: { types: ["EDGE" as const] },
      tags: {},
    },
    resources: [...resources, { id: "r8", path: "/debug" }, { id: "r0", path: "/", resourceMethods: { ANY: {} } }],
  };
  await RestApi.update(testAws(), drifted, wanted, RestApi.changes(wanted, drifted, me), me);
  expect(apigateway.commandCalls(UpdateRestApiCommand).map((call) => call.args[0].input)).toEqual([
    {
      restApiId: "a1",
      patchOperations: [
        { op: "replace", path: "/name", value: "trading-api-dev" },
        { op: "replace", path: "/description", value: "trades" },
        { op: "replace", path: "/endpointConfiguration/types/EDGE", value: "REGIONAL" },
        { op: "replace", path: "/minimumCompressionSize", value: "" },
      ],
    },
  ]);
  expect(apigateway.commandCalls(DeleteResourceCommand)[0]?.args[0].input).toEqual({
    restApiId: "a1",
    resourceId: "r8",
  });
  expect(apigateway.commandCalls(DeleteMethodCommand)[0]?.args[0].input).toEqual({
    restApiId: "a1",
    resourceId: "r0",
    httpMethod: "ANY",
  });
  expect(apigateway.commandCalls(TagResourceCommand)[0]?.args[0].input).toEqual({
    resourceArn: "arn:aws:apigateway:us-east-1::/restapis/a1",
    tags: me.tags,
  });
});

test("phases follow AWS's status, where it gives one", () => {
  expect(RestApi.phase(live).is).toBe("ready");
  expect(RestApi.phase({ api: { ...api, apiStatus: "UPDATING" }, resources }).is).toBe("pending");
  const broken = { ...api, apiStatus: "FAILED" as const, apiStatusMessage: "no" };
  expect(RestApi.phase({ api: broken, resources })).toEqual({ is: "failed", why: "FAILED: no" });
});

test("removing one that is gone is success; all of ours are listed", async () => {
  apigateway.on(DeleteRestApiCommand).rejects(awsError("NotFoundException"));
  await RestApi.remove(testAws(), live, { token: "t", protect: false }, me);
  apigateway.on(GetRestApisCommand).resolves({ items: [api, { ...api, id: "a2", tags: { ManagedBy: "tap" } }] });
  expect(await RestApi.listOwned?.(testAws(), "dev")).toEqual([
    { node: "api/rest-api", name: "trading-api-dev", id: "a1", key: undefined },
  ]);
});
