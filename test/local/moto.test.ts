import { afterAll, beforeAll, expect, it } from "vitest";
import { statusRows } from "../../src/engine/status.ts";
import { inventory } from "./inventory.ts";
import { lifecycleOn, type MotoLifecycle } from "./moto-lifecycle.ts";
import { leftBehind } from "./moto-quirks.ts";
import { type MotoServer, region, startMoto } from "./moto-server.ts";

let moto: MotoServer;
let dev: MotoLifecycle;
let before: Awaited<ReturnType<typeof inventory>>;

beforeAll(async () => {
  moto = await startMoto();
  dev = await lifecycleOn(moto);
  before = await list();
});
afterAll(async () => {
  await moto?.stop();
});

const list = () => inventory({ endpoint: moto.endpoint, region });

async function notInSync() {
  const looks = await dev.look();
  expect(looks.unsearched).toEqual([]);
  const rows = statusRows(looks);
  expect(rows.length).toBeGreaterThan(60);
  return rows.filter(({ status }) => status !== "in-sync");
}

/** What is there now and was not before the first `up`, but for what moto should have removed by itself. */
async function added() {
  const now = Object.entries(await list()).flatMap(([type, names]) => names.map((name) => `${type}: ${name}`));
  const old = new Set(Object.entries(before).flatMap(([type, names]) => names.map((name) => `${type}: ${name}`)));
  return now.filter((one) => !old.has(one) && !leftBehind.some(({ pattern }) => pattern.test(one)));
}

it("brings everything up, and nothing the second time", async () => {
  expect((await dev.bringUp()).length).toBeGreaterThan(60);
  expect((await added()).length).toBeGreaterThan(40);
  expect(await notInSync()).toEqual([]);
  expect(await dev.bringUp()).toEqual([]);
});

it("finds everything again without its state", async () => {
  dev.forget();
  expect(await notInSync()).toEqual([]);
  expect(await dev.bringUp()).toEqual([]);
});

it("leaves nothing, and comes up again", async () => {
  dev.forget();
  await dev.takeDown();
  // The role is the account's, not the environment's: it is made when there is none, and never removed.
  expect(await added()).toEqual(["roles: trading-apigateway-logs"]);

  expect((await dev.bringUp()).length).toBeGreaterThan(60);
  expect(await notInSync()).toEqual([]);
  await dev.takeDown();
  expect(await added()).toEqual(["roles: trading-apigateway-logs"]);
});
