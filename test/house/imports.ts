import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The product's source files, in `src/`, `steps/` and `lambda/`: each with the source files that it imports, types included. */
export async function readImports(): Promise<ReadonlyMap<string, readonly string[]>> {
  const folders = ["src", "steps", "lambda"];
  const lists = await Promise.all(
    folders.map(async (folder) => (await readdir(join(root, folder), { recursive: true })).map((f) => join(folder, f))),
  );
  const files = lists.flat().filter((file) => /(?<!\.d)\.ts$/.test(file));
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const text = await readFile(join(root, file), "utf8");
        const paths = [...text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+\.ts)"/g)].flatMap(
          ([, path]) => path ?? [],
        );
        const imported = paths.map((path) => relative(root, join(root, dirname(file), path)));
        return [file, [...new Set(imported)].filter((one) => files.includes(one))] as const;
      }),
    ),
  );
}

/** The room that a file belongs to: `src/engine/node.ts` to "engine", `steps/api.ts` to "steps", `src/tap.ts` to "cli". */
export function roomOf(file: string): string {
  const [first = "", second = "", third] = file.split("/");
  if (first !== "src") return first;
  return third === undefined ? "cli" : second;
}

/** Files that import each other, directly or by way of others: each circle's files; none is as it should be. */
export function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachable = new Map([...imports.keys()].map((file) => [file, reach(imports, file)]));
  const circles = [...imports.keys()].map((file) =>
    [...(reachable.get(file) ?? [])].filter((other) => reachable.get(other)?.has(file)).sort(),
  );
  const seen = new Map(circles.filter((circle) => circle.length > 0).map((circle) => [circle.join(), circle]));
  return [...seen.values()];
}

/** Everything that a file imports, directly or by way of others. */
function reach(imports: ReadonlyMap<string, readonly string[]>, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [...(imports.get(from) ?? [])];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    todo.push(...(imports.get(file) ?? []));
  }
  return found;
}
