import { type Endpoint, serveEmptyAccount } from "./fake-aws.ts";
import { type Figure, median, round } from "./figure.ts";
import { type RunOptions, runNode, runNodeForPeak, runTap, runTapForPeak, tap } from "./process.ts";
import { makeProject, reaching, removeProject } from "./project.ts";
import { type Recording, serveRecording } from "./proxy.ts";

const ms = (id: string, what: string, value: number): Figure => ({ id, what, value: round(value), unit: "ms" });
const mb = (id: string, what: string, value: number): Figure => ({ id, what, value: round(value), unit: "MB" });

/** What commands take that ask AWS nothing, beside a Node.js that does nothing; whole processes, taken in turns. */
export async function benchStartUp(rounds: number): Promise<Figure[]> {
  const commands = { node: ["-e", "0"], version: [tap, "--version"], help: [tap, "--help"] };
  const times: Record<string, number[]> = {};
  for (let i = 0; i < rounds; i++) {
    for (const [name, args] of Object.entries(commands)) {
      const { code, ms } = await runNode(args);
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
      times[name] = [...(times[name] ?? []), ms];
    }
  }
  const took = (name: keyof typeof commands) => median(times[name] ?? []);
  return [
    {
      id: "version-over-node",
      what: "tap --version / node -e 0",
      value: round(took("version") / took("node"), 2),
      unit: "ratio",
    },
    ms("node-ms", "node -e 0", took("node")),
    ms("version-ms", "tap --version", took("version")),
    ms("help-ms", "tap --help", took("help")),
    mb("node-mb", "node -e 0, peak memory", (await runNodeForPeak(commands.node)).peakMb),
    mb("version-mb", "tap --version, peak memory", (await runNodeForPeak(commands.version)).peakMb),
    mb("help-mb", "tap --help, peak memory", (await runNodeForPeak(commands.help)).peakMb),
  ];
}

/** `tap status` of an account with nothing in it, on an endpoint that answers at once. */
export async function benchEmptyStatus(rounds: number): Promise<Figure[]> {
  const dir = await makeProject();
  const endpoint = await serveEmptyAccount();
  try {
    const { options, args } = statusOf(dir, endpoint);
    const { stdout } = await runTap([...args, "--json"], options);
    const strange = stdout.match(/"status":"(?!missing)[^"]*"/g) ?? [];
    if (strange.length > 0) throw new Error(`the empty account is not empty: ${strange.join(", ")}`);
    const { first, total } = await timesOf(rounds, dir, endpoint);
    return [
      ms("status-empty-first-request-ms", "status of an empty account, start to first request", first),
      ms("status-empty-total-ms", "status of an empty account, instant endpoint", total),
    ];
  } finally {
    await endpoint.close();
    await removeProject(dir);
  }
}

/**
 * `tap status` of everything, as AWS reports it: the calls were recorded before, and are answered at once, then 200 ms
 * later each.
 *
 * @param dir the project of the recorded status
 */
export async function benchStatus(rounds: number, dir: string, recording: Recording): Promise<Figure[]> {
  const delay = 200;
  const each: { first: number; total: number; calls: number; peakMb: number; cpuMs: number }[] = [];
  for (const delayMs of [0, delay]) {
    const missed: string[] = [];
    const endpoint = await serveRecording(recording, delayMs, ({ method, path, body }) =>
      missed.push(`${method} ${path} ${body}`),
    );
    try {
      const times = await timesOf(rounds, dir, endpoint);
      const { options, args } = statusOf(dir, endpoint);
      const peaks: number[] = [];
      const cpus: number[] = [];
      for (let i = 0; i < rounds; i++) {
        const { peakMb, cpuMs } = await runTapForPeak(args, options);
        peaks.push(peakMb);
        cpus.push(cpuMs);
      }
      each.push({ ...times, peakMb: median(peaks), cpuMs: median(cpus) });
    } finally {
      await endpoint.close();
    }
    if (missed.length > 0) throw new Error(`status asked something else than before: ${missed[0]}`);
  }
  const [instant, slow] = each;
  if (instant === undefined || slow === undefined) return [];
  return [
    ms("status-first-request-ms", "status, start to first request", instant.first),
    ms("status-total-ms", `status of everything (${instant.calls} calls), instant endpoint`, instant.total),
    ms("status-cpu-per-call-ms", "status, CPU a call once all is loaded", instant.cpuMs / (instant.calls - 1)),
    mb("status-mb", "status of everything, peak memory", instant.peakMb),
    ms("status-200-total-ms", "status of everything, each call 200 ms later", slow.total),
    {
      id: "status-round-trips",
      what: "status of everything: what it takes longer when each call does, in calls (wall clock)",
      value: round((slow.total - instant.total) / delay, 2),
      unit: "round trips",
    },
  ];
}

const statusOf = (dir: string, { url }: Endpoint): { args: string[]; options: RunOptions } => ({
  args: ["status", "--env", "dev", "--dir", dir],
  options: { env: reaching(url) },
});

/** Medians, in milliseconds. */
async function timesOf(rounds: number, dir: string, endpoint: Endpoint) {
  const { options, args } = statusOf(dir, endpoint);
  const firsts: number[] = [];
  const totals: number[] = [];
  let calls = 0;
  for (let i = 0; i < rounds; i++) {
    endpoint.arrivals.length = 0;
    const ran = await runTap(args, options);
    firsts.push((endpoint.arrivals[0] ?? Number.NaN) - ran.startedAt);
    totals.push(ran.ms);
    calls = endpoint.arrivals.length;
  }
  return { first: median(firsts), total: median(totals), calls };
}
