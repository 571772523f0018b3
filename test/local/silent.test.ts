import { afterAll, beforeAll, expect, test } from "vitest";
import { patient } from "../../src/aws/patience.ts";
import { statusRows } from "../../src/engine/status.ts";
import { progress } from "../progress.ts";
import { hurriedClock } from "../silent/hurried-clock.ts";
import { type SilentProxy, silentProxy, type When } from "../silent/proxy.ts";
import { inventory } from "./inventory.ts";
import { lifecycleOn } from "./moto-lifecycle.ts";
import { leftBehind } from "./moto-quirks.ts";
import { type MotoServer, region, startMoto } from "./moto-server.ts";

let moto: MotoServer;
let proxy: SilentProxy;
/** What the undisturbed life sends, and how many there are of each type in its middle. */
let operations: readonly string[];
let whole: Record<string, number>;

beforeAll(async () => {
  moto = await startMoto();
  proxy = await silentProxy(moto.endpoint);
  whole = await life();
  operations = [...proxy.operations].sort();
});
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await moto?.stop();
});

/** Everything in the account, read past the proxy, but for what moto should have removed by itself. */
const list = async () =>
  Object.entries(await inventory({ endpoint: moto.endpoint, region })).flatMap(([type, names]) =>
    names.map((name) => `${type}: ${name}`).filter((one) => !leftBehind.some(({ pattern }) => pattern.test(one))),
  );

/**
 * By a clock that is 15 times as fast: one second for a read, two for a change. A change that is waited for as long as
 * usual would, twice on one small resource, take all of the time that this may take.
 */
const hurried = { ...patient, write: 30_000 };

/**
 * Up, status, second up, down, in an account of its own.
 *
 * @returns how many there are of each type when it is up
 */
async function life(): Promise<Record<string, number>> {
  await moto.reset();
  const before = await list();
  const dev = await lifecycleOn(moto, proxy.endpoint, hurriedClock(15), hurried);
  await dev.bringUp();
  const made = Object.groupBy(await list(), (one) => one.slice(0, one.indexOf(":")));
  const looks = await dev.look();
  expect(looks.unsearched).toEqual([]);
  expect(statusRows(looks).filter(({ status }) => status !== "in-sync")).toEqual([]);
  expect(await dev.bringUp()).toEqual([]);
  await dev.takeDown();
  // The role is the account's, not the environment's: it is made when there is none, and never removed.
  expect(await list()).toEqual(expect.arrayContaining(before));
  expect((await list()).filter((one) => !before.includes(one))).toEqual(["roles: trading-apigateway-logs"]);
  return Object.fromEntries(Object.entries(made).map(([type, names = []]) => [type, names.length]));
}

const [part = 1, parts = 0] = (process.env["SILENT"] ?? "").split("/").filter(Boolean).map(Number);
/** Silent calls in one life: few enough that the fault is found, many enough that a life is worth its time. */
const together = 8;

/** The operations of each life: all at once in the sample, few at a time in the full set. */
function groups(): (readonly string[])[] {
  if (parts === 0) return [operations];
  const mine = operations.filter((_, i) => i % parts === part - 1);
  const count = Math.ceil(mine.length / together);
  // What comes from one service is spread over the lives.
  return Array.from({ length: count }, (_, group) => mine.filter((_, i) => i % count === group));
}

test("a proxy that keeps a call of each operation open and silent: every command ends, right", async () => {
  const wrong: string[] = [];
  const bad = new Set<string>();
  const lives = groups().flatMap((silent) =>
    (["before", "after"] as const).map((when): [When, readonly string[]] => [when, silent]),
  );
  const done = progress("silent by proxy", lives.length);
  for (const [when, silent] of lives) {
    try {
      proxy.silence(silent, when);
      expect(await life()).toEqual(whole);
      expect([...proxy.pending]).toEqual([]);
    } catch (error) {
      for (const operation of silent) bad.add(operation);
      wrong.push(`silent ${when}: ${silent.join(", ")}: ${error instanceof Error ? error.message : error}`);
    }
    done();
  }
  const chosen = groups().flat();
  console.log(`silent: ${chosen.length} operations by proxy, ${chosen.length - bad.size} right`);
  expect(wrong).toEqual([]);
}, 1_200_000);
