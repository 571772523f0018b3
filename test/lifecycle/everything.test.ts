import { expect, test } from "vitest";
import { everything, surplus, switchedOn } from "./everything.ts";
import { World } from "./world.ts";

test("no step is left out of the platform with everything", () => {
  using world = new World();
  expect(world.environment("dev").platform.skipped).not.toEqual([]);
  expect(world.environment("dev", { file: everything }).platform.skipped).toEqual([]);
});

test("every switch is on", () => {
  const on = { type: "boolean" };
  const block = { type: "object", properties: { email: { type: "string" }, enabled: on } };
  expect(switchedOn({ properties: { alarms: on, mail: block, region: { type: "string" } } })).toEqual({
    alarms: true,
    mail: { enabled: true },
  });
});

test("what prod has and dev has not is there, and what both have is as in dev", () => {
  const dev = { api: { rate: 50 }, zones: ["a"] };
  expect(surplus({ api: { rate: 1000, cache: 1 }, zones: ["a", "b"], alarms: { after: 5 } }, dev)).toEqual({
    api: { cache: 1 },
    alarms: { after: 5 },
  });
});
