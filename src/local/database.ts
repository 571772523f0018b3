import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import * as z from "zod";
import { freePort } from "./port.ts";
import { processesWith } from "./processes.ts";

const run = promisify(execFile);

/** A database server program on this machine. */
export interface DatabaseProgram {
  readonly file: string;
  readonly maker: "MariaDB" | "MySQL";
  readonly version: string;
}

/** A private database server that is running. It listens on the loopback interface only. */
export interface LocalDatabase {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly pid: number;
  /** The certificate to trust, a PEM file for NODE_EXTRA_CA_CERTS; undefined when the server speaks without TLS. */
  readonly caFile: string | undefined;
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

/** Why the private database could not be started; the message says where its log is. */
export class DatabaseStartError extends Error {
  override readonly name = "DatabaseStartError";
}

const folders = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/bin", "/opt/homebrew/bin"];
const startTime = 60_000;
const stopTime = 20_000;

const Instance = z.strictObject({
  pid: z.int(),
  port: z.int(),
  tls: z.boolean(),
  // Tells whether the server was started with the password asked for now, without holding it.
  login: z.string(),
});
type Instance = z.infer<typeof Instance>;

async function findFile(names: readonly string[], first: readonly string[] = []): Promise<string | undefined> {
  const path_ = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const name of names) {
    for (const folder of [...first, ...path_, ...folders]) {
      const file = path.join(folder, name);
      if (await exists(file, constants.X_OK)) return file;
    }
  }
  return undefined;
}

async function exists(file: string, mode: number = constants.F_OK): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

/** The database server of this machine, MariaDB's before MySQL's, or undefined when there is none. */
export async function findDatabaseProgram(): Promise<DatabaseProgram | undefined> {
  const file = await findFile(["mariadbd", "mysqld"]);
  if (file === undefined) return undefined;
  const { stdout } = await run(file, ["--no-defaults", "--version"]);
  return {
    file,
    maker: stdout.includes("MariaDB") ? "MariaDB" : "MySQL",
    version: /Ver (\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? "unknown",
  };
}

/** The private database of `dir`, if it is running. */
export async function findDatabase(dir: string): Promise<LocalDatabase | undefined> {
  const instance = await readInstance(dir);
  if (!instance || !(await isOurs(instance.pid, dir))) return undefined;
  return toDatabase(dir, instance);
}

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
  const last = await readInstance(dir);
  const running = last && (await isOurs(last.pid, dir)) ? last : undefined;
  if (running?.login === login && (options.port ?? running.port) === running.port) return toDatabase(dir, running);
  // Also one that a run started and did not live to note.
  await stopDatabase(dir);

  const program = options.program ?? (await findDatabaseProgram());
  if (!program) throw new DatabaseStartError("neither mariadbd nor mysqld is on this machine");
  await mkdir(temporaryFolder(dir), { recursive: true, mode: 0o700 });
  await initialise(dir, program);
  const tls = options.tls !== false && (await makeCertificate(dir));
  const port = options.port ?? (await freePort(last?.port));
  const pid = await launch(dir, program, port, tls, firstStatements(username, password));
  const instance: Instance = { pid, port, tls, login };
  await writeFile(path.join(dir, "instance.json"), JSON.stringify(instance), { mode: 0o600 });
  return toDatabase(dir, instance);
}

/**
 * Stops the private database of `dir` and waits until it is gone; also one that was started by a run that was killed
 * before it could note it. Its data stays.
 */
export async function stopDatabase(dir: string): Promise<void> {
  const end = Date.now() + stopTime;
  let servers = await serversOf(dir);
  for (const pid of servers) signal(pid, "SIGTERM");
  while (servers.length > 0) {
    await sleep(20);
    servers = await serversOf(dir);
    if (Date.now() > end) for (const pid of servers) signal(pid, "SIGKILL");
  }
}

/** Every process that works on the data of `dir`: the server, the shell that feeds it, and what makes the folder. */
const serversOf = async (dir: string): Promise<number[]> => {
  const all = [dataFolder(dir), unfinished(dir)].map((folder) => processesWith(`--datadir=${folder}`));
  return (await Promise.all(all)).flat();
};

/** The private database of `dir` as it was last started, running or not; undefined when it never came up. */
export async function lastDatabase(dir: string): Promise<LocalDatabase | undefined> {
  const instance = await readInstance(dir);
  return instance && toDatabase(dir, instance);
}

/** Signals a process, or its group when the number is negative, that may have ended a moment ago. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function toDatabase(dir: string, { port, pid, tls }: Instance): LocalDatabase {
  return { host: "127.0.0.1", port, pid, caFile: tls ? path.join(dir, "server.pem") : undefined };
}

async function readInstance(dir: string): Promise<Instance | undefined> {
  const text = await readFile(path.join(dir, "instance.json"), "utf8").catch(() => "null");
  try {
    return Instance.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Whether the process runs on our data folder: after a reboot another program may have the number. */
const isOurs = async (pid: number, dir: string): Promise<boolean> => (await serversOf(dir)).includes(pid);

