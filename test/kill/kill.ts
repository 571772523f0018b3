/**
 * Kills tap with SIGKILL at random moments of `up` and `down`, and runs it again: afterwards the local AWS must hold
 * exactly what an undisturbed run leaves there, by a listing that uses none of tap's code.
 *
 *     npm run test:kill -- --times 200            200 kills
 *     npm run test:kill -- --times 10 --seed 7    10 kills, at the moments of seed 7
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startLocalAws } from "../../src/local/local-aws.ts";
import { progress } from "../progress.ts";
import { inventory } from "./inventory.ts";

const program = fileURLToPath(new URL("../../dist/tap.js", import.meta.url));
const { values } = parseArgs({ options: { times: { type: "string" }, seed: { type: "string" } } });
const kills = Number(values.times ?? 200);
const seed = Number(values.seed ?? Date.now() % 100_000);

/** Numbers in [0, 1) that a seed repeats (mulberry32). */
function numbers(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const random = numbers(seed);

const dir = await mkdtemp(join(tmpdir(), "tap-kill-"));

/** Runs `tap <command>`, and kills it after some time if one is given. @returns its exit code; null when killed */
async function tap(
  command: "up" | "down",
  killAfter?: number,
): Promise<{ code: number | null; output: string; ms: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, [program, command, "--env", "dev", "--local", "--yes", "--dir", dir], {
    env: { PATH: process.env["PATH"], HOME: dir, CI: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  const exit = once(child, "exit");
  if (killAfter !== undefined) {
    await Promise.race([exit, sleep(killAfter)]);
    child.kill("SIGKILL");
  }
  const [code] = await exit;
  return { code, output, ms: performance.now() - start };
}

async function finish(command: "up" | "down"): Promise<number> {
  const ran = await tap(command);
  if (ran.code !== 0) throw new Error(`tap ${command} ended with ${ran.code}:\n${ran.output}`);
  return ran.ms;
}

const wrong = { orphans: 0, duplicates: 0, missing: 0 };

/** Counts what there is too much or too little of, and says what. */
function compare(what: string, found: readonly string[], wanted: readonly string[]): void {
  const count = (list: readonly string[], line: string) => list.filter((one) => one === line).length;
  for (const line of new Set([...found, ...wanted])) {
    const [is, should] = [count(found, line), count(wanted, line)];
    if (is === should) continue;
    if (is < should) wrong.missing++;
    else if (should === 0) wrong.orphans++;
    else wrong.duplicates++;
    console.error(`${what} (seed ${seed}): ${line}: ${is} instead of ${should}`);
  }
}

let done = 0;
try {
  const aws = await startLocalAws({ dir: join(dir, ".tap", "local") });
  const upTakes = await finish("up");
  const whole = await inventory(aws);
  const downTakes = await finish("down");
  const empty = await inventory(aws);
  const killed = progress("kill -9", kills);
  for (let kill = 1; kill <= kills; kill++) {
    // Two kills on the way up, then one on the way down.
    const command = kill % 3 === 0 ? "down" : "up";
    const after = random() * (command === "up" ? upTakes : downTakes);
    await tap(command, after);
    killed();
    if (kill % 3 === 1) continue;
    await finish(command);
    const where = `after kill ${kill} of tap ${command} at ${Math.round(after)} ms, and another run`;
    compare(where, await inventory(aws), command === "up" ? whole : empty);
    done = kill;
  }
  done = kills;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  // The private database as well.
  await once(spawn(process.execPath, [program, "local", "stop", "--dir", dir]), "exit");
  await rm(dir, { recursive: true, force: true });
}
const { orphans, duplicates, missing } = wrong;
const short = missing === 0 ? "" : `, ${missing} missing`;
console.log(`kill -9: ${done} runs, ${orphans} orphans, ${duplicates} duplicates${short}`);
if (done < kills || orphans + duplicates + missing > 0) process.exitCode = 1;
