import { expect, test } from "vitest";
import { MemoryJournal } from "../state/memory-journal.ts";
import { World } from "./world.ts";

const seconds = (dev: { readonly journal: MemoryJournal }) => Object.fromEntries(dev.journal.durations());

test("what AWS took is noted by kind, without what held it up", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  await dev.down();
  const { "rds:instance": instance, "rds:cluster": cluster, "lambda:function": lambda, ...rest } = seconds(dev);
  expect(instance?.create).toBeCloseTo(485, -1);
  expect(instance?.remove).toBeCloseTo(605, -1);
  // A cluster's removal is accepted while its instances are leaving.
  expect(cluster?.remove).toBeCloseTo(55, -1);
  expect(lambda?.create).toBeCloseTo(60, -1);
  expect(lambda?.release).toBeCloseTo(305, -1);
  // Its removal was refused for as long as the interfaces were there.
  expect(rest["ec2:security-group"]?.remove).toBeLessThan(5);
});

test("a later run counts for half", async () => {
  using world = new World();
  const dev = world.environment("dev");
  dev.journal = new MemoryJournal({
    clock: world.clock,
    from: { resources: {}, retained: {}, durations: { "ec2:nat-gateway": { create: 205 } } },
  });
  await dev.up();
  expect(seconds(dev)["ec2:nat-gateway"]?.create).toBeCloseTo(155, -1);
});

test("a create that another run has begun is not measured", async () => {
  using world = new World();
  const dev = world.environment("dev");
  const abort = new AbortController();
  const going = dev.up(dev.run(abort.signal));
  await world.clock.sleep(60_000);
  abort.abort();
  await going;
  await dev.up();
  expect(seconds(dev)["ec2:vpc"]).toBeDefined();
  expect(seconds(dev)["ec2:nat-gateway"]).toBeUndefined();
  expect(seconds(dev)["rds:instance"]).toBeUndefined();
});
