import { statfs } from "node:fs/promises";
import { databaseInstall, findDatabaseProgram } from "../local/database-program.ts";
import { emulator, emulatorVersion, installedVersion } from "../local/install.ts";
import { localAwsStatus } from "../local/local-aws.ts";
import { freePort } from "../local/port.ts";
import { run } from "../local/processes.ts";
import { findPython } from "../local/python.ts";
import { type Check, error, ok, warning } from "./check.ts";
import { nearestFolder } from "./state.ts";

const gigabyte = 1e9;

/** What the local AWS needs of this machine. */
interface LocalSubject {
  /** The folder that holds everything of the local AWS. */
  readonly dir: string;
  /** Where programs are looked for, as in the environment variable PATH. */
  readonly path: string;
}

/** Whether this machine can run the local AWS and the database beside it. */
export const localChecks: readonly Check<LocalSubject>[] = [
  {
    id: "python",
    run: async ({ dir, path }) => {
      if ((await installedVersion(dir)) === emulatorVersion) return ok(`${emulator} ${emulatorVersion} is installed`);
      const { command, version } = await findPython(path);
      return ok(`Python ${version} (${command}) can make virtual environments`);
    },
  },
  {
    id: "local-aws",
    run: async ({ dir }) => {
      const found = await localAwsStatus({ dir });
      if (found.is === "running") return ok(`the local AWS runs: ${found.aws.endpoint}`);
      if (found.is === "stopped")
        return ok('the local AWS does not run; "tap up --local" and "tap local start" start it');
      return error(`the local AWS (pid ${found.pid}) does not answer; its log is ${found.log}`, "tap local stop");
    },
  },
  {
    id: "database-server",
    run: async () => {
      const program = await findDatabaseProgram();
      if (program !== undefined) return ok(`${program.maker} ${program.version} (${program.file})`);
      const lacks = "there is no mariadbd or mysqld: the API answers 503, everything else works";
      return warning(lacks, databaseInstall);
    },
  },
  {
    id: "openssl",
    run: async ({ path }) => {
      const { code, output } = await run("openssl", ["version"], { path, timeoutMs: 10_000 });
      if (code === 0) return ok(output.trim());
      const lacks = "there is no openssl: the functions talk to the local database without TLS";
      return warning(lacks, "sudo apt-get install openssl (macOS: brew install openssl)");
    },
  },
  {
    id: "port",
    run: async () => {
      await freePort(undefined);
      return ok("there are free ports on 127.0.0.1");
    },
  },
  {
    id: "disk",
    run: async ({ dir }) => {
      const { bavail, bsize } = await statfs(await nearestFolder(dir));
      const free = bavail * bsize;
      const has = `${(free / gigabyte).toFixed(1)} GB are free for ${dir}`;
      const fix = "tap local reset, or remove what else takes room";
      // The emulator's environment and a database take about a third of a gigabyte.
      if (free < gigabyte / 2) return error(has, fix);
      return free < gigabyte ? warning(has, fix) : ok(has);
    },
  },
];
