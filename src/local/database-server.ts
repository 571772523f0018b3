import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dataFolder, temporaryFolder, unfinished } from "./database-folder.ts";
import { type DatabaseProgram, DatabaseStartError, user } from "./database-program.ts";
import { processesWith } from "./processes.ts";

const startTime = 60_000;
const stopTime = 20_000;

/** Starts the server on its data folder and waits until it takes connections. Gives its process id. */
export async function launch(
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

/** Whether the process runs on our data folder: after a reboot another program may have the number. */
export const isOurs = async (pid: number, dir: string): Promise<boolean> => (await serversOf(dir)).includes(pid);

/** Signals a process, or its group when the number is negative, that may have ended a moment ago. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
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
