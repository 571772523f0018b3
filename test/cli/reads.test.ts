import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeProgram } from "../../src/cli/main.ts";
import { wallClock } from "../../src/engine/clock.ts";
import { recordPlan } from "../../src/plan/record.ts";
import { openSession } from "../../src/session/open.ts";
import { Terminal, type TerminalOptions } from "./terminal.ts";
import { ToyCloud, toySession } from "./toy.ts";

/** How often the settings file was read, and the state of each environment. */
const reads = vi.hoisted(() => ({ settings: 0, states: new Map<string, number>() }));

vi.mock(import("../../src/config/load.ts"), async (original) => {
  const real = await original();
  return {
    ...real,
    loadSettingsFile: (...args) => {
      reads.settings++;
      return real.loadSettingsFile(...args);
    },
  };
});
vi.mock(import("../../src/state/schema.ts"), async (original) => {
  const real = await original();
  return {
    ...real,
    // Whatever was read of a state, from a file or from S3, goes through here.
    parseState: (text, name, environment) => {
      reads.states.set(environment ?? name, (reads.states.get(environment ?? name) ?? 0) + 1);
      return real.parseState(text, name, environment);
    },
  };
});
// A session gets as far as the local AWS, which is not there: by then it has read everything.
vi.mock("../../src/session/local.ts", () => ({ localPlace: () => Promise.reject(new Error("no local AWS here")) }));

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tap-reads-"));
  await mkdir(join(cwd, "state", "local"), { recursive: true });
  await writeFile(join(cwd, "code.zip"), "zip");
  await writeFile(join(cwd, "tap.yaml"), "environments:\n  dev: {}\n");
  const state = { schema: 1, account: "123456789012", region: "us-east-1", serial: 1, resources: {}, retained: {} };
  for (const [file, environment] of Object.entries({ "local/dev": "dev", "local/staging": "staging", dev: "dev" })) {
    await writeFile(join(cwd, "state", `${file}.json`), JSON.stringify({ ...state, environment }));
  }
  reads.settings = 0;
  reads.states.clear();
});
afterEach(() => rm(cwd, { recursive: true }));

const run = (...args: string[]) => {
  const cloud = new ToyCloud();
  const open: TerminalOptions["open"] = async (request, environment) => {
    await openSession(environment, request, { code: join(cwd, "code.zip"), clock: wallClock });
    throw new Error("it was opened without a local AWS");
  };
  return new Terminal({ cloud, cwd, open }).run(...args);
};

/** What a command cannot do without. */
const needed: Readonly<Record<string, readonly string[]>> = {
  "state push": ["state/dev.json"],
  report: ["--out", "page.html"],
  up: ["--yes"],
  down: ["--yes"],
  unlock: ["--yes"],
};
/**
 * Commands that read a state more than once. Before a change, what would be refused anyway is refused without a lock;
 * what is used is read under the lock. `state push` reads what it is given.
 */
const more: Readonly<Record<string, number>> = { up: 2, down: 2, "state push": 2 };
const leaves = (command: CommandUnknownOpts, before: readonly string[]): (readonly [string, CommandUnknownOpts])[] =>
  command.commands.flatMap((child) => {
    const path = [...before, child.name()];
    return child.commands.length > 0 ? leaves(child, path) : [[path.join(" "), child] as const];
  });
const world = { cwd: ".", variables: {}, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr };
const program = makeProgram(
  {
    ...world,
    clock: wallClock,
    signals: process,
    open: () => Promise.reject(),
    page: async () => false,
    exit: () => undefined,
  },
  (command) => command,
);
const commands = leaves(program, []).filter(([, { options }]) => options.some(({ long }) => long === "--env"));
const has = (command: CommandUnknownOpts, option: string) => command.options.some(({ long }) => long === option);

test.each(commands)(
  "tap %s reads the settings file once, and the state no more often than it must",
  async (name, command) => {
    const local = has(command, "--local") ? ["--local"] : [];
    await run(...name.split(" "), "--env", "dev", ...local, ...(needed[name] ?? []));
    expect(reads.settings).toBe(1);
    expect(Object.fromEntries(reads.states)).toEqual(name === "unlock" ? {} : { dev: more[name] ?? 1 });
  },
);

test("tap status without --env reads the settings file once, and each state once", async () => {
  await run("status", "--local");
  expect(reads.settings).toBe(1);
  expect(Object.fromEntries(reads.states)).toEqual({ dev: 1, staging: 1 });
});

test("a dry run of down reads the state once", async () => {
  await run("down", "--env", "dev", "--local", "--dry-run");
  expect([reads.settings, Object.fromEntries(reads.states)]).toEqual([1, { dev: 1 }]);
});

test("a kept plan is compared with what is then used: once before the lock, once under it", async () => {
  const session = toySession(
    { dir: cwd, env: "dev", local: true, variables: {}, purpose: "plan", command: "" },
    { cloud: new ToyCloud() },
  );
  const none = { at: 0, declared: new Map(), leftOver: new Map(), namesakes: new Map(), unsearched: [] };
  const record = recordPlan(session, { tap: "0", changes: [], looks: none, prune: false, fresh: false });
  await writeFile(join(cwd, "dev.plan"), JSON.stringify(record));
  await run("up", "--plan", "dev.plan");
  expect([reads.settings, Object.fromEntries(reads.states)]).toEqual([1, { dev: 2 }]);
});

test("a dry run of several environments reads each state once", async () => {
  await run("plan", "--env", "dev,staging", "--local");
  expect(reads.settings).toBe(1);
  expect(Object.fromEntries(reads.states)).toEqual({ dev: 1, staging: 1 });
});
