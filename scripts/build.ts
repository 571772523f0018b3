import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleFunctions } from "./bundle-functions.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = path.join(root, "dist");

/** Lets bundled CommonJS packages require Node's own modules. */
const requireBanner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** Bundles the program: the entry, and the parts that commands load when they need them. */
async function bundleProgram(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { tap: "src/tap.ts" },
    outdir: "dist",
    bundle: true,
    splitting: true,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node22.12",
    mainFields: ["module", "main"],
    chunkNames: "[name]-[hash]",
    banner: { js: requireBanner },
    // AWS operations are known by the class names of their commands.
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  });
  return Object.keys(metafile.outputs).map((file) => path.basename(file));
}

/** Writes dist/ anew; what is in it stays usable until the new files are there. */
async function buildAll(): Promise<void> {
  await mkdir(dist, { recursive: true });
  const [{ zip }, program] = await Promise.all([bundleFunctions(root), bundleProgram()]);
  await writeFile(path.join(dist, "trade-service.zip"), zip);
  await chmod(path.join(dist, "tap.js"), 0o755);
  const made = new Set([...program, "trade-service.zip"]);
  const stale = (await readdir(dist)).filter((name) => !made.has(name));
  await Promise.all(stale.map((name) => rm(path.join(dist, name), { recursive: true })));
}

await buildAll();
