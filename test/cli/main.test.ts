import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { makeProgram } from "../../src/cli/main.ts";
import { wallClock } from "../../src/engine/clock.ts";
import { acquireLock } from "../../src/state/lock.ts";
import { Terminal, type TerminalOptions } from "./terminal.ts";
import { ToyCloud } from "./toy.ts";

let cloud: ToyCloud;
let cwd: string;
beforeEach(async () => {
  cloud = new ToyCloud();
  cloud.takes = 0;
  cwd = await mkdtemp(join(tmpdir(), "tap-cli-"));
});
afterEach(() => rm(cwd, { recursive: true }));

const terminal = (options: Partial<TerminalOptions> = {}) => new Terminal({ cloud, cwd, ...options });

describe("the command line", () => {
  test("every command has help with examples", async () => {
    const names = (command: CommandUnknownOpts, before: readonly string[]): string[][] =>
      command.commands.flatMap((child) => [[...before, child.name()], ...names(child, [...before, child.name()])]);
    const world = {
      cwd,
      variables: {},
      stdin: process.stdin,
      stdout: { write: () => true },
      stderr: { write: () => true },
      clock: wallClock,
      signals: process,
      open: () => Promise.reject(new Error("not opened")),
      page: async () => false,
      exit: () => undefined,
    };
    const program = makeProgram(world, (command) => command);
    const all = [[], ...names(program, [])];
    expect(all.map((name) => name.join(" "))).toEqual([
      "",
      ...["up", "plan", "plan show", "status", "outputs", "down", "doctor", "graph", "report", "config", "policy"],
      ...["state", "state show", "state pull", "state push", "state list", "unlock"],
      ...["local", "local start", "local stop", "local status", "local reset", "completion"],
    ]);
    const made = (only: string) => makeProgram(world, (command) => command, only).commands.map((one) => one.name());
    expect(made("state")).toEqual(["state"]);
    for (const only of ["completion", "stat", "constructor", "--help"]) expect(made(only)).toContain("up");
    for (const name of all) {
      const ran = await terminal().run(...name, "--help");
      expect(ran.code).toBe(0);
      expect(ran.stdout, name.join(" ")).toMatch(/Examples:\n {2}.*tap /);
      for (const line of ran.stdout.split("\n").filter((l) => !l.startsWith("  tap") && !l.startsWith("  eval"))) {
        expect(line.length, line).toBeLessThanOrEqual(80);
      }
    }
  });

  test("--version prints the package's version", async () => {
    expect(await terminal().run("--version")).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  });

  test.each([
    ["an unknown command", ["statsu"], "Did you mean status?"],
    ["an unknown option", ["up", "--dry-rnu"], "Did you mean --dry-run?"],
    ["an unknown environment", ["status", "--env", "prdo"], "did you mean prod?"],
    ["a bad number", ["up", "--concurrency", "many"], "expected a whole number from 1 to 64"],
    ["a bad port", ["local", "start", "--port", "70000"], "expected a port: 1 to 65535"],
    ["options that exclude each other", ["outputs", "--json", "--shell"], "cannot be used with option"],
    ["no command", [], "Usage: tap"],
    ["too many words", ["up", "dev"], "too many arguments"],
  ])("refuses %s with 2", async (_, args, hint) => {
    const open: TerminalOptions["open"] = async (_, environment) => {
      await environment.settings();
      throw new Error("opened");
    };
    const ran = await terminal({ open }).run(...args);
    expect(ran.code).toBe(2);
    expect(ran.stdout + ran.stderr).toContain(hint);
  });

  test("an unexpected error is one line, and --verbose shows where it happened", async () => {
    const open: TerminalOptions["open"] = () => Promise.reject(new RangeError("boom\u001b[2J"));
    const short = await terminal({ open }).run("up", "--env", "dev", "--yes");
    expect(short.code).toBe(1);
    expect(short.stderr).toBe("error: unexpected: boom\\x1b[2J\n→ --verbose shows where it happened.\n");
    const long = await terminal({ open }).run("up", "--env", "dev", "--yes", "--verbose");
    expect(long.stderr).toContain("main.test.ts");
  });
});

