import { EventEmitter } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { AuthorizeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { settings } from "./scene.ts";
import { type Environment, World } from "./world.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tap-plan-"));
});
afterEach(() => rm(cwd, { recursive: true }));

/** Runs tap on an environment in memory, with nobody to ask. */
async function tap(environment: Environment, ...args: string[]) {
  let said = "";
  const write = (text: string) => {
    said += text;
  };
  const code = await main(args, {
    cwd,
    variables: {},
    stdin: Object.assign(new PassThrough().end(), { isTTY: false }),
    stdout: { write },
    stderr: { write },
    clock: environment.world.clock,
    signals: new EventEmitter(),
    open: async ({ request: { signal } }) => environment.session(environment.run(signal)),
    page: async () => false,
    exit: () => undefined,
  });
  return { code, said };
}

test("a plan is carried out as it is while the world is as it was, and not twice", async () => {
  using world = new World();
  const dev = world.environment();
  expect(await tap(dev, "plan", "--env", "dev", "--out", "dev.plan")).toMatchObject({ code: 0 });
  expect(dev.mutatingCalls()).toEqual([]);
  expect(dev.journal.entries().size).toBe(0);

  const did = await tap(dev, "up", "--plan", "dev.plan");
  expect(did.said).toContain("Done in");
  expect(did.code).toBe(0);
  expect((await dev.status()).filter(({ status }) => status !== "in-sync")).toEqual([]);

  dev.mutatingCalls();
  const again = await tap(dev, "up", "--plan", "dev.plan");
  expect(again.code).toBe(1);
  expect(again.said).toMatch(/\n {2}and \d+ more, which --json names\n→ tap plan --env dev --out dev.plan/);
  expect(again.said).toContain("≠ network/vpc: planned: create; now: leave as it is");
  expect(dev.mutatingCalls()).toEqual([]);
});

test("the plan of an environment that is in sync fits as long as nobody touches it", async () => {
  using world = new World();
  const dev = world.environment();
  await dev.up();
  await tap(dev, "plan", "--env", "dev", "--out", "dev.plan");
  expect(await tap(dev, "up", "--plan", "dev.plan")).toMatchObject({ code: 0 });

  const groupId = dev.journal.get("security-groups/database")?.id;
  const rule = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  world.cloud.call(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [rule] }));
  dev.mutatingCalls();
  const ran = await tap(dev, "up", "--plan", "dev.plan");
  expect(ran.code).toBe(1);
  expect(ran.said).toContain("≠ security-groups/database: planned: leave as it is; now: update");
  expect(dev.mutatingCalls()).toEqual([]);
});

test("other settings are another plan, and what somebody put into a function's environment is in none", async () => {
  using world = new World();
  const dev = world.environment();
  await dev.up();
  const Environment = { Variables: { TRADE_DB_NAME: "hunter2" } };
  world.cloud.call(new UpdateFunctionConfigurationCommand({ FunctionName: "trading-query-dev", Environment }));
  await tap(dev, "plan", "--env", "dev", "--out", "dev.plan");
  expect(await readFile(join(cwd, "dev.plan"), "utf8")).not.toContain("hunter2");

  const file = settings("defaults: {api: {throttle: {rate: 60}}}");
  const other = world.environment("dev", { file, journal: dev.journal });
  const ran = await tap(other, "up", "--plan", "dev.plan");
  expect(ran.code).toBe(1);
  expect(ran.said).toContain("≠ the settings are different ones");
  expect(other.mutatingCalls()).toEqual([]);

  expect(await tap(dev, "up", "--plan", "dev.plan")).toMatchObject({ code: 0 });
  expect((await dev.status()).filter(({ status }) => status !== "in-sync")).toEqual([]);
});
