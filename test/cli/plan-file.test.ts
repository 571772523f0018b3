import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../src/config/errors.ts";
import { readPlan } from "../../src/plan/file.ts";
import { mutations } from "../mutations.ts";
import { jsonLines, Terminal, type TerminalOptions } from "./terminal.ts";
import { ToyCloud } from "./toy.ts";

let cloud: ToyCloud;
let cwd: string;
beforeEach(async () => {
  cloud = new ToyCloud();
  cloud.takes = 0;
  cwd = await mkdtemp(join(tmpdir(), "tap-plan-"));
});
afterEach(() => rm(cwd, { recursive: true }));

const tap = (args: readonly string[], options: Partial<TerminalOptions> = {}) =>
  new Terminal({ cloud, cwd, ...options }).run(...args);

const keep = (...args: string[]) => tap(["plan", "--env", "dev", "--out", "dev.plan", ...args]);
const carryOut = (...args: string[]) => tap(["up", "--plan", "dev.plan", ...args]);

/** Changes what is in the file. */
async function forge(change: object): Promise<void> {
  const path = join(cwd, "dev.plan");
  const { digest: _, ...content } = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...content, ...change }));
}

describe("a plan that fits", () => {
  test("is carried out in its environment, without a question and without a terminal", async () => {
    const kept = await keep();
    expect(kept).toMatchObject({ code: 0, stderr: "" });
    expect(kept.stdout).toContain("Kept in dev.plan: `tap up --plan dev.plan` does this, or nothing.");
    expect(cloud.mutations).toEqual([]);
    const ran = await carryOut();
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.requests).toMatchObject([{ env: "dev", region: "us-east-1", local: false, purpose: "change" }]);
    expect(cloud.mutations).toEqual(["create toys/box", "create toys/ball"]);
  });

  test("is carried out in a copy, and with what it removes and how the database starts", async () => {
    cloud.put("toy-kite", { node: "toys/kite", size: 9 });
    await tap(["plan", "--env", "dev", "--suffix", "pr-42", "--prune", "--fresh", "--out", "dev.plan"]);
    const ran = await carryOut();
    expect(ran.code).toBe(0);
    expect(ran.requests).toMatchObject([{ env: "dev", suffix: "pr-42", fresh: true }]);
    expect([...cloud.things.keys()]).toEqual(["toy-box", "toy-ball"]);
  });

  test("can be tried without changing anything", async () => {
    await keep();
    expect((await carryOut("--dry-run")).code).toBe(0);
    expect(cloud.mutations).toEqual([]);
  });

  test("is for the owner's eyes, and holds no value of any property", async () => {
    await tap(["up", "--env", "dev", "--yes"]);
    const ball = cloud.things.get("toy-ball");
    if (ball !== undefined) ball.size = 424_242;
    expect((await keep()).stdout).toContain("size: 424242 → 1");
    const text = await readFile(join(cwd, "dev.plan"), "utf8");
    expect(text).not.toContain("424242");
    expect(JSON.parse(text)).toMatchObject({
      schema: 1,
      environment: "dev",
      account: "123456789012",
      resources: [
        { node: "toys/box", action: "none" },
        { action: "update", changes: ["size"] },
      ],
    });
    expect((await stat(join(cwd, "dev.plan"))).mode & 0o777).toBe(0o600);
  });
});

