import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { benchEngine } from "../test/bench/engine.ts";
import { type Figure, judge, table, unmeasured } from "../test/bench/figure.ts";
import { benchLambda } from "../test/bench/lambda.ts";
import { benchLocal } from "../test/bench/local.ts";
import { benchEmptyStatus, benchStartUp } from "../test/bench/start-up.ts";

// Measures tap, prints one table and writes bench.json. --quick: every goal, with fewer repetitions; no
// latencies, no moto, no fleet.
const { quick = false } = parseArgs({ options: { quick: { type: "boolean" } } }).values;
const rounds = quick ? 3 : 15;

const run = promisify(execFile);
const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The in-memory AWS takes the place of the SDK's clients, so it has a process of its own. */
async function inMemory(child: string, count: number): Promise<Figure[]> {
  const args = [script(`../test/bench/${child}.ts`), String(count)];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 24 });
  // What the child prints is the Figure[] that it measured.
  return JSON.parse(stdout) as Figure[];
}

/** Loaded only when it is measured: it brings all of tap into this process. */
async function moto(): Promise<Figure[]> {
  const { benchMoto } = await import("../test/bench/moto.ts");
  return benchMoto([50, 200]);
}

const parts: readonly (readonly [what: string, measure: () => Promise<Figure[]>])[] = [
  ["start-up", () => benchStartUp(rounds)],
  ["status of an empty account", () => benchEmptyStatus(rounds)],
  [
    "the local AWS",
    () => benchLocal({ rounds, delays: quick ? [] : [50, 200], ...(quick ? {} : { meanwhile: benchLambda }) }),
  ],
  ...(quick ? [] : [["moto", moto] as const]),
  ["the engine", () => (quick ? benchEngine([1000, 5000], 6) : benchEngine([10, 100, 1000, 5000], 300))],
  ["makespans and calls in memory", () => inMemory("in-memory-child", quick ? 12 : 100)],
  ...(quick ? [] : [["twenty environments in memory", () => inMemory("fleet-child", 20)] as const]),
];

await run(process.execPath, [script("build.ts")]);
const figures: Figure[] = [];
const failures: string[] = [];
say(`${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)}: what else runs makes the figures in ms and s worse`);
for (const [index, [what, measure]] of parts.entries()) {
  const start = performance.now();
  try {
    figures.push(...(await measure()));
  } catch (error) {
    failures.push(`${what}: ${error instanceof Error ? error.message : error}`);
  }
  say(`${index + 1} of ${parts.length}: ${what}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

const judged = judge(figures);
await writeFile("bench.json", `${JSON.stringify({ figures: judged }, null, 2)}\n`);
process.stdout.write(`${table(judged)}\n`);
for (const failure of failures) say(`not measured: ${failure}`);
const missing = unmeasured(figures);
if (missing.length > 0) say(`goals without a figure: ${missing.join(", ")}`);
process.exitCode = failures.length > 0 ? 1 : 0;
