import { expect, test } from "vitest";
import { outOfSync, unwell } from "./scene.ts";
import { World } from "./world.ts";

test("a look at everything is at most 130 calls, of which four wait for one another", async () => {
  // API Gateway's pages are the smallest that are read; of four trips, whose credentials these are is the first.
  const latency = 200;
  using world = new World({ latency, pageSize: 25 });
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  dev.calls.length = 0;
  const start = world.clock.now();
  expect(outOfSync(await dev.status())).toEqual({});
  expect((world.clock.now() - start) / latency).toBeLessThanOrEqual(3);
  // And one more: sts GetCallerIdentity.
  console.log(`calls of a look at everything: ${dev.calls.length + 1}`);
  expect(dev.calls.length).toBeLessThanOrEqual(129);
});