describe("a plan that does not fit any more is refused with 1, and nothing is changed", () => {
  const refused = async (ran: Awaited<ReturnType<typeof carryOut>>, why: string) => {
    expect(ran.stderr).toContain(why);
    expect(ran.code).toBe(1);
    expect(cloud.mutations).toEqual([]);
  };

  beforeEach(async () => {
    cloud.put("toy-box", { node: "toys/box", size: 3 });
    cloud.put("toy-ball", { node: "toys/ball", size: 7 });
    await keep();
  });

  test("when something was repaired meanwhile", async () => {
    const ball = cloud.things.get("toy-ball");
    if (ball !== undefined) ball.size = 1;
    await refused(await carryOut(), "≠ toys/ball: planned: update size; now: leave as it is");
  });

  test("when a value is another one", async () => {
    const ball = cloud.things.get("toy-ball");
    if (ball !== undefined) ball.size = 8;
    await refused(await carryOut(), "≠ toys/ball: planned: update size; it is not as it was seen then");
  });

  test("when something was replaced by its like", async () => {
    cloud.things.delete("toy-box");
    cloud.put("toy-box", { node: "toys/box", size: 3 });
    await refused(await carryOut(), "≠ toys/box: planned: leave as it is; it is not as it was seen then");
  });

  test("when something is gone, and when something has turned up", async () => {
    cloud.things.delete("toy-ball");
    cloud.put("toy-kite", { node: "toys/kite", size: 9 });
    const ran = await carryOut();
    await refused(ran, "≠ toys/ball: planned: update size; now: create");
    await refused(ran, "≠ toys/kite: was not there; now: leave it, though it is left over");
    expect(ran.stderr).toContain("→ tap plan --env dev --out dev.plan   makes a new one");
  });

  test("when the settings are others", async () => {
    const settings = { logs: { retentionDays: 7 } } as const;
    await refused(await tap(["up", "--plan", "dev.plan"], { settings }), "≠ the settings are different ones");
  });

  test("when the functions' code or tap is another", async () => {
    await refused(await tap(["up", "--plan", "dev.plan"], { code: "code-2" }), "≠ the functions' code is different");
    await forge({ tap: "0.0.1" });
    await refused(await carryOut(), "≠ it was made by tap 0.0.1; this is ");
  });

  test("which --json says as an event, the summary being the last", async () => {
    cloud.things.delete("toy-ball");
    const events = jsonLines((await carryOut("--json")).stdout);
    expect(events.map(({ event }) => event)).toEqual(["plan", "outdated", "summary"]);
    expect(events[1]).toMatchObject({ differences: [{ node: "toys/ball", text: expect.any(String) }] });
    expect(events[2]).toMatchObject({ schema: 1, failed: 1 });
  });
});

describe("refuses with 2", () => {
  test.each([
    [
      "a plan that is not there",
      ["up", "--plan", "no.plan"],
      'no.plan: expected a plan, made by "tap plan --out"; there is none',
    ],
    ["a plan of another environment", ["up", "--env", "prod", "--plan", "dev.plan"], "expected prod, which is meant"],
    [
      "a plan of elsewhere",
      ["up", "--region", "us-west-2", "--plan", "dev.plan"],
      'us-west-2, which is meant, got "us-',
    ],
    ["a plan of AWS on the local one", ["up", "--local", "--plan", "dev.plan"], "local: expected true"],
    ["to prune what the plan does not", ["up", "--plan", "dev.plan", "--prune"], "cannot be used with option"],
    [
      "a folder that is not there",
      ["plan", "--env", "dev", "--out", "no/dev.plan"],
      "--out: expected a file in a folder",
    ],
    ["a folder as a file", ["plan", "--env", "dev", "--out", "."], "--out: expected a file, got"],
  ])("%s", async (_, args, why) => {
    await keep();
    const ran = await tap(args);
    expect(ran.stderr).toContain(why);
    expect(ran).toMatchObject({ code: 2, requests: [] });
  });

  test.each([
    ["no JSON", "password: hunter2"],
    ["something else", '{"schema": 1, "password": "hunter2"}'],
    ["a newer plan", '{"schema": 2, "password": "hunter2"}'],
  ])("%s, without quoting it", async (_, text) => {
    await writeFile(join(cwd, "dev.plan"), text);
    const ran = await carryOut();
    expect(ran).toMatchObject({ code: 2, requests: [] });
    expect(ran.stderr).toContain("dev.plan: expected a plan of version 1");
    expect(ran.stderr).not.toContain("hunter2");
  });

  test("credentials of another account than the plan's", async () => {
    await keep();
    await forge({ account: "999999999999" });
    const ran = await carryOut();
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('account: expected 123456789012, which is meant, got "999999999999"');
    expect(cloud.mutations).toEqual([]);
  });
});

test("no plan is kept where there are conflicts", async () => {
  cloud.put("toy-box", { node: undefined, size: 3 });
  expect((await keep()).code).toBe(1);
  await expect(stat(join(cwd, "dev.plan"))).rejects.toThrow("ENOENT");
});

