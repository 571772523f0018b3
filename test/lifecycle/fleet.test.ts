import { expect, test } from "vitest";
import { AccountLimits } from "../../src/aws/account-limits.ts";
import { InterruptedError } from "../../src/engine/errors.ts";
import { done, outOfSync, unwell } from "./scene.ts";
import { type Environment, remains, World } from "./world.ts";

/** As many as take a few seconds; `npm run bench` measures twenty. */
const count = 4;
/** AWS gives an account five VPCs, addresses and NAT gateways a zone: whoever has more environments has asked for more. */
const quotas = { vpcs: 100, addresses: 100, natGatewaysPerZone: 100 };

/** Copies of dev that one process works on. */
function fleet(world: World, size = count): Environment[] {
  const share = new AccountLimits(world.clock).of(world.cloud.account, world.cloud.region);
  return Array.from({ length: size }, (_, i) => world.environment("dev", { suffix: `pr-${i + 1}`, share }));
}

/** Does something with all at the same time. */
async function timed<T>(world: World, all: readonly Environment[], work: (one: Environment) => Promise<T>) {
  const start = world.clock.now();
  const results = await Promise.all(all.map(work));
  return { results, seconds: (world.clock.now() - start) / 1000 };
}

const throttled = (world: World) =>
  world.cloud.log.filter(({ error }) => error instanceof Error && /Throttl|TooMany|RequestLimit/.test(error.name));

test(`${count} environments come up, are in sync, and go again, in little more time than one`, async () => {
  using world = new World({ quotas, pageSize: 100 });
  const one = await timed(world, [world.environment("dev")], (dev) => dev.up());
  world.cloud.log.length = 0;

  const all = fleet(world);
  const up = await timed(world, all, (each) => each.up());
  expect(up.results.flatMap((endings) => unwell(endings))).toEqual([]);
  expect(up.seconds).toBeLessThan(one.seconds * 1.1);
  const status = await timed(world, all, (each) => each.status());
  expect(status.results.map(outOfSync)).toEqual(all.map(() => ({})));
  const down = await timed(world, all, (each) => each.takeDown());
  expect(down.results.flatMap(({ endings }) => unwell(endings))).toEqual([]);
  for (const { settings } of all) expect(remains(world, settings.environment)).toEqual([]);
  // Those that AWS documents are kept to; of the others one in a hundred is told to come again.
  expect(throttled(world).length / world.cloud.log.length).toBeLessThan(0.01);
});

test("an interrupted down of several does not sit out their turns", async () => {
  using world = new World({ quotas, pageSize: 100 });
  const all = fleet(world, 4);
  await timed(world, all, (each) => each.up());
  const controller = new AbortController();
  const start = world.clock.now();
  let last = 0;
  // Four APIs take a minute and a half to delete: one every 30 seconds.
  void world.clock.sleep(5_000).then(() => controller.abort(new InterruptedError("interrupted")));
  world.cloud.intercept = (call, apply) => {
    last = call.at;
    return apply();
  };
  const endings = await Promise.all(all.map((each) => each.down(each.run(controller.signal))));
  expect(endings.flatMap((some) => Object.values(done(some)))).toContain("interrupted");
  expect(last - start).toBeLessThan(12_000);
  expect(world.clock.now() - start).toBeLessThan(12_000);
  world.cloud.intercept = undefined;
  await timed(world, all, (each) => each.takeDown());
  for (const { settings } of all) expect(remains(world, settings.environment)).toEqual([]);
});
