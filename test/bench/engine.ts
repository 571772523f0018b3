import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { type Figure, round } from "./figure.ts";

const child = fileURLToPath(new URL("engine-child.ts", import.meta.url));
const run = promisify(execFile);

const Measured = z.object({
  ms: z.number(),
  cpuMs: z.number(),
  memoryKb: z.number(),
  bytes: z.number(),
  writes: z.number(),
});

/** Undefined when it was stopped, because it took too long. */
type Outcome = z.infer<typeof Measured> | undefined;

/**
 * How the engine grows: nodes that take no time, on a toy AWS, with the real state file; each one durable before what
 * needs it begins. In chains, where every node waits for the one before, and side by side.
 *
 * @param counts of nodes
 * @param limitSeconds after which a run is stopped
 */
export async function benchEngine(counts: readonly number[], limitSeconds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of counts) {
    const outcomes: Record<"wide" | "chained", Outcome> = {
      wide: await runEngine(count, "wide", limitSeconds),
      chained: await runEngine(count, "chained", limitSeconds),
    };
    const times = Object.values(outcomes).map((outcome) => outcome?.ms ?? limitSeconds * 1000);
    const stopped = Object.values(outcomes).includes(undefined);
    figures.push(
      {
        id: `engine-${count}-ms`,
        what: `engine, ${count} nodes, the slower of chained and wide${stopped ? ` (stopped after ${limitSeconds} s)` : ""}`,
        value: Math.round(Math.max(...times)),
        unit: "ms",
      },
      ...Object.entries(outcomes).flatMap(([shape, outcome]) => (outcome ? details(count, shape, outcome) : [])),
    );
  }
  return figures;
}

function details(count: number, shape: string, { ms, cpuMs, memoryKb, bytes, writes }: NonNullable<Outcome>): Figure[] {
  const id = `engine-${count}-${shape}`;
  const what = `engine, ${count} nodes ${shape}`;
  return [
    { id, what: `${what}: time`, value: Math.round(ms), unit: "ms" },
    { id: `${id}-cpu`, what: `${what}: CPU a node`, value: Math.round((cpuMs * 1000) / count), unit: "µs" },
    { id: `${id}-memory`, what: `${what}: memory a node`, value: round(memoryKb / count), unit: "kB" },
    { id: `${id}-bytes`, what: `${what}: state written in ${writes} writes`, value: bytes, unit: "bytes" },
  ];
}

async function runEngine(count: number, shape: string, limitSeconds: number): Promise<Outcome> {
  const dir = await mkdtemp(join(tmpdir(), "tap-bench-engine-"));
  try {
    const { stdout } = await run(process.execPath, [child, String(count), shape, dir], {
      timeout: limitSeconds * 1000,
    });
    return Measured.parse(JSON.parse(stdout));
  } catch (error) {
    if (error instanceof Error && "killed" in error && error.killed === true) return undefined;
    throw error;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
