import { expect, test } from "vitest";
import { schemaHash } from "../../lambda/schema.ts";
import type { Intended, PlannedChange } from "../../src/engine/plan.ts";
import { isOutside } from "../../src/engine/status.ts";
import { summarise } from "../../src/report/summary.ts";
import { everything } from "./everything.ts";
import { deleteByHand } from "./hands.ts";
import { type Environment, outcomesOf, World } from "./world.ts";

const spent = { calls: 0, mutating: 0, durationMs: 0, byService: () => ({}) };

type Planned = Awaited<ReturnType<Environment["plan"]>>["changes"];

/** The resources of the environment's own that are planned to be subjected to something. */
const own = (changes: Planned, action: Intended) =>
  changes.filter((change) => change.action === action && !isOutside(change.node)).map(({ node }) => node.id);

const planned = (changes: Planned, id: string): Pick<PlannedChange<unknown>, "action" | "reason" | "after"> => {
  const change = changes.find(({ node }) => node.id === id);
  if (change === undefined) throw new Error(`${id} is not in the plan`);
  return change;
};

test("a first up creates and updates as many resources as its plan says, and look-ups are none of them", async () => {
  using world = new World({ delegated: "all" });
  const dev = world.environment("dev", { file: everything });
  const { changes } = await dev.plan();
  expect(own(changes, "look")).toEqual(["database/master-secret", "dns/delegation", "certificate/issued"]);
  expect(own(changes, "update")).toEqual(["network/default-security-group", "database/schema"]);
  expect(changes.map(({ node }) => node.id)).not.toContain("database/backups");
  expect(planned(changes, "certificate/issued").after).toContain("certificate/certificate");

  const ran = summarise([await dev.up()], spent);
  expect(own(changes, "create")).toHaveLength(ran.created);
  expect(own(changes, "update")).toHaveLength(ran.updated);
});

test("a migration says to which schema the database has come", async () => {
  using world = new World();
  const dev = world.environment();
  await dev.up();
  const ended = dev.events.find((event) => event.event === "done" && event.node === "database/schema");
  expect(ended).toMatchObject({ action: "update", result: `migrated to schema ${schemaHash}` });
});

test("the plan says from which snapshot the cluster comes back, and that a fresh one leaves it behind", async () => {
  using world = new World();
  const prod = world.environment("prod");
  await prod.up();
  await prod.down();
  const { changes } = await prod.plan();
  const { reason } = planned(changes, "database/cluster");
  expect(reason).toMatch(/^restored from snapshot trading-final-prod-[0-9a-f]+$/);
  const snapshot = reason?.split(" ").at(-1);

  const fresh = world.environment("prod", { fresh: true, journal: prod.journal });
  expect(planned((await fresh.plan()).changes, "database/cluster")).toMatchObject({
    action: "create",
    reason: `starts empty; leaves snapshot ${snapshot} behind`,
  });
});

test("when the login's secret is gone, the schema that has to follow it is in the plan; up brings it up to date", async () => {
  using world = new World();
  const dev = world.environment();
  await dev.up();
  await deleteByHand(world.cloud, dev.journal.toJSON().resources, "database/user-secret");
  const { changes } = await dev.plan();
  expect(own(changes, "create")).toContain("database/user-secret");
  expect(planned(changes, "database/schema")).toMatchObject({
    action: "follow",
    reason: "depends on database/user-secret",
  });
  expect(outcomesOf(await dev.up())["database/schema"]).toBe("updated");
});
