import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { accountFolders, prepareAccount, useUpAccount } from "./account.ts";
import { LocalAwsError } from "./errors.ts";
import { emulator, emulatorVersion, pythonOf } from "./install.ts";
import { freePort, occupied, requireFree } from "./port.ts";
import { type Failure, startInBackground, tail } from "./processes.ts";
import { answers, argumentOf, removeRecord, type ServerRecord, writeRecord } from "./record.ts";

/** Where local AWS emulators are usually found. */
const usualPort = 4566;

const startTimeoutMs = 30_000;
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
    const started = await attempt(dir, path, at);
    if (typeof started === "object" && "pid" in started) return started;
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

async function attempt(dir: string, path: string, port: number): Promise<ServerRecord | Failure> {
  const instance = randomUUID();
  const server = { port, version: emulatorVersion, instance, startedAt: new Date().toISOString() };
  await prepareAccount(dir);
  const started = await startInBackground({
    program: pythonOf(dir),
    // -I: neither the user's Python settings nor a module in the working folder get in. Of an option -X that it does
    // not know, Python takes no notice.
    args: ["-I", "-X", argumentOf(instance), "-m", emulator],
    cwd: dir,
    env: environmentOf(dir, path, port, instance),
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
