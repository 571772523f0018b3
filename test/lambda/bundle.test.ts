import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleFunctions, type FunctionsBundle, handlers } from "../../scripts/bundle-functions.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

let bundle: FunctionsBundle;
let folder: string;

beforeAll(async () => {
  bundle = await bundleFunctions();
  folder = await mkdtemp(path.join(tmpdir(), "tap-bundle-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of the sources in another folder, as another machine would have them. */
async function copyProject(name: string): Promise<string> {
  const root = path.join(folder, name, "deeper");
  await mkdir(root, { recursive: true });
  await cp(path.join(project, "lambda"), path.join(root, "lambda"), { recursive: true });
  for (const file of ["package.json", "tsconfig.json"]) await cp(path.join(project, file), path.join(root, file));
  await symlink(path.join(project, "node_modules"), path.join(root, "node_modules"));
  return root;
}

test("the same code gives the same bytes in another folder, time zone and umask", async () => {
  const root = await copyProject("elsewhere");
  const zone = process.env["TZ"];
  const mask = process.umask(0o077);
  try {
    for (const other of ["Asia/Kathmandu", "America/Los_Angeles", "UTC"]) {
      process.env["TZ"] = other;
      const again = await bundleFunctions(root);
      expect(again.sha256Base64, other).toBe(bundle.sha256Base64);
      expect(Buffer.compare(again.zip, bundle.zip)).toBe(0);
    }
  } finally {
    process.umask(mask);
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  }
});

test("one changed byte of the code changes the hash", async () => {
  const root = await copyProject("changed");
  const file = path.join(root, "lambda", "problem.ts");
  const source = await readFile(file, "utf8");
  await writeFile(file, source.replace('"Bad Request"', '"Bad request"'));
  expect((await bundleFunctions(root)).sha256Base64).not.toBe(bundle.sha256Base64);
});

test("the hash is Lambda's CodeSha256 of the ZIP", () => {
  expect(bundle.sha256Base64).toBe(createHash("sha256").update(bundle.zip).digest("base64"));
});

const codeFiles = Object.values(handlers).map((handler) => handler.replace(/\.handler$/, ".js"));

test("the ZIP holds a file that everyone may read for each handler, and the licences, in order, under 2 MB", () => {
  expect(Object.keys(unzipSync(bundle.zip))).toEqual(["THIRD-PARTY-LICENSES.txt", ...codeFiles].sort());
  expect(bundle.zip.byteLength).toBeLessThan(2 * 1024 * 1024);
  // External attributes in the central directory: 38 bytes after its signature.
  const zip = Buffer.from(bundle.zip);
  const first = zip.indexOf(Buffer.from("PK\x01\x02", "latin1"));
  expect((zip.readUInt32LE(first + 38) >>> 16).toString(8)).toBe("100644");
});

test("each handler loads from the ZIP alone and is a function", async () => {
  const root = path.join(folder, "loaded");
  await mkdir(root);
  // Without this, Node would read the nearest package.json: on Lambda there is none, so .js means CommonJS.
  await writeFile(path.join(root, "package.json"), "{}");
  const files = unzipSync(bundle.zip);
  for (const name of codeFiles) {
    await writeFile(path.join(root, name), files[name] ?? new Uint8Array());
    const loaded: { handler?: unknown } = await import(path.join(root, name));
    expect(loaded.handler, name).toBeTypeOf("function");
  }
});
