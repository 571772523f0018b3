import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { type Clock, wallClock } from "../engine/clock.ts";
import { accountFolders, prepareAccount, useUpAccount } from "./account.ts";
import { LocalAwsError } from "./errors.ts";
import { answers, processEnded } from "./health.ts";
import { emulator, emulatorVersion, pythonOf } from "./install.ts";
import { freePort, occupied, requireFree } from "./port.ts";
import { removeRecord, type ServerRecord, writeRecord } from "./record.ts";
import { tail } from "./run.ts";

/** Where local AWS emulators are usually found. */
const usualPort = 4566;

const startTimeoutMs = 30_000;
const stopTimeoutMs = 15_000;
const pollMs = 50;
const attempts = 3;

export const logOf = (dir: string): string => join(dir, "aws.log");

/**
 * Starts the emulator in the background, where it outlives this process, and waits until it answers.
 *
 * @param port unless given, one that is free
 * @throws {PortError} when the port is occupied
 * @throws {LocalAwsError} when it does not come up; it carries the end of the log
 */
export async function launch(dir: string, path: string, port: number | undefined): Promise<ServerRecord> {
  if (port !== undefined) await requireFree(port);
  const tried = new Set<number>();
  for (;;) {
    const at = port ?? (await freePort(tried.has(usualPort) ? undefined : usualPort));
    const outcome = await attempt(dir, path, at);
    if ("record" in outcome) return outcome.record;
    // Someone else may have taken the port since it was looked at.
    if (outcome.portTaken && port !== undefined) throw occupied(port);
    tried.add(at);
    if (outcome.portTaken && tried.size < attempts) continue;
    throw new LocalAwsError(`${emulator} ${outcome.why}. The end of its log:\n${outcome.log || "(empty)"}`, {
      advice: `The whole log is ${logOf(dir)}. "tap local reset" throws the local account away, if that is what is in the way.`,
    });
  }
}

type Outcome =
  | { readonly record: ServerRecord }
  | { readonly why: string; readonly portTaken: boolean; readonly log: string };

async function attempt(dir: string, path: string, port: number): Promise<Outcome> {
  const instance = randomUUID();
  await prepareAccount(dir);
  const log = await open(logOf(dir), "w", 0o600);
  // -I: neither the user's Python settings nor a module in the working folder get in. Of an option -X that it does not
  // know, Python takes no notice; it tells this process from every other.
  const server = spawn(pythonOf(dir), ["-I", "-X", `tap=${instance}`, "-m", emulator], {
    cwd: dir,
    env: environmentOf(dir, path, port, instance),
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  const ended = once(server, "exit").then(
    () => "ended unexpectedly",
    (error: unknown) => `could not be started: ${error instanceof Error ? error.message : error}`,
  );
  await log.close();
  let why: string | undefined;
  if (server.pid === undefined) {
    why = await ended;
  } else {
    const record = { pid: server.pid, port, version: emulatorVersion, instance, startedAt: new Date().toISOString() };
    // Before it answers, so that a tap that dies meanwhile leaves a server that the next one finds.
    await writeRecord(dir, record);
    why = await Promise.race([ended, untilItAnswers(record)]);
    if (why === undefined) {
      await useUpAccount(dir);
      server.unref();
      return { record };
    }
    server.kill("SIGKILL");
    await ended;
    await removeRecord(dir);
  }
  const text = tail(await readFile(logOf(dir), "utf8"));
  return { why, portTaken: /already in use/i.test(text), log: text };
}

/**
 * The server's whole environment. Functions inherit it, so nothing of the user's is in it but the PATH: no credentials,
 * no profile, no home folder to find them in. `node` on it is the one that runs tap.
 */
function environmentOf(dir: string, path: string, port: number, instance: string): NodeJS.ProcessEnv {
  const { saved, objects } = accountFolders(dir);
  return {
    PATH: `${dirname(process.execPath)}${delimiter}${path}`,
    HOME: join(dir, "home"),
    TMPDIR: join(dir, "tmp"),
    LANG: "C.UTF-8",
    AWS_EC2_METADATA_DISABLED: "true",
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: String(port),
    MINISTACK_EDITION: instance,
    // Functions run as processes; without Docker nothing else is started, and no other port opened.
    DOCKER_HOST: `unix://${join(dir, "no-docker")}`,
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    LOG_LEVEL: "WARNING",
    PERSIST_STATE: "1",
    STATE_DIR: saved,
    S3_PERSIST: "1",
    S3_DATA_DIR: objects,
  };
}

/** The folders that the environment names, those for one run only being emptied. */
export async function prepareFolders(dir: string): Promise<void> {
  await rm(join(dir, "tmp"), { recursive: true, force: true });
  for (const folder of [dir, join(dir, "home"), join(dir, "tmp")]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  // The functions' code is unpacked below: as on Lambda, it is CommonJS unless it says otherwise, and whatever a
  // package.json further up says about modules is none of its business.
  await writeFile(join(dir, "package.json"), "{}\n");
}

/** @returns `undefined` once it answers, or why it was given up */
async function untilItAnswers(record: ServerRecord, clock: Clock = wallClock): Promise<string | undefined> {
  for (const deadline = clock.now() + startTimeoutMs; clock.now() < deadline; await clock.sleep(pollMs)) {
    if (await answers(record)) return undefined;
    if (await processEnded(record.pid)) return "ended unexpectedly";
  }
  return `did not answer within ${startTimeoutMs / 1000} s`;
}

/**
 * Asks a server to end, which makes it save the account; ends it the hard way when it does not.
 *
 * @param pid of a process that is known to be the server
 * @returns whether it ended by itself
 */
export async function endServer(pid: number, clock: Clock = wallClock): Promise<boolean> {
  signal(pid, "SIGTERM");
  for (const deadline = clock.now() + stopTimeoutMs; clock.now() < deadline; await clock.sleep(pollMs)) {
    if (await processEnded(pid)) return true;
  }
  signal(pid, "SIGKILL");
  while (!(await processEnded(pid))) await clock.sleep(pollMs);
  return false;
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
