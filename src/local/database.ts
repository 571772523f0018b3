import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import * as z from "zod";
import {
  dataFolder,
  firstStatements,
  initialise,
  makeCertificate,
  temporaryFolder,
  unfinished,
} from "./database-folder.ts";
import { type DatabaseProgram, DatabaseStartError, findDatabaseProgram, user } from "./database-program.ts";
import { freePort } from "./port.ts";
import { endProcesses, processesWith, startInBackground } from "./processes.ts";

const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

/** A private database server that is running. It listens on the loopback interface only. */
export interface LocalDatabase {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly pid: number;
  /** The certificate to trust, a PEM file for NODE_EXTRA_CA_CERTS; undefined when the server speaks without TLS. */
  readonly caFile: string | undefined;
  /** Tells whether it was started with the password asked for now, without holding it. */
  readonly login: string;
}

/** What a private database is started with. */
export interface DatabaseOptions {
  /** Folder of its own: data, log and certificate. Made when it is not there. */
  readonly dir: string;
  readonly username: string;
  readonly password: string;
  /** The port; without one that of the last start, or a free one. */
  readonly port?: number;
  /** The server program, when it is already known. */
  readonly program?: DatabaseProgram;
  /** False for a server without TLS. It has none either where the machine has no `openssl` to make a certificate. */
  readonly tls?: boolean;
}

const noteOf = (dir: string): string => path.join(dir, "instance.json");

const Note = z.strictObject({ pid: z.int(), port: z.int(), tls: z.boolean(), login: z.string() });

/** The private database of `dir`, if it is running. */
export async function findDatabase(dir: string): Promise<LocalDatabase | undefined> {
  const last = await lastDatabase(dir);
  return last !== undefined && (await isOurs(last.pid, dir)) ? last : undefined;
}

/** The private database of `dir` as it was last started, running or not; undefined when it never came up. */
export async function lastDatabase(dir: string): Promise<LocalDatabase | undefined> {
  try {
    return describe(dir, Note.parse(JSON.parse(await readFile(noteOf(dir), "utf8"))));
  } catch {
    return undefined;
  }
}

const describe = (dir: string, { tls, ...note }: z.infer<typeof Note>): LocalDatabase => ({
  host: "127.0.0.1",
  ...note,
  caFile: tls ? path.join(dir, "server.pem") : undefined,
});

/**
 * Starts the private database of `dir`, whose only user with all rights is `username`. One that is running with this
 * password is kept; one that is running with another is started anew.
 *
 * @throws DatabaseStartError when there is no program, or it does not come up.
 */
export async function startDatabase(options: DatabaseOptions): Promise<LocalDatabase> {
  const { dir, password, username } = options;
  const login = createHash("sha256")
    .update(JSON.stringify([dir, username, password]))
    .digest("hex");
  const running = await findDatabase(dir);
  if (running?.login === login && (options.port ?? running.port) === running.port) return running;
  // Also one that a run started and did not live to note.
  await stopDatabase(dir);

  const program = options.program ?? (await findDatabaseProgram());
  if (!program) throw new DatabaseStartError("neither mariadbd nor mysqld is on this machine");
  await mkdir(temporaryFolder(dir), { recursive: true, mode: 0o700 });
  await initialise(dir, program);
  const tls = options.tls !== false && (await makeCertificate(dir));
  const port = options.port ?? (await freePort((await lastDatabase(dir))?.port));
  const pid = await launch(dir, program, port, tls, firstStatements(username, password));
  const note = { pid, port, tls, login };
  await writeFile(noteOf(dir), JSON.stringify(note), { mode: 0o600 });
  return describe(dir, note);
}

/** Starts the server on its data folder and waits until it takes connections. Gives its process id. */
async function launch(
  dir: string,
  program: DatabaseProgram,
  port: number,
  tls: boolean,
  statements: string,
): Promise<number> {
  const home = path.resolve(dir);
  const log = path.join(home, "server.log");
  const failed = (why: string) => new DatabaseStartError(`the private database ${why}; its log is ${log}`);
  const started = await startInBackground({
    program: "sh",
    args: [
      "-c",
      // The server opens its standard input by name, which works for a pipe but not for the socket that Node gives.
      'cat | "$0" "$@"',
      program.file,
      "--no-defaults",
      ...user(),
      `--datadir=${dataFolder(dir)}`,
      `--tmpdir=${temporaryFolder(dir)}`,
      // Relative to the data folder: the path of a socket may have 107 bytes only.
      "--socket=server.sock",
      "--pid-file=server.pid",
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      "--skip-log-bin",
      "--innodb-buffer-pool-size=64M",
      // The password comes through it.
      "--init-file=/dev/stdin",
      ...(tls
        ? [`--ssl-cert=${home}/server.pem`, `--ssl-key=${home}/server.key`, "--require-secure-transport=ON"]
        : []),
      ...(program.maker === "MySQL" ? ["--mysqlx=OFF"] : []),
    ],
    cwd: home,
    input: statements,
    log: { file: log, flags: "a" },
    answers: () => greets(port),
    timeoutMs: startTimeoutMs,
  });
  if (started === "silent") throw failed("did not come up within a minute");
  if (typeof started !== "number") throw failed("ended while starting");
  // Not the number of what was started, which is the shell's.
  const pid = Number(await readFile(path.join(dataFolder(dir), "server.pid"), "utf8").catch(() => "0"));
  if (!(await isOurs(pid, dir))) throw failed("found its port in use");
  return pid;
}

/** Whether a MySQL server greets on the port, which it does only after its first statements are done. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once("error", () => finish(false)).once("end", () => finish(false));
    socket.once("data", () => finish(true));
  });
}

/**
 * Stops the private database of `dir` and waits until it is gone; also one that was started by a run that was killed
 * before it could note it. Its data stays.
 */
export async function stopDatabase(dir: string): Promise<void> {
  await endProcesses(() => serversOf(dir), stopTimeoutMs);
}

/** Every process that works on the data of `dir`: the server, the shell that feeds it, and what makes the folder. */
const serversOf = (dir: string): Promise<number[]> =>
  processesWith(...[dataFolder(dir), unfinished(dir)].map((folder) => `--datadir=${folder}`));

/** Whether the process runs on our data folder: after a reboot another program may have the number. */
const isOurs = async (pid: number, dir: string): Promise<boolean> => (await serversOf(dir)).includes(pid);
