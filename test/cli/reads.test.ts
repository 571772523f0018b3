import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeProgram } from "../../src/cli/main.ts";
import { wallClock } from "../../src/engine/clock.ts";
import { openSession } from "../../src/session/open.ts";
import { Terminal } from "./terminal.ts";
import { ToyCloud } from "./toy.ts";

/** How often the settings file was read, and the state of each environment. */
const reads = vi.hoisted(() => ({ settings: 0, states: new Map<string, number>() }));

vi.mock(import("../../src/config/file.ts"), async (original) => {
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
  const open = async (request: Parameters<typeof openSession>[0]): Promise<never> => {
    await openSession(request, { code: join(cwd, "code.zip"), clock: wallClock });
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
 * Commands that read a state more than once. Before a change, what would be refused anyway is refused without a lock, and
 * `down` refuses more before it asks; what is used is read under the lock. That a state can be read is one of the
 * doctor's checks; a report on what could not be opened says what is declared; `state push` reads what it is given.
 */
const more: Readonly<Record<string, number>> = { up: 2, down: 3, doctor: 2, report: 2, "state push": 2 };
const leaves = (command: Command, before: readonly string[]): (readonly [string, Command])[] =>
  command.commands.flatMap((child) => {
    const path = [...before, child.name()];
    return child.commands.length > 0 ? leaves(child, path) : [[path.join(" "), child] as const];
  });
const world = { cwd: ".", variables: {}, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr };
const program = makeProgram(
  { ...world, clock: wallClock, signals: process, open: () => Promise.reject(), exit: () => undefined },
  () => undefined,
);
const commands = leaves(program, []).filter(([, { options }]) => options.some(({ long }) => long === "--env"));
const has = (command: Command, option: string) => command.options.some(({ long }) => long === option);

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

test("a dry run of several environments reads each state to check it, and once more to use it", async () => {
  await run("plan", "--env", "dev,staging", "--local");
  expect(reads.settings).toBe(1);
  // The first that cannot be opened ends it.
  expect(Object.fromEntries(reads.states)).toEqual({ dev: 2, staging: 1 });
});
