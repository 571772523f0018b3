import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { awsKinds } from "../../steps/kinds.ts";
import { root } from "./imports.ts";

const types = awsKinds.map(({ type }) => type);
const services = [...new Set(types.map((type) => type.replace(/:.*/, "")))];

const count = (of: Iterable<unknown>): number => new Set(of).size;

/** The part of all services, or of all types, that a file names: by the SDK's packages, by folders, in words or as keys. */
function share(text: string): number {
  const packages = [...text.matchAll(/"@aws-sdk\/client-([\w-]+)"/g)].map(([, name]) => name);
  const folders = services.filter((name) => new RegExp(`from "[^"]*/${name}/`).test(text));
  const words = services.filter((name) => new RegExp(`"${name}[":]|^\\s+${name}[:,]`, "m").test(text));
  const most = Math.max(...[packages, folders, words].map(count));
  return Math.max(most / services.length, count(types.filter((type) => text.includes(`"${type}"`))) / types.length);
}

/** The source files that name so many of the services, or of the types, that a new one may be missing there. */
async function placesFrom(least: number): Promise<string[]> {
  const folders = await Promise.all(
    ["src", "steps", "scripts", "test"].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((file) => join(folder, file)),
    ),
  );
  const files = folders.flat().filter((file) => file.endsWith(".ts"));
  const shares = await Promise.all(files.map(async (file) => share(await readFile(join(root, file), "utf8"))));
  return files.filter((_, index) => (shares[index] ?? 0) >= least).sort();
}

test("whatever names half of the services, or of the types, is linked in docs/add-a-resource.md", async () => {
  const page = await readFile(join(root, "docs/add-a-resource.md"), "utf8");
  const places = await placesFrom(0.5);
  expect(places).toContain("steps/kinds.ts");
  expect(places.filter((place) => !page.includes(`](../${place})`))).toEqual([]);
});
