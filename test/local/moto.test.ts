import { afterAll, beforeAll, expect, it } from "vitest";
import { type Aws, type Connection, connect } from "../../src/aws/aws.ts";
import type { CallRecord } from "../../src/aws/caller.ts";
import { sweep } from "../../src/cli/sweep.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import { wallClock } from "../../src/engine/clock.ts";
import { down } from "../../src/engine/down.ts";
import { lookAtAll } from "../../src/engine/look.ts";
import { planUp } from "../../src/engine/plan.ts";
import { statusRows } from "../../src/engine/status.ts";
import { up } from "../../src/engine/up.ts";
import { CallCounts } from "../../src/session/calls.ts";
import { readCode } from "../../src/session/code.ts";
import { makeRun } from "../../src/session/run.ts";
import { kinds, platform } from "../../steps/index.ts";
import { MemoryJournal } from "../state/memory-journal.ts";
import { inventory } from "./inventory.ts";
import { leftBehind, reports, withQuirks } from "./moto-quirks.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";

const region = "us-east-1";
// With a domain, so that certificate, domain name and DNS are part of it.
const file = parseSettingsFile("environments: { dev: { domain: { name: api.example.com, zone: example.com } } }");
const settings = resolveSettings({ env: "dev", variables: {}, file });
const code = await readCode(new URL("../../dist/trade-service.zip", import.meta.url));

let moto: MotoServer;
let connection: Connection;
let before: Awaited<ReturnType<typeof inventory>>;
let journal = new MemoryJournal();
const calls: CallRecord[] = [];

beforeAll(async () => {
  moto = await startMoto();
  const at = { endpoint: moto.endpoint, region };
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const record = (call: CallRecord) => void calls.push(call);
  connection = withQuirks(connect({ ...at, credentials, clock: wallClock, record }), at);
  before = await list();
});
afterAll(async () => {
  await moto?.stop();
});

const list = () => inventory({ endpoint: moto.endpoint, region });

/** A new process: nothing but the journal and the account is the same. */
function begin() {
  const { account, endpoint } = moto;
  const run = makeRun({ environment: settings.environment, connection, clock: wallClock, journal, reports });
  // Nobody has delegated the zone but moto, which knows it under the name servers that it gave it.
  const resolveNs = async (_: string, nameServers: readonly string[]) => nameServers;
  const declared = platform(settings, { account, region, code, local: { endpoint }, resolveNs });
  calls.length = 0;
  return { run, declared, looking: lookAtAll(run, declared.nodes, kinds) };
}

/** `up`, as its endings and the calls that were to change something. */
async function bringUp() {
  const { run, declared, looking } = begin();
  const looks = await looking;
  expect(planUp(looks).conflicts).toEqual([]);
  const endings = await up(run, declared.nodes, looks);
  const bad = [...endings].filter(([, { is }]) => !["created", "updated", "unchanged"].includes(is));
  expect(bad.map(([{ id }, ending]) => ({ id, ending }))).toEqual([]);
  return [...calls].filter(({ mutating }) => mutating).map(({ operation }) => operation);
}

async function notInSync() {
  const looks = await begin().looking;
  expect(looks.unsearched).toEqual([]);
  const rows = statusRows(looks);
  expect(rows.length).toBeGreaterThan(60);
  return rows.filter(({ status }) => status !== "in-sync");
}

/** `down`, with the sweep that proves that nothing is left. */
async function takeDown() {
  const { run, declared, looking } = begin();
  const endings = await down<Aws>(run, await looking, { protect: false });
  const bad = [...endings].filter(([, { is }]) => is !== "removed" && is !== "unchanged");
  expect(bad.map(([{ id }, ending]) => ({ id, ending }))).toEqual([]);
  const state = Object.assign(journal, { path: "in memory", remove: async () => undefined });
  const session = {
    settings,
    account: moto.account,
    local: true,
    code: code.sha256,
    platform: declared,
    kinds,
    run,
    state,
    calls: new CallCounts(),
    close: async () => undefined,
  };
  const { remaining, unsearched } = await sweep(session, endings, true, { protect: false });
  expect({ remaining: [...remaining.keys()].map(({ id }) => id), unsearched }).toEqual({
    remaining: [],
    unsearched: [],
  });
}

/** What is there now and was not before the first `up`, but for what moto should have removed by itself. */
async function added() {
  const now = Object.entries(await list()).flatMap(([type, names]) => names.map((name) => `${type}: ${name}`));
  const old = new Set(Object.entries(before).flatMap(([type, names]) => names.map((name) => `${type}: ${name}`)));
  return now.filter((one) => !old.has(one) && !leftBehind.some(({ pattern }) => pattern.test(one)));
}

it("brings everything up, and nothing the second time", async () => {
  expect((await bringUp()).length).toBeGreaterThan(60);
  expect((await added()).length).toBeGreaterThan(40);
  expect(await notInSync()).toEqual([]);
  expect(await bringUp()).toEqual([]);
});

it("finds everything again without its state", async () => {
  journal = new MemoryJournal();
  expect(await notInSync()).toEqual([]);
  expect(await bringUp()).toEqual([]);
});

it("leaves nothing, and comes up again", async () => {
  journal = new MemoryJournal();
  await takeDown();
  // The role is the account's, not the environment's: it is made when there is none, and never removed.
  expect(await added()).toEqual(["roles: trading-apigateway-logs"]);

  expect((await bringUp()).length).toBeGreaterThan(60);
  expect(await notInSync()).toEqual([]);
  await takeDown();
  expect(await added()).toEqual(["roles: trading-apigateway-logs"]);
});
