import { expect, test } from "vitest";
import { unwell } from "./scene.ts";
import { type Environment, World } from "./world.ts";

/** Seconds between two reads of one kind, while everything waits. */
function gaps(dev: Environment, operation: string, from: number, to: number): number[] {
  const at = dev.calls.filter((call) => call.operation === operation).map((call) => call.at);
  const waiting = at.filter((ms) => ms >= from && ms < to);
  return waiting.slice(1).map((ms, i) => (ms - (waiting[i] ?? 0)) / 1000);
}

test("what is waited for together is read once in ten seconds, all of it", async () => {
  // Longer than pollers that wake at the same time may be apart: nothing is shared by chance.
  using world = new World({ latency: 200, pageSize: 25 });
  const dev = world.environment("dev");
  const up = world.clock.now();
  expect(unwell(await dev.up())).toEqual([]);
  // Three instances are being made, for eight minutes.
  const making = gaps(dev, "DescribeDBInstances", up + 120_000, up + 420_000);
  expect(making.length).toBeGreaterThan(20);
  expect(Math.min(...making)).toBeGreaterThanOrEqual(10);

  dev.calls.length = 0;
  const down = world.clock.now();
  expect(unwell((await dev.takeDown()).endings)).toEqual([]);
  // Three functions are taken out of their subnets, for half a minute. AWS lists them without the state of that.
  const detaching = gaps(dev, "GetFunction", down + 10_000, down + 30_000);
  expect(detaching.length).toBeLessThan(3 * 20);
  // They and their cluster are being deleted, for ten minutes.
  for (const operation of ["DescribeDBInstances", "DescribeDBClusters"]) {
    const removing = gaps(dev, operation, down + 200_000, down + 500_000);
    expect(removing.length, operation).toBeGreaterThan(20);
    expect(Math.min(...removing), operation).toBeGreaterThanOrEqual(10);
  }
});

test("what has held a removal up is not counted as a part of it", async () => {
  using world = new World({ latency: 200, pageSize: 25 });
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  dev.calls.length = 0;
  const start = world.clock.now();
  expect(unwell(await dev.down())).toEqual([]);
  // The cluster goes a minute after its instances, which take ten: that minute is watched closely.
  const end = (world.clock.now() - start) / 1000;
  expect(end).toBeGreaterThan(660);
  const last = gaps(dev, "DescribeDBClusters", start + 630_000, start + 660_000);
  expect(last.length).toBeGreaterThan(10);
  expect(Math.max(...last)).toBeLessThanOrEqual(2);
});
