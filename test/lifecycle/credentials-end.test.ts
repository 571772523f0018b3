import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import { down } from "../../src/engine/down.ts";
import type { Event } from "../../src/engine/events.ts";
import type { Outcomes } from "../../src/engine/outcome.ts";
import { statusRows } from "../../src/engine/status.ts";
import { up } from "../../src/engine/up.ts";
import { makePlain } from "../../src/report/event-line.ts";
import { statusText } from "../../src/report/status-text.ts";
import { makeStyle } from "../../src/report/style.ts";
import { summarise, summaryText } from "../../src/report/summary.ts";
import { awsError } from "../cloud/errors.ts";
import { everything } from "./everything.ts";
import { converged, inventory, outOfSync, unwell } from "./scene.ts";
import { remains, World } from "./world.ts";

/** As services word it (common errors; EC2's and S3's error codes). */
const ends = [
  ["ExpiredTokenException", "The security token included in the request is expired"],
  ["RequestExpired", "Request has expired."],
  ["InvalidClientTokenId", "The security token included in the request is invalid."],
  ["UnrecognizedClientException", "The security token included in the request is invalid."],
  ["AuthFailure", "AWS was not able to validate the provided access credentials"],
] as const;

const style = makeStyle(false);
const spent = { calls: 0, mutating: 0, durationMs: 0, byService: () => ({}) };
const summaryOf = (endings: Outcomes<Aws>) => summaryText([endings], summarise([endings], spent), style);

function plain(events: readonly Event[]): string {
  let text = "";
  const view = makePlain({ write: (more) => (text += more) }, style);
  for (const event of events) view.event(event);
  return text;
}

const times = (text: string, words: string) => text.split(words).length - 1;

/** From the moment on AWS refuses every call. @returns when it has done so, in milliseconds since the epoch */
function end(world: World, [code, message]: readonly [string, string], when: () => boolean): () => number[] {
  const refused: number[] = [];
  world.cloud.intercept = (_call, apply) => {
    if (!when()) return apply();
    refused.push(world.clock.now());
    throw awsError(code, message, 403);
  };
  return () => refused;
}

/** That nothing was sent once the first refusal was known: a call takes 50 ms there, and its answer as long back. */
function expectNothingSentAfter(refused: readonly number[]): void {
  const [first = Number.NaN] = refused;
  expect(Math.max(...refused) - first).toBeLessThanOrEqual(100);
}

const whole = await (async () => {
  using world = new World({ delegated: "all" });
  await world.environment("dev", { file: everything }).up();
  return inventory(world, "dev");
})();

test.each(ends.flatMap((one) => [1, 30, 200, 400].map((seconds) => [...one, seconds] as const)))(
  "%s (%s) %i s into up: said once, nothing new is sent, the next up converges",
  async (code, message, seconds) => {
    using world = new World({ delegated: "all" });
    const dev = world.environment("dev", { file: everything });
    const from = world.clock.now() + seconds * 1000;
    const run = dev.run();
    const looks = await dev.look(run);
    const refused = end(world, [code, message], () => world.clock.now() >= from);
    const endings = await up(run, dev.platform.nodes, looks);
    world.cloud.intercept = undefined;
    expectNothingSentAfter(refused());
    const failed = [...endings.values()].filter(({ is }) => is === "failed");
    expect(failed.length).toBeGreaterThan(0);
    // What had not been begun has not failed.
    for (const [node, { is }] of endings) {
      if (is === "skipped") expect(dev.journal.get(node.id)?.intent, node.id).toBeUndefined();
    }
    for (const text of [plain(dev.events), summaryOf(endings)]) expect(times(text, message)).toBe(1);
    expect(times(summaryOf(endings), "Refresh the credentials")).toBe(1);
    expect(times(plain(dev.events), "accepts the credentials no more")).toBe(1);
    expect(plain(dev.events)).not.toContain("not begun");

    expect(unwell(await dev.up())).toEqual([]);
    expect(inventory(world, "dev")).toEqual(whole);
    expect(outOfSync(await dev.status())).toEqual({});
  },
);

const standing = await converged(everything);

test("status with credentials that have ended says it once, and sends no hundred calls", async () => {
  const { world, dev } = standing();
  using _ = world;
  const [expired] = ends;
  const refused = end(world, expired, () => true);
  const looks = await dev.look();
  world.cloud.intercept = undefined;
  expectNothingSentAfter(refused());
  const report = {
    environment: "dev",
    settingsOf: "dev",
    region: "us-east-1",
    account: "123456789012",
    local: false,
    rows: statusRows(looks),
    accountWide: [],
    unsearched: looks.unsearched,
  };
  expect(report.unsearched.length).toBeGreaterThan(5);
  const text = statusText(report, { style });
  expect(times(text, expired[1])).toBe(1);
  expect(text).toMatch(/for its sake not looked at or compared: \d{2} resources/);
});

test.each([1, 60, 300])(
  "credentials that end %i s into down: said once, and the next down leaves nothing",
  async (seconds) => {
    const { world, dev } = standing();
    using _ = world;
    const [expired] = ends;
    const run = dev.run();
    const looks = await dev.look(run);
    const from = world.clock.now() + seconds * 1000;
    const refused = end(world, expired, () => world.clock.now() >= from);
    const endings = await down(run, looks, { protect: false });
    world.cloud.intercept = undefined;
    expectNothingSentAfter(refused());
    for (const text of [plain(dev.events), summaryOf(endings)]) expect(times(text, expired[1])).toBe(1);
    expect(unwell(await dev.down())).toEqual([]);
    expect(remains(world, "dev")).toEqual([]);
  },
);

test("credentials that end once all is removed: the search for what is left says so, and nothing is tried again and again", async () => {
  const rehearsal = standing();
  const removed = [...(await rehearsal.dev.down()).values()].filter(({ is }) => is === "removed").length;
  rehearsal.world[Symbol.dispose]();
  const { world, dev } = standing();
  using _ = world;
  const [expired] = ends;
  const refused = end(world, expired, () => dev.events.filter(({ event }) => event === "done").length === removed);
  const { endings, swept } = await dev.takeDown();
  world.cloud.intercept = undefined;
  expect(unwell(endings)).toEqual([]);
  expect(refused().length).toBeGreaterThan(0);
  expect(swept.unsearched.length).toBeGreaterThan(5);
  expect(swept.endings.map((pass) => [...pass.values()].filter(({ is }) => is === "failed").length)).toEqual([1]);
});