describe("a plan is no consent for ever", () => {
  const week = 7 * 86_400_000;

  test("it is carried out within seven days, and refused afterwards, before anything is looked at", async () => {
    await keep();
    cloud.clock.jump(cloud.clock.now() + week);
    expect((await carryOut("--dry-run")).code).toBe(0);
    cloud.clock.jump(cloud.clock.now() + 1000);
    const ran = await carryOut();
    expect(ran).toMatchObject({ code: 2, requests: [] });
    expect(ran.stderr).toContain(
      'dev.plan: plannedAt: expected a plan of the last 7 days; "tap plan --out" makes a new',
    );
  });

  test("one of a day to come is refused", async () => {
    await keep();
    await forge({ plannedAt: new Date(cloud.clock.now() + 86_400_000).toISOString() });
    expect(await carryOut()).toMatchObject({ code: 2, requests: [], stderr: expect.stringContaining("clock") });
  });

  test("tap plan show says what is in it, how long it holds, and looks at nothing", async () => {
    await tap(["up", "--env", "dev", "--yes"]);
    const ball = cloud.things.get("toy-ball");
    if (ball !== undefined) ball.size = 7;
    await keep("--prune");
    const fresh = await tap(["plan", "show", "dev.plan"]);
    expect(fresh).toMatchObject({ code: 0, stderr: "", requests: [] });
    expect(fresh.stdout).toMatch(/^Plan for dev in us-east-1/);
    expect(fresh.stdout).toMatch(
      /\n {2}toys\/ball {2}toy:thing {2}update size\n\n1 resource with something to do; 1 as they should be\.\n$/,
    );
    expect(fresh.stdout).toContain("What is left over is removed.");
    expect(fresh.stdout).toContain("It holds until ");
    cloud.clock.jump(cloud.clock.now() + week + 1000);
    expect((await tap(["plan", "show", "dev.plan"])).stdout).toContain("too old to be carried out");
  });
});

describe("a damaged plan", () => {
  const read = () => readPlan(join(cwd, "dev.plan"), "dev.plan");

  test("200 mutations: refused, or read as exactly what it was", async () => {
    await keep();
    const path = join(cwd, "dev.plan");
    const [whole, kept] = [await readFile(path), await read()];
    let refusals = 0;
    for (const { bytes, what } of mutations(whole, 200)) {
      await writeFile(path, bytes);
      const began = process.cpuUsage();
      const is = await read().catch((error: unknown) => error);
      const { user, system } = process.cpuUsage(began);
      expect(user + system).toBeLessThan(1_000_000);
      if (is instanceof InputError) refusals++;
      else expect(is, what).toEqual(kept);
    }
    expect(refusals).toBeGreaterThan(150);
  });

  test("one that was written without a digest is read; one nested without end, a folder and a link to nowhere are refused", async () => {
    await keep();
    const path = join(cwd, "dev.plan");
    const kept = await read();
    await forge({});
    expect(await read()).toEqual(kept);
    await writeFile(path, `${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    await expect(read()).rejects.toThrow(InputError);
    await rm(path);
    await mkdir(path);
    await expect(read()).rejects.toThrow("this is a folder");
    await rm(path, { recursive: true });
    await symlink("/nowhere/at/all", path);
    await expect(read()).rejects.toThrow("this is a link that leads nowhere");
  });
});

describe("--out never writes over what tap lives by", () => {
  beforeEach(async () => {
    await mkdir(join(cwd, "state", "local"), { recursive: true });
    await symlink(join(cwd, "state"), join(cwd, "elsewhere"));
  });
  const outs = [
    "tap.yaml",
    "tap.yml",
    "state/dev.json",
    "state/dev.lock",
    "state/local/dev.journal",
    "elsewhere/dev.json",
  ];
  const commands = [["plan"], ["report"]];

  test.each(commands.flatMap(([command = ""]) => outs.map((out) => [command, out] as const)))(
    "tap %s --out %s",
    async (command, out) => {
      const ran = await tap([command, "--env", "dev", "--out", out]);
      expect(ran).toMatchObject({ code: 2, requests: [], stderr: expect.stringContaining("--out: expected ") });
      await expect(stat(join(cwd, out))).rejects.toThrow("ENOENT");
    },
  );

  test("what merely lies beside is written", async () => {
    expect((await tap(["plan", "--env", "dev", "--out", "state.plan"])).code).toBe(0);
  });
});
