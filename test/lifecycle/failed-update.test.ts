import { expect, test } from "vitest";
import { outOfSync, settings, unwell } from "./scene.ts";
import { outcomesOf, World } from "./world.ts";

const query = "trading-query-dev";

/**
 * Lets every update of a function fail that Lambda has accepted, until the returned handle says otherwise
 * (FunctionConfiguration, LastUpdateStatusReasonCode).
 */
function failUpdates(world: World) {
  const state = { failing: true };
  let failed = false;
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    const { FunctionName } = call.input as { readonly FunctionName?: string };
    if (call.service !== "lambda" || FunctionName !== query) return output;
    if (call.operation.startsWith("UpdateFunction")) failed = state.failing;
    if (call.operation !== "GetFunction" || !failed) return output;
    // What GetFunction answers is an object with a Configuration.
    const { Configuration } = output as { Configuration: { LastUpdateStatus: string } };
    if (Configuration.LastUpdateStatus === "InProgress") return output;
    const LastUpdateStatusReason = "no free address in subnet-1";
    const last = {
      LastUpdateStatus: "Failed",
      LastUpdateStatusReasonCode: "SubnetOutOfIPAddresses",
      LastUpdateStatusReason,
    };
    return { ...output, Configuration: { ...Configuration, ...last } };
  };
  return state;
}

const updates = (world: World) =>
  world.cloud.log.filter(({ operation }) => operation === "UpdateFunctionConfiguration").length;

const file = settings("environments: {dev: {functions: {memoryMb: 1024}}}");
const why = "SubnetOutOfIPAddresses: no free address in subnet-1";

test("an update that Lambda accepts and then gives up: up fails with its reason, status says so, the next up sends it again", async () => {
  using world = new World();
  const before = world.environment("dev");
  await before.up();
  const lambda = failUpdates(world);
  const dev = world.environment("dev", { file, journal: before.journal });
  const sent = updates(world);
  const ended = outcomesOf(await dev.up());
  expect(ended["functions/query"]).toContain(why);
  expect(ended["functions/processor"]).toBe("updated");
  // Once for each of the three functions: none is sent again by the run that has seen it fail.
  expect(updates(world)).toBe(sent + 3);

  expect(outOfSync(await dev.status())).toEqual({ "functions/query": `failed: the last update failed: ${why}` });
  const { conflicts, changes } = await dev.plan();
  expect(conflicts).toEqual([]);
  expect(changes.filter(({ action }) => action !== "none").map(({ node, action }) => [node.id, action])).toEqual([
    ["functions/query", "update"],
  ]);
  expect(unwell(await dev.up())).toEqual([expect.stringContaining(why)]);
  expect(updates(world)).toBe(sent + 4);

  lambda.failing = false;
  expect(unwell(await dev.up())).toEqual([]);
  expect(updates(world)).toBe(sent + 5);
  expect(outOfSync(await dev.status())).toEqual({});
});

test("down takes down a function whose update has failed, and one whose detachment fails", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  failUpdates(world);
  const sent = updates(world);
  expect(unwell((await dev.takeDown()).endings)).toEqual([]);
  expect(updates(world)).toBe(sent + 3);
});
