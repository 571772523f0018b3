import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The built command line. */
export const tap = fileURLToPath(new URL("../../dist/tap.js", import.meta.url));

/** One program that has run to its end. */
export interface Ran {
  readonly code: number | null;
  /** From the moment before it was started until it had ended, in milliseconds. */
  readonly ms: number;
  /** When it was started, on the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs this very Node.js with arguments, without input. */
export async function runNode(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { ran } = await start(args, options);
  return ran;
}

/**
 * Reports the process's own peak and CPU time, which a measurement from outside would mix up with those of its children,
 * and how much CPU time it had taken when all of it was loaded: tap loads what it needs while it waits for the answer to
 * its first request, which says whose credentials these are.
 */
const reporting = `--import=data:text/javascript,${encodeURIComponent(`
  import { writeSync } from "node:fs";
  import { subscribe } from "node:diagnostics_channel";
  const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
  let requests = 0;
  let loaded;
  subscribe("http.client.request.start", () => { if (++requests === 2) loaded = cpu(); });
  process.on("exit", () => writeSync(3, JSON.stringify([process.resourceUsage().maxRSS, cpu(), loaded ?? cpu()])));
`)}`;

/**
 * The same, and its peak memory in megabytes (resident set), and the CPU time that it took from its second request to
 * its end, in milliseconds. It takes a little longer than without measuring.
 */
export async function runNodeForPeak(args: readonly string[], options: RunOptions = {}) {
  const { ran, note } = await start([reporting, ...args], options);
  // What `reporting` writes.
  const [peakKb = Number.NaN, cpuMs = Number.NaN, loaded = Number.NaN] = JSON.parse(note) as number[];
  return { ...ran, peakMb: peakKb / 1024, cpuMs: cpuMs - loaded };
}

async function start(args: readonly string[], { cwd, env }: RunOptions) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  const texts = [child.stdout, child.stderr, child.stdio[3]].map((stream) => textOf(stream));
  const [code]: (number | null)[] = await once(child, "exit");
  const ms = performance.now() - startedAt;
  const [stdout = "", stderr = "", note = ""] = await Promise.all(texts);
  return { ran: { code: code ?? null, ms, startedAt, stdout, stderr }, note };
}

async function textOf(stream: unknown): Promise<string> {
  let text = "";
  // Every stream of a child that was asked for as a pipe is a Readable, which the types do not know of the fourth.
  for await (const chunk of (stream as Readable).setEncoding("utf8")) text += chunk;
  return text;
}

/** Runs tap. @throws when it does not end as it should */
export async function runTap(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return checked(args, await runNode([tap, ...args], options));
}

/** The same with its peak memory. @throws when it does not end as it should */
export async function runTapForPeak(args: readonly string[], options: RunOptions = {}) {
  return checked(args, await runNodeForPeak([tap, ...args], options));
}

function checked<R extends Ran>(args: readonly string[], ran: R): R {
  if (ran.code === 0) return ran;
  throw new Error(
    `tap ${args.join(" ")} ended with ${ran.code}:\n${ran.stderr.slice(-2000)}${ran.stdout.slice(-2000)}`,
  );
}
