import { randomBytes, randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, extname, join } from "node:path";
import { writeAtomically } from "../state/atomic.ts";
import { accountFolders, makePrivate, prepareAccount, useUpAccount } from "./account.ts";
import { LocalAwsError } from "./errors.ts";
import { emulator, emulatorVersion, pythonOf } from "./install.ts";
import { freePort, occupied, requireFree } from "./port.ts";
import { type Failure, startInBackground, tail } from "./processes.ts";
import { answers, argumentOf, removeRecord, type ServerRecord, writeRecord } from "./record.ts";

/** The guard's program: TypeScript as it is, or what the build has made of it. */
const guard = join(import.meta.dirname, `guard${extname(import.meta.filename)}`);

/** In the local AWS's folder, and named from there: the path of a socket may have 107 bytes only. */
const socketName = "aws.sock";

const startTimeoutMs = 30_000;
const attempts = 3;

export const logOf = (dir: string): string => join(dir, "aws.log");

/**
 * Starts the emulator behind its guard in the background, where both outlive this process, and waits until it answers.
 *
 * @param port unless given, the one it had last, or one that is free
 * @throws {PortError} when the port is occupied
 * @throws {LocalAwsError} when it does not come up; it carries the end of the log
 */
export async function launch(dir: string, path: string, port: number | undefined): Promise<ServerRecord> {
  if (port !== undefined) await requireFree(port);
  const tried = new Set<number>();
  for (;;) {
    const at = port ?? (await freePort(tried.size === 0 ? await lastPort(dir) : undefined));
    const started = await attempt(dir, path, at);
    if (typeof started === "object" && "pid" in started) {
      await writeAtomically(portOf(dir), `${at}\n`);
      return started;
    }
    const log = tail(await readFile(logOf(dir), "utf8"));
    // Someone else may have taken it since it was looked at.
    const portTaken = /already in use/i.test(log);
    if (portTaken && port !== undefined) throw occupied(port);
    tried.add(at);
    if (portTaken && tried.size < attempts) continue;
    throw new LocalAwsError(`${emulator} ${describe(started)}. The end of its log:\n${log || "(empty)"}`, {
      advice: `The whole log is ${logOf(dir)}. "tap local reset" throws the local account away, if that is what is in the way.`,
    });
  }
}

/** Beside what is forgotten when it stops, so that the API's URL stays the same. */
const portOf = (dir: string): string => join(dir, "port");

async function lastPort(dir: string): Promise<number | undefined> {
  const port = Number(await readFile(portOf(dir), "utf8").catch(() => ""));
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : undefined;
}

async function attempt(dir: string, path: string, port: number): Promise<ServerRecord | Failure> {
  const instance = randomUUID();
  const sessionToken = randomBytes(32).toString("base64url");
  const startedAt = new Date().toISOString();
  const server = { port, version: emulatorVersion, instance, sessionToken, startedAt };
  const argument = argumentOf(instance);
  await prepareAccount(dir);
  const started = await startInBackground({
    program: process.execPath,
    args: [
      ...[guard, argument, socketName, pythonOf(dir)],
      // -I: neither the user's Python settings nor a module in the working folder get in. Of an option -X that it does
      // not know, Python takes no notice.
      ...["-I", "-X", argument, "-m", "hypercorn", `${emulator}.app:app`],
      // Without workers the server is one process, which saves when it is asked to end.
      ...["--bind", `unix:${socketName}`, "--workers", "0", "--log-level", logLevel],
    ],
    cwd: dir,
    env: environmentOf(dir, path, server),
    log: { file: logOf(dir), flags: "w" },
    // So that a tap that dies meanwhile leaves a server that the next one finds.
    onSpawn: (pid) => writeRecord(dir, { pid, ...server }),
    answers: () => answers(server),
    timeoutMs: startTimeoutMs,
  });
  if (typeof started !== "number") {
    await removeRecord(dir);
    return started;
  }
  await useUpAccount(dir);
  return { pid: started, ...server };
}

function describe(failed: Failure): string {
  if (failed === "ended") return "ended unexpectedly";
  if (failed === "silent") return `did not answer within ${startTimeoutMs / 1000} s`;
  return `could not be started: ${failed.message}`;
}

const logLevel = "WARNING";

/**
 * The server's whole environment. Functions inherit it, so nothing of the user's is in it but the PATH: no credentials,
 * no profile, no home folder to find them in. `node` on it is the one that runs tap.
 */
function environmentOf(
  dir: string,
  path: string,
  { port, instance, sessionToken }: Pick<Required<ServerRecord>, "port" | "instance" | "sessionToken">,
): NodeJS.ProcessEnv {
  const { saved, objects } = accountFolders(dir);
  return {
    PATH: `${dirname(process.execPath)}${delimiter}${path}`,
    HOME: join(dir, "home"),
    TMPDIR: join(dir, "tmp"),
    LANG: "C.UTF-8",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SESSION_TOKEN: sessionToken,
    GATEWAY_PORT: String(port),
    MINISTACK_EDITION: instance,
    // Functions run as processes; without Docker nothing else is started, and no other port opened.
    DOCKER_HOST: `unix://${join(dir, "no-docker")}`,
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    LOG_LEVEL: logLevel,
    PERSIST_STATE: "1",
    STATE_DIR: saved,
    S3_PERSIST: "1",
    S3_DATA_DIR: objects,
  };
}

/** The folders that the environment names, those for one run only being emptied. */
export async function prepareFolders(dir: string): Promise<void> {
  await rm(join(dir, "tmp"), { recursive: true, force: true });
  for (const folder of [dir, join(dir, "home"), join(dir, "tmp")]) await makePrivate(folder);
  // The functions' code is unpacked below: as on Lambda, it is CommonJS unless it says otherwise, and whatever a
  // package.json further up says about modules is none of its business.
  await writeFile(join(dir, "package.json"), "{}\n");
}
