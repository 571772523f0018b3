import { expect, test } from "vitest";
import { outOfSync, unwell } from "./scene.ts";
import { type Environment, World } from "./world.ts";

/** Every call that AWS refused since there were too many, by operation. */
const throttled = (environment: Environment) =>
  new Set(
    environment.calls
      .filter(({ error = "" }) => /Throttl|TooManyRequests|RequestLimitExceeded|Rate/.test(error))
      .map(({ operation }) => operation),
  );

test("runs of three processes in one account, begun within half a minute, wait for the rates that they share, and say so", async () => {
  using world = new World();
  // Each environment has a limiter of its own, as each process has: of the other's calls it knows nothing.
  const environments = ["dev", "staging", "prod"].map((name) => world.environment(name));
  const soon = (index: number) => world.clock.sleep(index * 8_000);
  const ended = await Promise.all(environments.map((one, index) => soon(index).then(() => one.up())));
  expect(ended.flatMap(unwell)).toEqual([]);
  const looks = await Promise.all(environments.map((one) => one.status()));
  expect(looks.map(outOfSync)).toEqual([{}, {}, {}]);
  for (const one of environments) one.calls.splice(0);

  const gone = await Promise.all(environments.map((one, index) => soon(index).then(() => one.purge())));
  expect(gone.flatMap(unwell)).toEqual([]);
  const refused = environments.map(throttled);
  expect(refused.some((operations) => operations.has("DeleteRestApi"))).toBe(true);
  const said = environments.flatMap(({ events }) => events).filter((e) => e.event === "notice");
  expect(said.map(({ text }) => text)).toContain(
    "AWS holds apigateway DeleteRestApi back, since the account has sent too many: waiting until it may be sent",
  );
});

test("eight looks of eight processes at once end without a failure", async () => {
  using world = new World();
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  const others = Array.from({ length: 8 }, () => world.environment("dev", { journal: dev.journal }));
  const looks = await Promise.all(others.map((one) => one.status()));
  expect(looks.map(outOfSync)).toEqual(others.map(() => ({})));
  expect(others.some((one) => throttled(one).has("GetResources"))).toBe(true);
});

test("a call that AWS holds back is given up at once when the user asks to stop", async () => {
  using world = new World();
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  world.cloud.intercept = (call, apply) => {
    if (call.operation === "DescribeVpcs")
      throw Object.assign(new Error("Request limit exceeded."), { name: "RequestLimitExceeded" });
    return apply();
  };
  const stop = new AbortController();
  const start = world.clock.now();
  const look = dev.look(dev.run(stop.signal)).catch(() => undefined);
  await world.clock.sleep(60_000);
  stop.abort(new Error("interrupted"));
  await look;
  expect(world.clock.now() - start).toBe(60_000);
});