describe("tap outputs", () => {
  beforeEach(() => {
    cloud.put("toy-box", { node: "toys/box", size: 3 });
    cloud.put("toy-ball", { node: "toys/ball", size: 1 });
  });

  test("prints a table, JSON, or lines for a shell", async () => {
    expect((await terminal().run("outputs", "--env", "dev")).stdout).toBe("boxId   thing-1\nballId  thing-2\n");
    expect((await terminal().run("outputs", "--env", "dev", "--shell")).stdout).toBe(
      "export TAP_BOX_ID='thing-1'\nexport TAP_BALL_ID='thing-2'\n",
    );
    expect(JSON.parse((await terminal().run("outputs", "--env", "dev", "--json")).stdout)).toEqual({
      schema: 1,
      environment: "dev",
      region: "us-east-1",
      outputs: { boxId: "thing-1", ballId: "thing-2" },
    });
  });

  test("leaves out what is not known, and fails when nothing is", async () => {
    cloud.things.delete("toy-ball");
    expect((await terminal().run("outputs", "--env", "dev")).stdout).toBe("boxId  thing-1\n");
    cloud.things.clear();
    const ran = await terminal().run("outputs", "--env", "dev");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("dev is not up");
  });

  test("fails when something cannot be looked at", async () => {
    cloud.before = (call) => {
      if (call === "find toys/ball") throw new Error("not allowed");
    };
    const ran = await terminal().run("outputs", "--env", "dev");
    expect(ran).toMatchObject({ code: 1, stdout: "boxId  thing-1\n" });
    expect(ran.stderr).toContain("not allowed");
  });
});

describe("tap config", () => {
  test("prints a settings file, and where it lives, and asks nobody", async () => {
    const ran = await terminal().run("config", "--env", "staging");
    expect(ran).toMatchObject({ code: 0, requests: [] });
    expect(ran.stdout).toContain(`# settings file: ${join(cwd, "tap.yaml")} (not there`);
    expect(parse(ran.stdout).environments.staging.api.authorization).toBe("AWS_IAM");
  });

  test("--schema prints the JSON Schema, which the settings then name", async () => {
    const { code, stdout } = await terminal().run("config", "--schema");
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ title: "Settings of tap" })]);
    await writeFile(join(cwd, "tap.schema.json"), stdout);
    const settings = (await terminal().run("config", "--env", "dev")).stdout;
    expect(settings).toMatch(/^# yaml-language-server: \$schema=tap\.schema\.json\n/);
  });

  test("--dir is the folder of the settings file", async () => {
    await mkdir(join(cwd, "elsewhere"));
    await writeFile(join(cwd, "elsewhere", "tap.yaml"), "environments:\n  dev:\n    region: us-west-2\n");
    const ran = await terminal().run("config", "--env", "dev", "--dir", "elsewhere");
    expect(parse(ran.stdout).environments.dev.region).toBe("us-west-2");
  });

  test.each([
    ["config", "--env", "dev"],
    ["local", "status"],
    ["unlock", "--env", "dev"],
  ])("--dir must be a folder: tap %s", async (...args) => {
    await writeFile(join(cwd, "file"), "");
    for (const dir of ["nowhere", "file"]) {
      const ran = await terminal().run(...args, "--dir", dir);
      expect([ran.code, ran.stderr]).toEqual([2, `error: --dir: expected a folder that is there, got "${dir}"\n`]);
    }
    expect(await readdir(cwd)).toEqual(["file"]);
  });
});

test("tap local reset throws away what cannot be read, too", async () => {
  const folder = join(cwd, "state", "local");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "dev.json"), '{"schema": 1, "acc');
  await writeFile(join(folder, "dev.journal"), "{}\n{}\n");
  expect((await terminal().run("local", "reset", "--yes")).code).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

describe("tap unlock", () => {
  const locked = () =>
    acquireLock({ dir: join(cwd, "state"), environment: "dev", local: false, command: "tap up --env dev" });

  test("says so when there is no lock", async () => {
    expect(await terminal().run("unlock", "--env", "dev")).toMatchObject({ code: 0, stdout: "dev is not locked.\n" });
  });

  test("shows whose lock it is, asks, and removes it", async () => {
    await locked();
    const ran = await terminal({ typed: ["yes"] }).run("unlock", "--env", "dev");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`"tap up --env dev", process ${process.pid} on ${hostname()}`);
    expect(existsSync(join(cwd, "state", "dev.lock"))).toBe(false);
  });

  test("leaves it when the user declines, or there is nobody to ask", async () => {
    await locked();
    expect((await terminal({ typed: ["no"] }).run("unlock", "--env", "dev")).code).toBe(1);
    expect((await terminal().run("unlock", "--env", "dev")).code).toBe(2);
    expect(existsSync(join(cwd, "state", "dev.lock"))).toBe(true);
  });

  test("local locks are others", async () => {
    await locked();
    expect((await terminal().run("unlock", "--env", "dev", "--local", "--yes")).stdout).toBe("dev is not locked.\n");
  });
});
