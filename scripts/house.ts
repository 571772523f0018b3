/**
 * Prints how many lines of product code each part of the house has, comments included, beside what it may have.
 *
 *     npm run house
 */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

interface Part {
  readonly name: string;
  /** Its folders and files. */
  readonly of: readonly string[];
  /** Lines of what existed before tap was held against recordings of the real AWS. */
  readonly budget: number;
  /** Lines that this has added since. */
  readonly added: number;
}

const parts: readonly Part[] = [
  {
    name: "core, with the kinds' permissions, prices, cards",
    of: ["src/engine", "src/aws", "src/state", "src/resources"],
    budget: 10_700,
    added: 1_507,
  },
  { name: "steps and lambda", of: ["steps", "lambda"], budget: 2_600, added: 10 },
  {
    name: "cli, session, report",
    of: ["src/tap.ts", "src/cli", "src/session", "src/report"],
    budget: 4_000,
    added: 258,
  },
  {
    name: "companions",
    of: ["src/config", "src/cost", "src/doctor", "src/history", "src/local", "src/pictures", "src/plan", "src/policy"],
    budget: 4_200,
    added: 49,
  },
];

const root = fileURLToPath(new URL("..", import.meta.url));

/** The source files of the project's folders. */
async function readFiles(): Promise<{ readonly path: string; readonly lines: number }[]> {
  const folders = ["src", "steps", "lambda"];
  const lists = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(`${root}${folder}`, { recursive: true })).map((f) => `${folder}/${f}`),
    ),
  );
  const paths = lists.flat().filter((path) => path.endsWith(".ts"));
  return Promise.all(
    paths.map(async (path) => ({ path, lines: (await readFile(`${root}${path}`, "utf8")).split("\n").length - 1 })),
  );
}

const files = await readFiles();
const row = (name: string, numbers: readonly (string | number)[]) =>
  console.log(`${name.padEnd(50)}${numbers.map((n) => String(n).padStart(9)).join("")}`);

row("", ["files", "lines", "budget", "added", "over"]);
for (const { name, of, budget, added } of parts) {
  const own = files.filter(({ path }) => of.some((one) => path === one || path.startsWith(`${one}/`)));
  const lines = own.reduce((sum, file) => sum + file.lines, 0);
  row(name, [own.length, lines, budget, added, Math.max(0, lines - budget - added)]);
  for (const one of of.length > 1 ? of : []) {
    const some = own.filter(({ path }) => path === one || path.startsWith(`${one}/`));
    row(`  ${one}`, [some.length, some.reduce((sum, file) => sum + file.lines, 0)]);
  }
}
const small = files.filter(({ lines }) => lines <= 60).length;
row("files of 60 lines or fewer", [small]);
