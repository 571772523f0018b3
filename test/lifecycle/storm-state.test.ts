import { expect, test } from "vitest";
import { StateWriteError } from "../../src/state/errors.ts";
import { Machine } from "./crash/machine.ts";
import { open } from "./crash/scenarios.ts";
import { unwell } from "./scene.ts";
import { World } from "./world.ts";

const advice = "Make the folder writable for this user, and run the same command again.";

test("when the state cannot be written, up fails at once, says so, and creates nothing", async () => {
  using world = new World({ delegated: "all" });
  const dev = open(world, "dev");
  let writable = false;
  const { run, process } = new Machine(world).start(dev, undefined, {
    beforeWrite() {
      if (!writable) throw new StateWriteError("state/dev.json cannot be written: EROFS", { advice });
    },
  });
  const start = world.clock.now();
  const endings = await dev.up(run);
  expect(world.clock.now() - start).toBeLessThan(2_000);
  expect(process.calls.filter((call) => call.mutating)).toEqual([]);
  const failures = [...endings.values()].flatMap((ending) => (ending.is === "failed" ? [ending.failure] : []));
  expect(failures.length).toBeGreaterThan(0);
  for (const failure of failures) {
    expect(failure).toMatchObject({ message: "state/dev.json cannot be written: EROFS", advice });
  }
  expect([...endings.values()].filter(({ is }) => is !== "failed" && is !== "skipped")).toEqual([]);

  // Nothing was sent, so nothing has to be looked for.
  writable = true;
  dev.events.length = 0;
  expect(unwell(await dev.up(run))).toEqual([]);
  const waits = dev.events.flatMap((event) => (event.event === "waiting" ? [event.for] : []));
  expect(waits).not.toContain("looking for a create whose reply was lost");
});
