import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { wallClock } from "../engine/clock.ts";
import { type Lock, LockedError } from "../state/holder.ts";
import { acquireLock } from "../state/lock.ts";
import { hasEndedHere } from "../state/process.ts";
import { discardAccount, hasSavedAccount } from "./account.ts";
import { ask, endpointOf, type LocalCredentials, localAccount, localCredentials } from "./endpoint.ts";
import { LocalAwsError, PortError } from "./errors.ts";
import { emulatorVersion, install, installedVersion } from "./install.ts";
import { requireFree } from "./port.ts";
import { endProcesses, processesWith } from "./processes.ts";
import { argumentOf, examine, removeRecord, type ServerRecord } from "./record.ts";
import { launch, logOf, prepareFolders } from "./server.ts";

/** Longer than an installation takes. */
const lockTimeoutMs = 180_000;
const lockPollMs = 100;

const stopTimeoutMs = 15_000;
const resetTimeoutMs = 60_000;

/** A local AWS that runs. */
export interface LocalAws {
  /** For SDK clients: `http://127.0.0.1:44581`. */
  readonly endpoint: string;
  /** For SDK clients. The session token is the secret of this instance: never to be shown. */
  readonly credentials: LocalCredentials;
  readonly port: number;
  /** The guard's. */
  readonly pid: number;
  /** The emulator's. */
  readonly version: string;
  /** Path of its log. */
  readonly log: string;
  readonly account: string;
  /** The region that was asked for; it has them all. */
  readonly region: string;
}

export interface LocalAwsOptions {
  /** The folder that holds everything of it: `.tap/local` in the project. */
  readonly dir: string;
  readonly region?: string;
  /** To be listened on; unless given the one it had last, or a free one. */
  readonly port?: number;
  /** Where Python is looked for, and what functions get behind tap's own node; the PATH unless given. */
  readonly path?: string;
  /** What takes long, for people. */
  onProgress?(text: string): void;
}

export type LocalAwsStatus =
  | { readonly is: "running"; readonly aws: LocalAws }
  /** `accountKept`: the next start continues with what there was. */
  | { readonly is: "stopped"; readonly installed: string | undefined; readonly accountKept: boolean }
  /** It is there but does not answer; stopping it loses its account. */
  | { readonly is: "hung"; readonly pid: number; readonly log: string };

/**
 * The local AWS, installed and started if need be. It runs in the background until it is stopped, and its account
 * outlives a stop. Of several processes that call this at once, one starts it and all use it.
 *
 * @throws {PythonError} without Python 3.10 or newer
 * @throws {PortError} when the port is occupied, or it already runs on another one
 * @throws {LocalAwsError} when it cannot be installed or does not come up
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const running = await findLocalAws(options);
  if (running !== undefined) return requirePort(running, options.port);
  // Before the installation, which takes long and leaves something behind; not while a server of ours may hold it.
  if (options.port !== undefined && (await examine(resolve(options.dir))).is === "stopped") {
    await requireFree(options.port);
  }
  return exclusively(options, async (dir) => {
    const progress = (text: string) => options.onProgress?.(text);
    const found = await examine(dir);
    if (found.is === "hung") throw hung(found.record, dir);
    if (found.is === "running") {
      const { record } = found;
      if (isCurrent(record)) return requirePort(describe(record, options), options.port);
      const lacks = record.sessionToken === undefined ? ", which has no guard," : "";
      progress(`Replacing version ${record.version} of the local AWS${lacks} by ${emulatorVersion}; its account stays`);
      await end(dir, record);
    } else if (found.record !== undefined) {
      // An emulator whose guard was ended the hard way is still there, and saves the account.
      const argument = argumentOf(found.record.instance);
      await endProcesses(() => processesWith(argument), stopTimeoutMs);
      if (!(await hasSavedAccount(dir))) progress("The local AWS was ended the hard way; its account starts empty");
      await removeRecord(dir);
    }
    const path = options.path ?? process.env["PATH"] ?? "";
    await install(dir, path, progress);
    await prepareFolders(dir);
    return describe(await launch(dir, path, options.port), options);
  });
}

/** The local AWS, if it runs, answers, has a guard, and is of the version that tap works with. Changes nothing. */
export async function findLocalAws(options: LocalAwsOptions): Promise<LocalAws | undefined> {
  const found = await examine(resolve(options.dir));
  return found.is === "running" && isCurrent(found.record) ? describe(found.record, options) : undefined;
}

