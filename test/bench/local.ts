import { z } from "zod";
import type { LocalAws } from "../../src/local/local-aws.ts";
import { type Figure, round } from "./figure.ts";
import { runTap, runTapForPeak } from "./process.ts";
import {
  asOnAws,
  localAwsOf,
  reaching,
  reachThrough,
  removeProject,
  startLocalProject,
  stopLocalProject,
} from "./project.ts";
import { type Recording, serveDelayed } from "./proxy.ts";
import { benchStatus } from "./start-up.ts";

const Summary = z.object({
  event: z.literal("summary"),
  calls: z.number(),
  failed: z.number(),
  callsByService: z.record(z.string(), z.object({ calls: z.number() })),
});

const summaryOf = (stdout: string) => Summary.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));

interface Options {
  /** How often what is quick is measured. */
  readonly rounds: number;
  /** Added to each call, in milliseconds; besides none. */
  readonly delays: readonly number[];
  /** Works with the local AWS while it runs. */
  readonly meanwhile?: (aws: LocalAws) => Promise<readonly Figure[]>;
}

/** The built command line on a local AWS (ministack) of the benchmark's own: up, up again, status, down. */
export async function benchLocal({ rounds, delays, meanwhile }: Options): Promise<Figure[]> {
  const dir = await startLocalProject();
  try {
    const aws = await localAwsOf(dir);
    const figures = await lifecycleOf(dir, {
      recorded: (recording) => benchRecorded(rounds, dir, aws, recording),
    });
    for (const delayMs of delays) figures.push(...(await delayed(dir, aws.endpoint, delayMs)));
    if (meanwhile !== undefined) figures.push(...(await meanwhile(aws)));
    return figures;
  } finally {
    await stopLocalProject(dir);
  }
}

async function lifecycleOf(dir: string, { recorded }: { recorded: (recording: Recording) => Promise<Figure[]> }) {
  const options = ["--env", "dev", "--local", "--dir", dir, "--json"];
  const up = await runTapForPeak(["up", "--yes", ...options]);
  const again = await runTapForPeak(["up", "--yes", ...options]);
  const status = await runTapForPeak(["status", "--exit-code", ...options]);
  const figures = await recorded(new Map());
  const down = await runTapForPeak(["down", "--yes", ...options]);
  const peaks = { up, status, down };
  return [
    seconds("local-up", "up of everything on ministack", up.ms),
    seconds("local-second-up", "converged up on ministack", again.ms),
    seconds("local-status", "status on ministack", status.ms),
    seconds("local-down", "down on ministack", down.ms),
    megabytes("up-peak-mb", "up of everything, peak memory", up.peakMb),
    megabytes(
      "local-peak",
      "peak memory of up, status and down",
      Math.max(...Object.values(peaks).map((p) => p.peakMb)),
    ),
    ...Object.entries(peaks).map(([name, { peakMb }]) => megabytes(`local-${name}-mb`, `${name}, peak memory`, peakMb)),
    ...Object.entries({ up, "second-up": again, down }).flatMap(([name, { stdout }]) => callsOf(name, stdout)),
    ...figures,
  ];
}

function callsOf(command: string, stdout: string): Figure[] {
  const { calls, callsByService } = summaryOf(stdout);
  const name = command.replace("-", " ");
  return [
    { id: `local-calls-${command}`, what: `API calls of ${name} on ministack`, value: calls, unit: "calls" },
    ...Object.entries(callsByService).map(
      ([service, { calls }]): Figure => ({
        id: `local-calls-${command}-${service}`,
        what: `API calls of ${name} on ministack to ${service}`,
        value: calls,
        unit: "calls",
      }),
    ),
  ];
}

/** Records one status, and measures others by what was answered to it. */
async function benchRecorded(rounds: number, dir: string, aws: LocalAws, recording: Recording): Promise<Figure[]> {
  const project = await asOnAws(dir);
  try {
    const proxy = await serveDelayed(aws.endpoint, 0, recording);
    try {
      await runTap(["status", "--env", "dev", "--dir", project], {
        env: reaching(proxy.url, aws.credentials.sessionToken),
      });
    } finally {
      await proxy.close();
    }
    return await benchStatus(rounds, project, recording);
  } finally {
    await removeProject(project);
  }
}

async function delayed(dir: string, endpoint: string, delayMs: number): Promise<Figure[]> {
  const proxy = await serveDelayed(endpoint, delayMs);
  const direct = Number(new URL(endpoint).port);
  await reachThrough(dir, proxy.port);
  try {
    const options = ["--env", "dev", "--local", "--dir", dir];
    const figures: Figure[] = [];
    for (const [name, ...args] of [
      ["up", "--yes"],
      ["status", "--exit-code"],
      ["down", "--yes"],
    ] as const) {
      const { ms } = await runTap([name, ...args, ...options]);
      figures.push(seconds(`local-${name}-${delayMs}`, `${name} on ministack, each call ${delayMs} ms later`, ms));
    }
    return figures;
  } finally {
    // So that the one who stops it finds it.
    await reachThrough(dir, direct);
    await proxy.close();
  }
}

const seconds = (id: string, what: string, ms: number): Figure => ({ id, what, value: round(ms / 1000, 2), unit: "s" });
const megabytes = (id: string, what: string, value: number): Figure => ({ id, what, value: round(value), unit: "MB" });
