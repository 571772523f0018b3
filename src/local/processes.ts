import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { wallClock } from "../engine/clock.ts";
import { isCode } from "../state/atomic.ts";
import { childEnvironment, type Purpose } from "./child-environment.ts";

/** How a program ended. `output` is what it wrote, to either stream, in order. */
export interface Ended {
  /** `undefined` when it could not be started or was ended by a signal. */
  readonly code: number | undefined;
  readonly output: string;
}

export interface RunOptions {
  /** Where it is looked for, as in the environment variable PATH, which it gets. */
  readonly path?: string;
  /** What else of the environment it gets. */
  readonly purpose?: Purpose;
  readonly timeoutMs?: number;
  /** In a process group of its own: a Ctrl-C is for tap, which finishes what it has begun. */
  readonly detached?: boolean;
}

/** Runs a program to its end, without input. A program that does not exist is an end without a code. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { path, purpose, timeoutMs, detached = false } = options;
  const environment = childEnvironment(purpose);
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: path === undefined ? environment : { ...environment, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      detached,
      // Not the option `timeout`: its timer outlives a program that does not exist, and holds this process.
      ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", (error) => resolve({ code: undefined, output: output || error.message }));
    child.once("close", (code) => resolve({ code: code ?? undefined, output }));
  });
}

/** Runs a program that has to succeed. @returns what it wrote @throws Error when it does not */
export async function must(program: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, output } = await run(program, args, options);
  if (code !== 0) throw new Error(`${basename(program)} ended with ${code}: ${tail(output)}`);
  return output;
}

/** The last lines of a text, for an error message. */
export function tail(text: string, lines = 12): string {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

/** How often a process is looked at that comes up or ends. */
const pollMs = 20;

/** A program to be started in the background. */
export interface Background {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Its whole environment, instead of what every program gets. */
  readonly env?: NodeJS.ProcessEnv;
  /** All that it reads; it comes through a pipe, so that it is neither in the arguments nor on disk. */
  readonly input?: string;
  /** What it writes goes to this file, before which there is nothing ("w") or what there was ("a"). */
  readonly log: { readonly file: string; readonly flags: "w" | "a" };
  /** Told its number before it answers. */
  onSpawn?(pid: number): Promise<void>;
  /** Whether it is up. */
  answers(): Promise<boolean>;
  readonly timeoutMs: number;
}

/** Why a program was given up: it has ended, it did not answer in time, or it could not be started. */
export type Failure = "ended" | "silent" | Error;

/**
 * Starts a program that outlives this process, in a process group of its own, and waits until it answers.
 *
 * @returns its number; or why it was given up, upon which nothing of it runs
 */
export async function startInBackground(background: Background): Promise<number | Failure> {
  const { program, args, cwd, env = childEnvironment(), input, timeoutMs } = background;
  const log = await open(background.log.file, background.log.flags, 0o600);
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawn(program, args, { cwd, env, detached: true, stdio: [stdin, log.fd, log.fd] });
  let ended = false;
  const end = once(child, "exit")
    .then(() => "ended" as const, errorOf)
    .finally(() => (ended = true));
  // Whether it has read everything shows in whether it answers.
  child.stdin?.on("error", () => undefined).end(input);
  await log.close();
  const { pid } = child;
  if (pid === undefined) return end;
  await background.onSpawn?.(pid);
  for (const deadline = wallClock.now() + timeoutMs; wallClock.now() < deadline; await wallClock.sleep(pollMs)) {
    if (ended) return end;
    if (await background.answers()) {
      child.unref();
      return pid;
    }
  }
  signal(-pid, "SIGKILL");
  await end;
  return "silent";
}

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/**
 * Asks processes to end, ends the hard way those that have not when the time is over, and waits until all are gone.
 *
 * @param find those that are left
 * @returns whether all ended by themselves
 */
export async function endProcesses(find: () => Promise<readonly number[]>, graceMs: number): Promise<boolean> {
  const deadline = wallClock.now() + graceMs;
  let orderly = true;
  let left = await find();
  for (const pid of left) signal(pid, "SIGTERM");
  while (left.length > 0) {
    await wallClock.sleep(pollMs);
    left = await find();
    if (left.length === 0 || wallClock.now() < deadline) continue;
    orderly = false;
    for (const pid of left) signal(pid, "SIGKILL");
  }
  return orderly;
}

/**
 * The processes of this machine that were given one of these arguments, whoever started them: also those of a run that
 * was killed before it could note them. It is told by its arguments, because its number may be another's by now.
 *
 * @param wanted each matched as a whole
 * @returns their numbers
 */
export async function processesWith(...wanted: readonly string[]): Promise<number[]> {
  const [found, end] = process.platform === "linux" ? [await fromProc(), "\0"] : [await fromPs(), " "];
  const has = (line: string) => wanted.some((argument) => line.includes(`${end}${argument}${end}`));
  return found.filter(({ line }) => has(line)).map(({ pid }) => pid);
}

/** `line` is its program and arguments, a separator behind each. */
type Found = readonly { readonly pid: number; readonly line: string }[];

async function fromProc(): Promise<Found> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  // One that has ended meanwhile, and a zombie, have no arguments.
  const lineOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return Promise.all(pids.map(async (pid) => ({ pid, line: await lineOf(pid) })));
}

async function fromPs(): Promise<Found> {
  const lines = (await must("ps", ["-axo", "pid=,command="])).split("\n");
  return lines.map((line) => ({ pid: Number.parseInt(line, 10), line: `${line} ` }));
}

/** Signals a process, or its group when the number is negative, that may have ended a moment ago. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!isCode(error, "ESRCH")) throw error;
  }
}
