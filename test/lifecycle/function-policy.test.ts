import { AddPermissionCommand, GetPolicyCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { done, outOfSync, unwell } from "./scene.ts";
import { type Environment, World } from "./world.ts";

/** Who a stranger may let call a function of ours, as AddPermission takes it. */
const principals = ["210987654321", "*", "events.amazonaws.com", "arn:aws:iam::210987654321:role/partner"];

const open = (world: World, FunctionName: string, Principal: string) =>
  world.cloud.call(
    new AddPermissionCommand({ FunctionName, StatementId: "partner", Action: "lambda:InvokeFunction", Principal }),
  );

const nameOf = ({ input }: { readonly input: object }) => ("FunctionName" in input ? input.FunctionName : undefined);

const planned = async (dev: Environment) =>
  (await dev.plan()).changes.filter(({ action }) => action !== "none").map(({ node, action }) => [node.id, action]);

test.each(principals)("a statement that lets %s call a function is drift, which up takes away", async (principal) => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  open(world, "trading-processor-dev", principal);
  // It has no policy but this: nobody may call it but tap.
  open(world, "trading-migrate-dev", principal);
  const rows = (await dev.status()).filter(({ status }) => status !== "in-sync");
  expect(rows.map(({ id, status, changes }) => [id, status, changes.map(({ path }) => path)])).toEqual([
    ["functions/processor", "drifted", ["policy.partner"]],
    ["functions/migrate", "drifted", ["policy.partner"]],
  ]);
  expect(await planned(dev)).toEqual([
    ["functions/processor", "update"],
    ["functions/migrate", "update"],
  ]);
  dev.mutatingCalls();
  expect(done(await dev.up())).toEqual({ "functions/processor": "updated", "functions/migrate": "updated" });
  expect(dev.mutatingCalls().map(({ operation }) => operation)).toEqual(["RemovePermission", "RemovePermission"]);
  expect(outOfSync(await dev.status())).toEqual({});
});

test("down takes down a function that strangers may call", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  open(world, "trading-processor-dev", "210987654321");
  expect(unwell((await dev.takeDown()).endings)).toEqual([]);
});

const foreign: readonly object[] = [
  { Sid: "a", Effect: "Deny", NotPrincipal: { AWS: ["arn:aws:iam::210987654321:root"] }, Action: ["lambda:*"] },
  {
    Sid: "b",
    Effect: "Allow",
    Principal: { AWS: ["210987654321", "*"], Service: ["events.amazonaws.com"] },
    NotAction: "x",
  },
  { Sid: "c", Effect: "Allow", Principal: { Federated: "cognito" }, Resource: ["*"], Condition: { Bool: { x: true } } },
];

test("statements of any shape are read, and one without an id is named", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  world.cloud.intercept = (call, apply) => {
    if (call.operation !== "GetPolicy") return apply();
    if (nameOf(call) === "trading-migrate-dev") {
      return { Policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "lambda:*" } }) };
    }
    const output = apply() as { Policy: string };
    const document = JSON.parse(output.Policy);
    return { Policy: JSON.stringify({ ...document, Statement: [...document.Statement, ...foreign] }) };
  };
  const rows = await dev.status();
  expect(outOfSync(rows)).toEqual({ "functions/processor": "drifted", "functions/query": "drifted" });
  expect(rows.find(({ id }) => id === "functions/query")?.changes.map(({ path }) => path)).toEqual([
    "policy.a",
    "policy.b",
    "policy.c",
  ]);
  expect(rows.find(({ id }) => id === "functions/migrate")?.reason).toMatch(/without an id.*lambda:\*/);
});

test.each(["lost", "refused"] as const)("no permission is %s to another one of its function", async (answer) => {
  // As slow as Lambda at its slowest, so that whatever may be under way at once is.
  const latency = ({ operation }: { readonly operation: string }) => (operation === "AddPermission" ? 2000 : 100);
  using world = new World({ latency, overlap: { ms: 2000, answer } });
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  const written = dev.mutatingCalls().filter(({ operation }) => operation === "AddPermission");
  // Written once each: what was lost, or refused, would have been seen and written again.
  expect(written).toHaveLength(dev.platform.nodes.filter(({ kind }) => kind.type === "lambda:permission").length);
  const { Policy } = world.cloud.call(new GetPolicyCommand({ FunctionName: "trading-query-dev" }));
  expect(JSON.parse(Policy ?? "").Statement).toHaveLength(2);
});
