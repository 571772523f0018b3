import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFunctions } from "./bundle-functions.ts";
import { bundleProgram } from "./bundle-program.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = path.join(root, "dist");

/** Writes dist/ anew; what is in it stays usable until the new files are there. */
async function buildAll(): Promise<void> {
  await mkdir(dist, { recursive: true });
  const [{ zip }, { files: program }] = await Promise.all([bundleFunctions(root), bundleProgram(root)]);
  const files = new Map<string, string | Uint8Array>([...program, ["trade-service.zip", zip]]);
  await Promise.all([...files].map(([name, content]) => writeFile(path.join(dist, name), content)));
  await chmod(path.join(dist, "tap.js"), 0o755);
  const stale = (await readdir(dist)).filter((name) => !files.has(name));
  await Promise.all(stale.map((name) => rm(path.join(dist, name), { recursive: true })));
}

await buildAll();
