import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { pagerEnvironment, showInPager } from "../../src/cli/pager.ts";
import { Terminal, type TerminalOptions } from "./terminal.ts";
import { ToyCloud, toyPlatform } from "./toy.ts";

/** A plan of the toys, with what the pager was given. */
async function plan(options: Partial<TerminalOptions>, ...args: readonly string[]) {
  const paged: string[] = [];
  const terminal = new Terminal({
    ...{ cloud: new ToyCloud(), isTTY: true, typed: [], rows: 5, variables: { PAGER: "less -S" } },
    page: (command, text) => paged.push(`${command}: ${text}`) > 0,
    ...options,
  });
  const ran = await terminal.run(...(args.length === 0 ? ["plan", "--env", "dev"] : args));
  return { ...ran, paged };
}

const whole = /Plan for dev[\s\S]*2 resources to create\./;

test("a plan of more lines than the terminal goes through the user's pager, whole, and nowhere else", async () => {
  const { code, paged, stdout } = await plan({});
  expect(code).toBe(0);
  expect(paged).toEqual([expect.stringContaining("less -S: ")]);
  expect(paged[0]).toMatch(whole);
  expect(stdout).not.toContain("Plan for dev");
});

test("its lines are broken as they would be without a pager", async () => {
  const skipped = [{ step: "games", reason: "word ".repeat(40).trim() }];
  const { paged } = await plan({ platform: { ...toyPlatform(), skipped } });
  const widths = (paged[0] ?? "").split("\n").map((line) => stripVTControlCharacters(line).length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
});

test("so does the plan that a person is asked about, before the question", async () => {
  const asked = await plan({ typed: ["no"] }, "up", "--env", "dev");
  expect(asked.paged).toHaveLength(1);
  expect(asked.stderr).toContain("[y/N]");
});

test.each<[string, Partial<TerminalOptions>, ...string[]]>([
  ["it fits", { rows: 24 }],
  ["there is no pager", { variables: {} }],
  ["the pager is empty", { variables: { PAGER: " " } }],
  ["the output is no terminal", { isTTY: false }],
  ["the terminal can do nothing", { variables: { PAGER: "less", TERM: "dumb" } }],
  ["nobody watches", { variables: { PAGER: "less", CI: "true" } }],
  ["nobody is asked", {}, "up", "--env", "dev", "--yes"],
])("a plan is printed where %s", async (_, options, ...args) => {
  const { paged, stdout } = await plan(options, ...args);
  expect(paged).toEqual([]);
  expect(stdout).toMatch(whole);
});

test("a plan for scripts is never paged", async () => {
  expect((await plan({}, "plan", "--env", "dev", "--json")).paged).toEqual([]);
});

test("a plan is printed when the pager is not there", async () => {
  const { paged, stdout } = await plan({ page: () => false });
  expect(paged).toEqual([]);
  expect(stdout).toMatch(whole);
});

test("Ctrl-C in the pager is the pager's", async () => {
  const cloud = new ToyCloud();
  const options: TerminalOptions = {
    ...{ cloud, isTTY: true, typed: ["yes"], rows: 5, variables: { PAGER: "less" } },
    page: () => terminal.signals.emit("SIGINT"),
  };
  const terminal = new Terminal(options);
  expect((await terminal.run("up", "--env", "dev")).code).toBe(0);
  expect(cloud.mutations).toHaveLength(2);
});

test("a pager gets the text and what it needs to show it, and none of the user's credentials", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tap-pager-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const variables = {
    ...{ PATH: process.env["PATH"], TERM: "xterm", LC_ALL: "C.UTF-8", AWS_SECRET_ACCESS_KEY: "hunter2" },
    ...{ AWS_SESSION_TOKEN: "hunter2", GITHUB_TOKEN: "hunter2", LESSOPEN: "|hunter2" },
  };
  const [text, seen] = [join(folder, "text"), join(folder, "seen")];
  const command = `cat > '${text}'; env > '${seen}'`;
  expect(await showInPager(command, "the plan", variables)).toBe(true);
  expect(await readFile(text, "utf8")).toBe("the plan\n");
  const environment = await readFile(seen, "utf8");
  expect(environment).not.toContain("hunter2");
  expect(environment).toMatch(/^TERM=xterm$/m);
  expect(environment).toMatch(/^LESS=FRX$/m);
  expect(pagerEnvironment({ LESS: "-i", FOO: "1" })).toEqual({ LESS: "-i" });
});

test("a pager that is not there has shown nothing; one that is left at once has", async () => {
  const variables = { PATH: process.env["PATH"] };
  expect(await showInPager("no-such-pager-anywhere", "x", variables)).toBe(false);
  expect(await showInPager("exit 1", "x".repeat(1_000_000), variables)).toBe(true);
});
