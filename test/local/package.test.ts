import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { stopLocalAws } from "../../src/local/local-aws.ts";
import { localFolder } from "../../src/session/environment.ts";
import { linkEmulator, root } from "./installed.ts";

const run = promisify(execFile);

let home: string;
let work: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tap-package-"));
  work = join(home, "work");
  await mkdir(work);
  await writeFile(join(home, "package.json"), "{}");
  // What is packed is the built program; installed without a registry, so that it can need nothing from one. It is
  // packed from a copy, since packing changes package.json for as long as it takes.
  const copy = join(home, "copy");
  for (const name of ["package.json", "LICENSE", "README.md", "dist"]) {
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await run("npm", ["run", "prepack"], { cwd: copy });
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", home], { cwd: copy });
  await run("npm", ["run", "postpack"], { cwd: copy });
  expect(await readFile(join(copy, "package.json"), "utf8")).toBe(await readFile(join(root, "package.json"), "utf8"));
  await rm(copy, { recursive: true });
  const [{ filename = "", files = [] } = {}]: { filename?: string; files?: { path: string }[] }[] = JSON.parse(
    packed.stdout,
  );
  expect(
    files
      .map(({ path }) => path)
      .filter((path) => !path.startsWith("dist/"))
      .sort(),
  ).toEqual(["LICENSE", "README.md", "package.json"]);
  const made = ["THIRD-PARTY-LICENSES.txt", "requirements.txt", "sbom.cdx.json"].map((name) => `dist/${name}`);
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(made));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(home, filename)], { cwd: home });
});
afterAll(async () => {
  await stopLocalAws({ dir: localFolder(work) });
  await rm(home, { recursive: true });
});

/** Runs the installed program as a shell would. */
const tap = async (...args: string[]): Promise<string> => {
  const PATH = `${dirname(process.execPath)}:${process.env["PATH"]}`;
  const { stdout } = await run(join(home, "node_modules", ".bin", "tap"), args, {
    cwd: home,
    env: { PATH, HOME: home },
  });
  return stdout;
};

test("the package brings everything along that it needs", async () => {
  expect((await readdir(join(home, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual(["tap-platform"]);
  expect(await tap("--version")).toBe(`${manifest.version}\n`);
  expect(JSON.parse(await tap("policy", "--env", "dev", "--part", "1"))).toHaveProperty("Statement");
});

test("the package says which Node.js it needs: the one that the program asks for", async () => {
  const installed = JSON.parse(await readFile(join(home, "node_modules", "tap-platform", "package.json"), "utf8"));
  const asked = /needs Node\.js ([\d.]+) or newer/.exec(await readFile(join(root, "src", "tap.ts"), "utf8"));
  expect(installed.engines).toEqual({ node: `>=${asked?.[1]}` });
});

test("the installed program works with settings and state of its own, wherever --dir says", async () => {
  await linkEmulator(localFolder(work));
  await writeFile(join(work, "tap.yaml"), "defaults: {database: {readers: 0}}\n");
  expect(await tap("config", "--env", "dev", "--dir", "work")).toMatch(
    /settings file: .*\/work\/tap\.yaml\n[\s\S]*readers: 0/,
  );
  const plan = await tap("plan", "--env", "dev", "--local", "--dir", "work");
  expect(plan).toContain("+ database/writer");
  expect(plan).not.toContain("database/reader-1");
  expect((await readdir(join(home, "node_modules", "tap-platform"))).sort()).toEqual([
    "LICENSE",
    "README.md",
    "dist",
    "package.json",
  ]);
});
