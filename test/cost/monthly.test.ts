import { expect, test } from "vitest";
import { costOfDown, costOfUp, type MonthlyCost, sumOf } from "../../src/cost/monthly.ts";
import { hoursPerMonth, instanceHour } from "../../src/cost/prices.ts";
import { planKept } from "../../src/engine/plan.ts";
import { costJson, costLines } from "../../src/report/cost.ts";
import { makeStyle } from "../../src/report/style.ts";
import { services } from "../cloud/services.ts";
import { everything } from "../lifecycle/everything.ts";
import { settings } from "../lifecycle/scene.ts";
import { type Environment, World } from "../lifecycle/world.ts";
import { expectGolden } from "../report/golden.ts";

const none = new Map<never, never>();

const costOfPlan = async (dev: Environment) => costOfUp(dev.settings, (await dev.plan()).changes, none);

const costOfTeardown = async (dev: Environment) => {
  const looks = await dev.look();
  return costOfDown(dev.settings, looks, await planKept(looks, { protect: dev.settings.data === "preserve" }));
};

const nodes = ({ items }: MonthlyCost) => items.map(({ node }) => node).sort();

const text = (cost: MonthlyCost) => costLines(cost, makeStyle(false)).join("\n");

test("what down saves is what up has added", async () => {
  using world = new World({ delegated: "all" });
  const dev = world.environment("dev", { file: everything });
  const more = await costOfPlan(dev);
  const prices = new Map(Object.values(services).flatMap(({ monthly = {} }) => Object.entries(monthly)));
  const costly = dev.platform.nodes.filter(({ kind }) => prices.has(kind.type));
  expect(nodes(more)).toEqual(costly.map(({ id }) => id).sort());
  expect(sumOf(more.items)).toBeCloseTo(costly.reduce((sum, { kind }) => sum + (prices.get(kind.type) ?? 0), 0));
  expect(new Set(costly.map(({ kind }) => kind.type)).size).toBe(prices.size);
  await dev.up();
  expect(await costOfPlan(dev)).toMatchObject({ items: [] });
  const less = await costOfTeardown(dev);
  expect(nodes(less)).toEqual(nodes(more));
  expect(sumOf(less.items)).toBeCloseTo(-sumOf(more.items));
  expectGolden("cost-up", text(more));
});

test("what a protected environment keeps goes on costing something", async () => {
  using world = new World({ delegated: "all" });
  const prod = world.environment("prod", { file: everything });
  await prod.up();
  const cost = await costOfTeardown(prod);
  expect(cost.kept.map(({ node }) => node).sort()).toEqual(["database/user-secret", "dns/zone", "encryption/key"]);
  expect(nodes(cost)).not.toContain("encryption/key");
  expectGolden("cost-down-kept", text(cost));
});

test("a class that is in no table is named, and is not counted as nothing", async () => {
  using world = new World();
  const file = settings("defaults: {database: {instanceClass: db.x2g.large, readers: 1}, region: us-east-1}");
  const dev = world.environment("dev", { file });
  expect(instanceHour["db.x2g.large"]).toBeUndefined();
  const changes = dev.platform.nodes.map((node) => ({ node, action: "create" as const, changes: [], after: [] }));
  const cost = { ...costOfUp(dev.settings, changes, none), region: "us-west-2" };
  expect(costJson(cost).items).toContainEqual({ node: "database/writer", usd: null });
  expectGolden("cost-unknown", text(cost));
});

test("another class costs the difference, and fewer readers cost less", async () => {
  using world = new World();
  const dev = world.environment();
  await dev.up();
  const file = settings("defaults: {database: {instanceClass: db.r6g.large, readers: 1}}");
  const other = world.environment("dev", { file, journal: dev.journal });
  const looks = await other.look();
  const { items } = costOfUp(other.settings, (await other.plan()).changes, looks.leftOver);
  const month = (instanceClass: string) => (instanceHour[instanceClass] ?? Number.NaN) * hoursPerMonth;
  expect(items).toEqual([
    ...["database/writer", "database/reader-1"].map((node) => ({
      node,
      what: "db.r6g.large instead of db.r5.large",
      usd: month("db.r6g.large") - month("db.r5.large"),
    })),
    { node: "database/reader-2", what: "db.r5.large", usd: -month("db.r5.large") },
  ]);
});
