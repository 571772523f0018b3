import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { bundleProgram } from "../../scripts/bundle-program.ts";
import { withLiteralKeys } from "../../scripts/literal-keys.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { files, metafile } = await bundleProgram(root);

/** The files whose code is loaded with a part of the program, before anything in it asks for more. */
function loadedWith(source: string): string[] {
  const first = Object.keys(metafile.outputs).find((name) => metafile.outputs[name]?.entryPoint === source);
  const parts = new Set(first === undefined ? [] : [first]);
  for (const part of parts) {
    for (const { path, kind, external } of metafile.outputs[part]?.imports ?? []) {
      if (kind !== "dynamic-import" && external !== true) parts.add(path);
    }
  }
  return [...parts].flatMap((part) => Object.keys(metafile.outputs[part]?.inputs ?? {})).sort();
}

/** The packages among files. */
const packagesOf = (paths: readonly string[]): string[] => [
  ...new Set(paths.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])),
];

test("the version is known, and that Node.js is too old, before anything else is loaded", async () => {
  expect(loadedWith("src/tap.ts")).toEqual(["src/tap.ts"]);
  const dir = await mkdtemp(join(tmpdir(), "tap-bundle-"));
  try {
    for (const name of ["tap.js", "package.json"]) await writeFile(join(dir, name), files.get(name) ?? "");
    const run = (...args: string[]) => promisify(execFile)(process.execPath, [...args]);
    for (const option of ["--version", "-V"]) {
      expect((await run(join(dir, "tap.js"), option)).stdout).toBe(`${manifest.version}\n`);
    }
    const old = `Object.defineProperty(process, "versions", { value: { node: "18.20.0" } });`;
    await writeFile(join(dir, "old.js"), old);
    await expect(run("--require", join(dir, "old.js"), join(dir, "tap.js"), "--help")).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("tap needs Node.js 22.12 or newer; this is 18.20.0."),
    });
  } finally {
    await rm(dir, { recursive: true });
  }
});

test("help loads nothing that only commands need", () => {
  const loaded = loadedWith("src/cli/process.ts");
  expect(loaded).toContain("src/cli/commands/up.ts");
  expect(packagesOf(loaded)).toEqual(["@commander-js/extra-typings", "commander", "picocolors"]);
  expect(loaded.filter((path) => /^(src\/(aws|resources|session|state)|steps)\//.test(path))).toEqual([]);
  expect(loaded.filter((path) => /^src\/cli\/(down|look|report|run-environments|sweep|up)\.ts$/.test(path))).toEqual(
    [],
  );
});

/** What `tap status` asks for. */
const ofStatus = [
  ...["status.ts", "status-markdown.ts", "status-text.ts"].map((name) => `src/report/${name}`),
  "src/session/environment.ts",
  "src/cli/look.ts",
];

test("status loads neither the settings file's reader nor what draws progress", () => {
  const loaded = [...ofStatus, "src/session/open.ts", "steps/index.ts", "src/aws/aws.ts"].flatMap(loadedWith);
  expect(packagesOf(loaded)).toContain("@aws-sdk/client-ec2");
  expect(packagesOf(loaded).filter((name) => name === "yaml" || name === "log-update")).toEqual([]);
});

test("until STS is asked, no other client and no step is loaded", () => {
  const loaded = [...ofStatus, "src/session/open.ts"].flatMap(loadedWith);
  expect(packagesOf(loaded).filter((name) => name.startsWith("@aws-sdk/client-"))).toEqual(["@aws-sdk/client-sts"]);
  expect(loaded.filter((path) => path.startsWith("steps/"))).toEqual([]);
  expect(loaded).not.toContain("src/local/local-aws.ts");
});

test("the bundle holds the operations that are used, and no others", async () => {
  const services = Object.keys(manifest.devDependencies).filter((name) => name.startsWith("@aws-sdk/client-"));
  const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const sources = [];
  for (const name of await readdir(join(root, "src"), { recursive: true })) {
    if (name.endsWith(".ts")) sources.push(await readFile(join(root, "src", name), "utf8"));
  }
  const used = new Set(sources.join("\n").match(/\b[A-Z]\w+Command\b/g));
  // The S3 client's own, for directory buckets.
  used.add("CreateSessionCommand");
  for (const service of services) {
    const commands = bundled.flatMap((path) => path.split(`${service}/dist-es/commands/`)[1]?.replace(".js", "") ?? []);
    expect(commands.length, service).toBeGreaterThan(0);
    expect(
      commands.filter((command) => !used.has(command)),
      service,
    ).toEqual([]);
  }
});

test("what the bundle holds of EC2's schemas is what those operations need", () => {
  const schemas = "node_modules/@aws-sdk/client-ec2/dist-es/schemas/schemas_0.js";
  const bytes = Object.values(metafile.outputs).map(({ inputs }) => inputs[schemas]?.bytesInOutput ?? 0);
  const all = metafile.inputs[schemas]?.bytes ?? 0;
  expect(all).toBeGreaterThan(1_000_000);
  expect(Math.max(...bytes)).toBeLessThan(all / 10);
});

test("the rewriting of the SDK's schemas refuses what it does not know", () => {
  const known = 'const _a = "x:[y]";\nexport const S = [3, { [_a]: 1, b: [_a], [_a]: [() => T, { [_a]: _a }] }];\n';
  expect(withLiteralKeys(known, "s.js")).toBe(
    'const _a = "x:[y]";\nexport const S = [3, { "x:[y]": 1, b: [_a], "x:[y]": [() => T, { "x:[y]": _a }] }];\n',
  );
  expect(() => withLiteralKeys("export const S = [3];\n", "s.js")).toThrow("it defines no keys");
  expect(() => withLiteralKeys('const _a = "x";\nconst s = { [_b]: 1 };\n', "s.js")).toThrow("_b is a key");
  expect(() => withLiteralKeys('const _a = "x";\nconst s = { [a.b]: 1 };\n', "s.js")).toThrow("{ [a.b]: 1 }");
});
