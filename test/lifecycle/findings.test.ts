import { PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import { planToBringUp } from "../../src/cli/up.ts";
import { InputError } from "../../src/config/errors.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import type { Observations } from "../../src/engine/refresh.ts";
import { accountRows, statusRows } from "../../src/engine/status.ts";
import { isInSync, type StatusReport } from "../../src/report/status.ts";
import { statusText } from "../../src/report/status-text.ts";
import { makeStyle } from "../../src/report/style.ts";
import { rulingOf } from "../../src/session/ruling.ts";
import { outOfSync, unwell } from "./scene.ts";
import { type Environment, World } from "./world.ts";

const style = makeStyle(false);
const FunctionName = "trading-processor-dev";
const finding = "Concurrency.ReservedConcurrentExecutions";

/** A platform whose function for new trades somebody has throttled to nothing. */
async function throttled(world: World): Promise<Environment> {
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  world.cloud.call(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  return dev;
}

const reportOf = (looks: Observations<Aws>): StatusReport => ({
  environment: "dev",
  settingsOf: "dev",
  region: "us-east-1",
  account: "123456789012",
  local: false,
  rows: statusRows(looks),
  accountWide: accountRows(looks),
  unsearched: looks.unsearched,
});

/** Plans an `up` that lifts what is named, and carries it out. */
async function lifting(dev: Environment, lift: readonly string[]): Promise<void> {
  const session = dev.session();
  const quiet = () => undefined;
  const reporter = {
    style,
    columns: 80,
    say: quiet,
    warn: quiet,
    prompt: quiet,
    event: quiet,
    data: quiet,
    begin: quiet,
    end: quiet,
  };
  const plan = await planToBringUp(
    {
      session: { ...session, run: { ...session.run, ruling: rulingOf([], lift) } },
      reporter,
      tell: async () => undefined,
      spent: () => ({ calls: 0, mutating: 0, durationMs: 0, byService: () => ({}) }),
    },
    { dryRun: false, prune: false, lift, fresh: false, cost: false, kept: undefined, out: undefined },
  );
  await plan.go();
}

test("what limits a function is lifted by its very name, and by no other", async () => {
  using world = new World();
  const dev = await throttled(world);
  await expect(lifting(dev, ["functions/processor:Concurrency"])).rejects.toThrow(InputError);
  await expect(lifting(dev, ["functions/query:Concurrency.ReservedConcurrentExecutions"])).rejects.toThrow(
    `expected one of functions/processor:${finding}`,
  );
  expect(outOfSync(await dev.status())).toEqual({ "functions/processor": "flagged" });
  await lifting(dev, [`functions/processor:${finding}`]);
  expect(outOfSync(await dev.status())).toEqual({});
});

test("a finding that the settings accept counts no more, until its value changes", async () => {
  using world = new World();
  const dev = await throttled(world);
  const accept = [{ resource: "functions/processor", finding, value: 0, reason: "the desk is closed" }];
  const yaml = JSON.stringify({ defaults: { accept } });
  const known = world.environment("dev", { file: parseSettingsFile(yaml), journal: dev.journal });
  const ruled = { ...known.run(), ruling: rulingOf(parseSettingsFile(yaml).defaults.accept) };
  const report = async () => reportOf(await known.look(ruled));
  const closed = await report();
  expect(isInSync(closed)).toBe(true);
  expect(statusText(closed, { style, all: true })).toContain(`functions/processor ${finding}: 0`);
  expect(statusText(closed, { style })).not.toContain(finding);
  world.cloud.call(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }));
  const open = await report();
  expect(isInSync(open)).toBe(false);
  expect(statusText(open, { style })).toContain(`--lift functions/processor:${finding}`);
});

test("what AWS does not let one look for is said once, and is not taken for in sync", async () => {
  using world = new World();
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  world.cloud.intercept = async (call, apply) => {
    if (call.operation !== "ListFunctionUrlConfigs") return apply();
    const message = `not authorized to perform: lambda:${call.operation}`;
    throw Object.assign(new Error(message), { name: "AccessDeniedException", $metadata: { requestId: "1" } });
  };
  const report = reportOf(await dev.look());
  expect(isInSync(report)).toBe(false);
  expect(outOfSync(report.rows)).toEqual({});
  const text = statusText(report, { style });
  expect(text.match(/function URLs of 3 lambda:function/g)).toHaveLength(1);
  expect(text).toContain("not authorized to perform: lambda:ListFunctionUrlConfigs");
  expect(unwell(await dev.up())).toEqual([]);
});
