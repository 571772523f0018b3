/**
 * Runs all of a test of which `npm test` runs a sample, in as many processes as there are cores, and ends with one line
 * that counts.
 *
 *     npm run test:crash      every cell of the crash matrix
 *     npm run test:storm      2,000 fault storms; SEED=<seed>/<path> npm run test:storm repeats one
 *     npm run test:foreign    500 accounts full of what is not ours; SEED=… likewise
 *     npm run test:silent     one silent connection for each operation that tap sends, in memory, then by a proxy
 *     npm run test:lock       50 rounds of 16 processes on a local lock, and 50 on one in S3
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { styleText } from "node:util";
import { every, heard, type Progress, sentence } from "./progress.ts";

interface Full {
  readonly files: readonly string[];
  /** The environment of each part. */
  parts(processes: number): readonly Readonly<Record<string, string>>[];
  /** What a test prints of what it did, with two numbers: how many, and how many of them went well. */
  readonly line: RegExp;
  /** The same for all parts together. */
  sum(all: number, well: number): string;
}

const seeds = (name: string, total: number) => (processes: number) =>
  Array.from({ length: processes }, (_, i) => ({ SEED: String(i + 1), [name]: String(Math.ceil(total / processes)) }));

const tests: Readonly<Record<string, Full>> = {
  crash: {
    files: ["test/lifecycle/crash.test.ts"],
    parts: (n) => Array.from({ length: n }, (_, i) => ({ CRASH: `${i + 1}/${n}` })),
    line: /crash matrix: (\d+) cells.*, (\d+) green/,
    sum: (all, well) => `crash matrix: ${all} cells, ${well} green`,
  },
  storm: {
    files: ["test/lifecycle/storm.test.ts"],
    parts: seeds("STORM", 2000),
    line: /storm: (\d+) seeds, (\d+) green/,
    sum: (all, well) => `storm: ${all} seeds, ${well} green`,
  },
  foreign: {
    files: ["test/lifecycle/foreign.test.ts"],
    parts: seeds("FOREIGN", 500),
    line: /foreign: (\d+) accounts, (\d+) untouched/,
    sum: (all, well) => `foreign: ${all} accounts, ${well} untouched`,
  },
  silent: {
    files: ["test/lifecycle/silent.test.ts"],
    parts: (n) => Array.from({ length: n }, (_, i) => ({ SILENT: `${i + 1}/${n}` })),
    line: /silent: (\d+) operations, (\d+) right/,
    sum: (all, well) => `silent: ${all} operations, ${well} right`,
  },
  "silent-by-proxy": {
    files: ["test/local/silent.test.ts"],
    // One process: the emulator is another.
    parts: () => [{ SILENT: "1/1" }],
    line: /silent: (\d+) operations by proxy, (\d+) right/,
    sum: (all, well) => `silent: ${all} operations by proxy, ${well} right`,
  },
  lock: {
    files: ["test/state/lock.test.ts", "test/local/shared-state.test.ts"],
    parts: () => [{ LOCK: "50" }],
    line: /lock: (\d+) rounds, (\d+) with exactly one winner/,
    sum: (all, well) => `lock: ${all} rounds, ${well} with exactly one winner`,
  },
};

const name = process.argv[2] ?? "";
const full = tests[name];
if (full === undefined) throw new Error(`there is no test ${name}: ${Object.keys(tests).join(", ")}`);
const { SEED } = process.env;
const parts = SEED === undefined ? full.parts(availableParallelism()) : [{ SEED }];

/** How far each test of each part is, as it has said last. */
const far = new Map<string, Progress>();
/** All of them together, which are under way at the same time. */
const telling = setInterval(() => {
  const all = [...far.values()];
  const sum = (what: (one: Progress) => number) => all.reduce((total, one) => total + what(one), 0);
  const rest = Math.max(...all.map((one) => one.rest));
  if (rest > 0)
    process.stderr.write(sentence(name, { done: sum(({ done }) => done), total: sum(({ total }) => total), rest }));
}, every);

/** @returns how many there were, and how many of them went well */
async function run(part: Readonly<Record<string, string>>): Promise<readonly [all: number, well: number]> {
  const child = spawn("npx", ["vitest", "run", ...(full?.files ?? [])], {
    env: { ...process.env, ...part },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  const mine = JSON.stringify(part);
  createInterface(child.stderr).on("line", (line) => {
    const is = heard(line);
    if (is === undefined) output += `${line}\n`;
    else far.set(`${mine} ${is.name}`, is);
  });
  const [code] = await once(child, "close");
  for (const [key, is] of far) if (key.startsWith(mine)) far.set(key, { ...is, done: is.total, rest: 0 });
  const lines = output.split("\n").flatMap((line) => full?.line.exec(line)?.slice(1).map(Number) ?? []);
  const sum = (from: number) => lines.reduce((total, n, i) => (i % 2 === from ? total + n : total), 0);
  if (code !== 0 || lines.length === 0) {
    process.exitCode = 1;
    process.stderr.write(styleText("red", `\n${mine} failed:\n`) + output);
  }
  return [sum(0), sum(1)];
}

const counts = await Promise.all(parts.map(run));
clearInterval(telling);
const [all, well] = counts.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
console.log(full.sum(all, well));
if (all !== well) process.exitCode = 1;