function dataFolder(dir: string): string {
  return path.join(path.resolve(dir), "data");
}

/** For temporary tables. At its start a server removes those of every other server from a folder that they share. */
function temporaryFolder(dir: string): string {
  return path.join(path.resolve(dir), "tmp");
}

/** Runs a program in a process group of its own: a Ctrl-C is for tap, which finishes what it has begun. */
const runApart = (file: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    spawn(file, args, { detached: true, stdio: "ignore" })
      .once("error", reject)
      .once("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`${path.basename(file)} ended with ${code}`)),
      );
  });

/** The data folder while it is being made. */
const unfinished = (dir: string): string => `${dataFolder(dir)}.new`;

/** A server that runs as root insists on being told so. */
function user(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}

/** Makes the data folder, under another name until it is complete: half of one is thrown away. */
async function initialise(dir: string, program: DatabaseProgram): Promise<void> {
  const data = dataFolder(dir);
  if (await exists(data)) return;
  const fresh = unfinished(dir);
  await rm(fresh, { recursive: true, force: true });
  const shared = ["--no-defaults", `--datadir=${fresh}`, `--tmpdir=${temporaryFolder(dir)}`, ...user()];
  try {
    if (program.maker === "MySQL") {
      await runApart(program.file, [...shared, "--initialize-insecure"]);
    } else {
      const installer = await findFile(["mariadb-install-db", "mysql_install_db"], [path.dirname(program.file)]);
      if (installer === undefined) throw new DatabaseStartError("mariadb-install-db is not on this machine");
      const logins = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"];
      await runApart(installer, [...shared, ...logins]);
    }
  } catch (error) {
    if (error instanceof DatabaseStartError) throw error;
    throw new DatabaseStartError("the data folder of the private database could not be made", { cause: error });
  }
  await rename(fresh, data);
}

/** A certificate for the loopback address that is its own authority. False when this machine cannot make one. */
async function makeCertificate(dir: string): Promise<boolean> {
  const certificate = path.join(dir, "server.pem");
  if (await exists(certificate)) return true;
  const fresh = `${certificate}.new`;
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", "/CN=tap local database", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const files = ["-keyout", path.join(dir, "server.key"), "-out", fresh];
  try {
    await runApart("openssl", ["req", "-x509", ...curve, "-days", "3650", ...subject, ...files]);
    await rename(fresh, certificate);
    return true;
  } catch {
    return false;
  }
}

/** What the server does before it takes connections: the one user, its password, and nobody else. A statement a line. */
function firstStatements(username: string, password: string): string {
  const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
  if (/[\n\r\0]/.test(username + password)) throw new DatabaseStartError("a user name or password has a line break");
  const master = `${quote(username)}@'%'`;
  const others = ["localhost", "127.0.0.1", "::1", hostname()].flatMap((host) =>
    ["", "root"].map((name) => [name, host]),
  );
  return [
    `CREATE USER IF NOT EXISTS ${master} IDENTIFIED BY ${quote(password)};`,
    `ALTER USER ${master} IDENTIFIED BY ${quote(password)};`,
    `GRANT ALL PRIVILEGES ON *.* TO ${master} WITH GRANT OPTION;`,
    ...others.map(([name = "", host = ""]) => `DROP USER IF EXISTS ${quote(name)}@${quote(host)};`),
    "",
  ].join("\n");
}

async function launch(
  dir: string,
  program: DatabaseProgram,
  port: number,
  tls: boolean,
  statements: string,
): Promise<number> {
  const home = path.resolve(dir);
  const logFile = path.join(home, "server.log");
  const failed = (why: string) => new DatabaseStartError(`the private database ${why}; its log is ${logFile}`);
  const log = await open(logFile, "a", 0o600);
  const child = spawn(
    "sh",
    [
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
      // The password comes through a pipe: neither in the arguments nor on disk.
      "--init-file=/dev/stdin",
      ...(tls
        ? [`--ssl-cert=${home}/server.pem`, `--ssl-key=${home}/server.key`, "--require-secure-transport=ON"]
        : []),
      ...(program.maker === "MySQL" ? ["--mysqlx=OFF"] : []),
    ],
    { cwd: home, detached: true, stdio: ["pipe", log.fd, log.fd] },
  );
  let ended = false;
  child.once("error", () => (ended = true)).once("exit", () => (ended = true));
  child.stdin?.on("error", () => (ended = true)).end(statements);
  child.unref();
  await log.close();
  const end = Date.now() + startTime;
  while (!(await greets(port))) {
    if (ended) throw failed("ended while starting");
    if (Date.now() > end) {
      if (child.pid !== undefined) signal(-child.pid, "SIGKILL");
      throw failed("did not come up within a minute");
    }
    await sleep(20);
  }
  const pid = Number(await readFile(path.join(dataFolder(dir), "server.pid"), "utf8").catch(() => "0"));
  if (ended || !(await isOurs(pid, dir))) throw failed("found its port in use");
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
