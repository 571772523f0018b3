import { expect, test } from "vitest";
import { outcomesOf, remains, World } from "./world.ts";

test("up, status clean, second up makes no mutating call, down leaves nothing", async () => {
  using world = new World();
  const dev = world.environment("dev");

  const made = outcomesOf(await dev.up());
  expect(Object.entries(made).filter(([, is]) => !["created", "updated", "unchanged"].includes(is))).toEqual([]);
  expect(dev.mutatingCalls().length).toBeGreaterThan(0);

  const rows = await dev.status();
  expect(rows.filter((row) => row.status !== "in-sync")).toEqual([]);

  const again = outcomesOf(await dev.up());
  expect(Object.entries(again).filter(([, is]) => is !== "unchanged")).toEqual([]);
  expect(dev.mutatingCalls()).toEqual([]);

  const gone = outcomesOf(await dev.down());
  expect(Object.entries(gone).filter(([, is]) => is !== "removed" && is !== "unchanged")).toEqual([]);
  const left = await dev.status();
  expect(left.filter((row) => row.status !== "missing")).toEqual([]);
  expect(remains(world, "dev")).toEqual([]);
});
