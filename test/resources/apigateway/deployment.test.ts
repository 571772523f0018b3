import {
  APIGatewayClient,
  CreateDeploymentCommand,
  DeleteDeploymentCommand,
  GetDeploymentsCommand,
  GetRestApisCommand,
} from "@aws-sdk/client-api-gateway";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { ApiDeployment, deploymentHash } from "../../../src/resources/apigateway/deployment.ts";
import { awsError, identity, testAws } from "../support.ts";

const apigateway = mockClient(APIGatewayClient);
beforeEach(() => apigateway.reset());

const me = identity("api/deployment", "trading-deployment-dev");
const key = { restApiId: "a1" };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const old = { id: "d1", description: "tap:old", createdDate: at(1) };
const deployment = { id: "d2", description: "tap:new", createdDate: at(2) };
const live = { restApiId: "a1", deployment };

test("the newest of ours is found, on any page; those of others are not looked at", async () => {
  const foreign = { id: "d9", description: "by hand", createdDate: at(9) };
  apigateway
    .on(GetDeploymentsCommand)
    .resolvesOnce({ items: [foreign, deployment], position: "more" })
    .resolvesOnce({ items: [old] });
  expect(await ApiDeployment.find(testAws(), me, key)).toEqual(live);
  expect(ApiDeployment.outputs(live)).toEqual({ restApiId: "a1", deploymentId: "d2" });
});

test("one whose description was changed by hand is still known by its id, and is deployed again", async () => {
  const renamed = { ...deployment, description: "by hand" };
  apigateway.on(GetDeploymentsCommand).resolves({ items: [renamed] });
  expect(await ApiDeployment.find(testAws(), me, key)).toBeUndefined();
  const found = await ApiDeployment.find(testAws(), { ...me, id: "d2" }, key);
  expect(found).toEqual({ restApiId: "a1", deployment: renamed });
  expect(ApiDeployment.changes({ hash: "new" }, { restApiId: "a1", deployment: renamed }, me)).toEqual([
    { path: "hash", want: "new", live: "by hand", fix: "update" },
  ]);
});

test("an API that is gone has none; one that is listed is looked at again", async () => {
  apigateway.on(GetDeploymentsCommand).rejects(awsError("NotFoundException"));
  apigateway.on(GetRestApisCommand).resolves({ items: [{ id: "a2" }] });
  expect(await ApiDeployment.find(testAws(), { ...me, id: "d2" }, key)).toBeUndefined();
  apigateway.on(GetRestApisCommand).resolves({ items: [{ id: "a1" }] });
  await expect(ApiDeployment.find(testAws(), { ...me, id: "d2" }, key)).rejects.toThrow("NotFoundException");
});

test("create and update both deploy, and say what", async () => {
  apigateway.on(CreateDeploymentCommand).resolves({ id: "d2" });
  expect(await ApiDeployment.create(testAws(), me, key, { hash: "new" }, "t")).toBe("d2");
  expect(ApiDeployment.changes({ hash: "new" }, live, me)).toEqual([]);
  const changes = ApiDeployment.changes({ hash: "newer" }, live, me);
  expect(changes).toEqual([{ path: "hash", want: "newer", live: "new", fix: "update" }]);
  await ApiDeployment.update(testAws(), live, { hash: "newer" }, changes, me);
  expect(apigateway.commandCalls(CreateDeploymentCommand).map((call) => call.args[0].input)).toEqual([
    { restApiId: "a1", description: "tap:new" },
    { restApiId: "a1", description: "tap:newer" },
  ]);
});

test("removal deletes the present one; one that is gone is success", async () => {
  apigateway.on(DeleteDeploymentCommand).rejects(awsError("NotFoundException"));
  await ApiDeployment.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(apigateway.commandCalls(DeleteDeploymentCommand)[0]?.args[0].input).toEqual({
    restApiId: "a1",
    deploymentId: "d2",
  });
});

test("the hash depends on every value, and on the order of lists, but not of keys", () => {
  const hash = deploymentHash({ "/trade": { GET: { timeoutMs: 29_000 } }, b: [1, 2] });
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(deploymentHash({ b: [1, 2], "/trade": { GET: { timeoutMs: 29_000 } } })).toBe(hash);
  expect(deploymentHash({ b: [2, 1], "/trade": { GET: { timeoutMs: 29_000 } } })).not.toBe(hash);
  expect(deploymentHash({ b: [1, 2], "/trade": { GET: { timeoutMs: 28_000 } } })).not.toBe(hash);
});
