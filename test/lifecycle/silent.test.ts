import { expect, test } from "vitest";
import type { Call, Intercept } from "../cloud/cloud.ts";
import { progress } from "../progress.ts";
import { everything } from "./everything.ts";
import { inventory, outOfSync, settings, unwell } from "./scene.ts";
import { remains, World } from "./world.ts";

/** A connection that stays open and says nothing. */
const silence = new Promise<never>(() => undefined);
const named = ({ service, operation }: Readonly<Call>): string => `${service}:${operation}`;

/** Whole lives of an environment: between them they send every operation that tap sends. */
const lives = {
  /** Up, status, second up, down. */
  async dev(intercept: Intercept | undefined): Promise<World> {
    using world = new World({ delegated: "all" });
    world.cloud.intercept = intercept;
    const dev = world.environment("dev", { file: everything });
    expect(unwell(await dev.up())).toEqual([]);
    expect(outOfSync(await dev.status())).toEqual({});
    dev.mutatingCalls();
    expect(unwell(await dev.up())).toEqual([]);
    expect(dev.mutatingCalls()).toEqual([]);
    expect(inventory(world, "dev")).toEqual(whole.dev ?? inventory(world, "dev"));
    whole.dev ??= inventory(world, "dev");
    const { endings, swept } = await dev.takeDown();
    expect(unwell(endings)).toEqual([]);
    expect({ left: [...swept.remaining.keys()], unsearched: swept.unsearched }).toEqual({ left: [], unsearched: [] });
    expect(remains(world, "dev")).toEqual([]);
    return world;
  },
  /** Up, down with the data kept, up with the data restored, down without a trace. */
  async prod(intercept: Intercept | undefined): Promise<World> {
    using world = new World({ delegated: "all" });
    world.cloud.intercept = intercept;
    const prod = world.environment("prod", { file: settings("defaults: {network: {natGateways: 2}}") });
    expect(unwell(await prod.up())).toEqual([]);
    const kept = ["retained"];
    const ended = [...(await prod.down()).values()].filter(({ is }) => is !== "removed" && is !== "unchanged");
    expect([...new Set(ended.map(({ is }) => is))]).toEqual(kept);
    expect(unwell(await prod.up())).toEqual([]);
    expect(outOfSync(await prod.status())).toEqual({});
    expect(inventory(world, "prod")).toEqual(whole.prod ?? inventory(world, "prod"));
    whole.prod ??= inventory(world, "prod");
    expect(unwell(await prod.purge())).toEqual([]);
    return world;
  },
};
type Life = keyof typeof lives;
const whole: { [life in Life]?: Record<string, number> } = {};

/** Each operation, with a life that sends it. */
const operations = new Map<string, Life>();
for (const life of ["dev", "prod"] as const) {
  const world = await lives[life](undefined);
  for (const call of world.cloud.log) if (!operations.has(named(call))) operations.set(named(call), life);
}

/** One of each sort: of `SILENT=<part>/<parts>`, every operation. */
const sample = [
  "ec2:DescribeVpcs",
  "ec2:CreateVpc",
  "ec2:CreateNatGateway",
  "acm:RequestCertificate",
  "iam:PutRolePolicy",
  "lambda:Invoke",
  "rds:DeleteDBCluster",
];
const [part = 1, parts = 0] = (process.env["SILENT"] ?? "").split("/").filter(Boolean).map(Number);
const chosen = parts === 0 ? sample : [...operations.keys()].filter((_, i) => i % parts === part - 1);

test("one silent call of each operation, before and after it took effect: every command ends, right", async () => {
  const wrong: string[] = [];
  const done = progress("silent", chosen.length);
  for (const operation of chosen) {
    const life = operations.get(operation);
    if (life === undefined) throw new Error(`nothing sends ${operation}`);
    for (const when of ["before", "after"] as const) {
      let silent = 0;
      const intercept: Intercept = (call, apply) => {
        if (silent > 0 || named(call) !== operation) return apply();
        silent++;
        if (when === "after") apply();
        return silence;
      };
      try {
        await lives[life](intercept);
        expect(silent).toBe(1);
      } catch (error) {
        wrong.push(`${operation}, silent ${when}: ${error instanceof Error ? error.message : error}`);
      }
    }
    done();
  }
  const bad = new Set(wrong.map((line) => line.slice(0, line.indexOf(","))));
  console.log(`silent: ${chosen.length} operations, ${chosen.length - bad.size} right`);
  expect(wrong).toEqual([]);
}, 1_200_000);
