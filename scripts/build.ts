import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../package.json" with { type: "json" };
import { bundleFunctions } from "./bundle-functions.ts";
import { bundleProgram } from "./bundle-program.ts";
import { billOfMaterials, licenceFile, sorted, thirdPartyOf } from "./third-party.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = path.join(root, "dist");

/** Writes dist/ anew; what is in it stays usable until the new files are there. */
async function buildAll(): Promise<void> {
  await mkdir(dist, { recursive: true });
  const [functions, program] = await Promise.all([bundleFunctions(root), bundleProgram(root)]);
  const packages = sorted([...functions.thirdParty, ...(await thirdPartyOf(root, program.metafile))]);
  const lock = await readFile(path.join(root, "package-lock.json"), "utf8");
  const files = new Map<string, string | Uint8Array>([
    ...program.files,
    ["trade-service.zip", functions.zip],
    ["requirements.txt", await readFile(path.join(root, "src/local/requirements.txt"))],
    ["THIRD-PARTY-LICENSES.txt", licenceFile(packages)],
    ["sbom.cdx.json", billOfMaterials(manifest, packages, lock)],
  ]);
  await Promise.all([...files].map(([name, content]) => writeFile(path.join(dist, name), content)));
  await chmod(path.join(dist, "tap.js"), 0o755);
  const stale = (await readdir(dist)).filter((name) => !files.has(name));
  await Promise.all(stale.map((name) => rm(path.join(dist, name), { recursive: true })));
}

await buildAll();