/**
 * Stops the local AWS; its account is kept for the next start.
 *
 * @returns "killed" when it had to be ended the hard way, which loses the account
 */
export async function stopLocalAws(options: LocalAwsOptions): Promise<"stopped" | "killed" | "not-running"> {
  return exclusively(options, async (dir) => {
    const found = await examine(dir);
    if (found.is !== "stopped") return (await end(dir, found.record)) ? "stopped" : "killed";
    if (found.record !== undefined) await removeRecord(dir);
    return "not-running";
  });
}

/** Empties the local AWS's account, whether it runs or not. @throws {LocalAwsError} when it runs but does not obey */
export async function resetLocalAws(options: LocalAwsOptions): Promise<void> {
  await exclusively(options, async (dir) => {
    const found = await examine(dir);
    if (found.is === "hung") throw hung(found.record, dir);
    if (found.is === "stopped") return discardAccount(dir);
    const { port, sessionToken = "" } = found.record;
    const reset = `${endpointOf(port)}/_ministack/reset`;
    const { status } = await ask(reset, { method: "POST", sessionToken, timeoutMs: resetTimeoutMs });
    if (status !== 200) throw new LocalAwsError(`the local AWS refuses to be reset: HTTP ${status}`);
  });
}

/** What there is of a local AWS. Changes nothing. */
export async function localAwsStatus(options: LocalAwsOptions): Promise<LocalAwsStatus> {
  const dir = resolve(options.dir);
  const found = await examine(dir);
  switch (found.is) {
    case "running":
      return { is: "running", aws: describe(found.record, options) };
    case "hung":
      return { is: "hung", pid: found.record.pid, log: logOf(dir) };
    case "stopped":
      return { is: "stopped", installed: await installedVersion(dir), accountKept: await hasSavedAccount(dir) };
  }
}

/** Asks the server to end, which makes it save the account. @returns whether it did */
async function end(dir: string, { pid, instance }: ServerRecord): Promise<boolean> {
  const find = async () => {
    const found = await processesWith(argumentOf(instance));
    return (await hasEndedHere({ pid })) ? found : [...new Set([pid, ...found])];
  };
  const orderly = await endProcesses(find, stopTimeoutMs);
  if (!orderly) await discardAccount(dir);
  await removeRecord(dir);
  return orderly;
}

/** Does something in its folder while no other process starts, stops or resets the same local AWS. */
async function exclusively<T>(options: LocalAwsOptions, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lock = await waitForLock(dir, options);
  try {
    return await work(dir);
  } finally {
    await lock.release();
  }
}

async function waitForLock(dir: string, { onProgress }: LocalAwsOptions): Promise<Lock> {
  let told = false;
  for (const deadline = wallClock.now() + lockTimeoutMs; ; await wallClock.sleep(lockPollMs)) {
    try {
      return await acquireLock({ dir, environment: "aws", local: false, command: "tap local" });
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      const who = error.holder === undefined ? "" : ` (pid ${error.holder.pid})`;
      if (wallClock.now() >= deadline) {
        throw new LocalAwsError(`another process${who} has been starting or stopping the local AWS for too long`, {
          advice: `If there is no such process, remove ${dir}/aws.lock and run the same command again.`,
          cause: error,
        });
      }
      if (!told) onProgress?.(`Waiting for another process${who} that starts or stops the local AWS`);
      told = true;
    }
  }
}

function requirePort(aws: LocalAws, port: number | undefined): LocalAws {
  if (port === undefined || port === aws.port) return aws;
  throw new PortError(`the local AWS already runs on port ${aws.port}, not ${port}`, {
    advice: 'Leave the port out, or run "tap local stop" first: its account is kept.',
  });
}

function hung({ pid }: ServerRecord, dir: string): LocalAwsError {
  return new LocalAwsError(`the local AWS (pid ${pid}) does not answer`, {
    advice: `Look at ${logOf(dir)}. "tap local stop" ends it, the next start begins with an empty account.`,
  });
}

/** Whether it is of the version that tap works with, and has a guard. */
const isCurrent = ({ version, sessionToken }: ServerRecord): boolean =>
  version === emulatorVersion && sessionToken !== undefined;

function describe(record: ServerRecord, { dir, region = "us-east-1" }: LocalAwsOptions): LocalAws {
  const { port, pid, version, sessionToken = "" } = record;
  return {
    endpoint: endpointOf(port),
    credentials: { ...localCredentials, sessionToken },
    port,
    pid,
    version,
    log: logOf(resolve(dir)),
    account: localAccount,
    region,
  };
}
