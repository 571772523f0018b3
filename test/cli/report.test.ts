import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CredentialsError } from "../../src/session/errors.ts";
import { Terminal, type TerminalOptions } from "./terminal.ts";
import { ToyCloud } from "./toy.ts";

let cloud: ToyCloud;
let cwd: string;
beforeEach(async () => {
  cloud = new ToyCloud();
  cwd = await mkdtemp(join(tmpdir(), "tap-cli-"));
});
afterEach(() => rm(cwd, { recursive: true }));

const terminal = (options: Partial<TerminalOptions> = {}) => new Terminal({ cloud, cwd, ...options });
const report = (...args: string[]) => terminal().run("report", "--env", "dev", ...args);
const written = (name: string) => readFile(join(cwd, name), "utf8");

describe("tap report", () => {
  test("writes one file about what it has seen, and changes nothing", async () => {
    await terminal().run("up", "--env", "dev", "--yes");
    cloud.mutations.length = 0;
    await writeFile(join(cwd, "dev.html"), "an older report");
    const ran = await report("--out", "dev.html");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toBe("Written to dev.html.\n");
    expect(ran.requests.map(({ purpose }) => purpose)).toEqual(["look"]);
    expect(cloud.mutations).toEqual([]);
    expect(await readdir(cwd)).toEqual(["dev.html"]);
    const html = await written("dev.html");
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain("<h1>dev in us-east-1, account 123456789012</h1>");
    expect(html).toContain('aria-label="toys/box: in sync"');
    expect(html).toContain("No run is on record on this machine.");
  });

  test("shows what is declared where nothing can be looked at, and says why", async () => {
    const open = () =>
      Promise.reject(new CredentialsError("no AWS credentials were found", { advice: "Log in <first>." }));
    const ran = await terminal({ open }).run("report", "--env", "prod", "--out", "prod.html");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("no AWS credentials were found");
    expect(ran.stdout).toContain("Written to prod.html.");
    const html = await written("prod.html");
    expect(html).toContain("<h1>prod in us-east-1</h1>");
    expect(html).toContain("no AWS credentials were found");
    expect(html).toContain("Log in &lt;first&gt;.");
    expect(html).toContain('aria-label="network/vpc: blocked"');
    expect(html).not.toContain("in sync</");
  });

  test("refuses what it cannot write to, and what names no environment, before it looks", async () => {
    await mkdir(join(cwd, "folder"));
    const bad = [
      ["--env", "dev", "--out", "nowhere/dev.html"],
      ["--env", "dev", "--out", "folder"],
      ["--env", "dev"],
      ["--out", "dev.html"],
      ["--env", "no such", "--out", "dev.html"],
    ];
    for (const args of bad) {
      const ran = await terminal().run("report", ...args);
      expect(ran.code, args.join(" ")).toBe(2);
      expect(ran.requests).toEqual([]);
    }
    expect((await report("--out", "nowhere/dev.html")).stderr).toContain(
      '--out: expected a file in a folder that is there and can be written to, got "nowhere/dev.html"',
    );
    expect(await readdir(cwd)).toEqual(["folder"]);
  });

  test("says when the runs cannot be read", async () => {
    await mkdir(join(cwd, "state"));
    await writeFile(join(cwd, "state", "dev.runs"), "in the way");
    expect((await report("--out", "dev.html")).code).toBe(0);
    expect(await written("dev.html")).toContain("The runs cannot be read: ENOTDIR");
  });
});
