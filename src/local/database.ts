import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { firstStatements, initialise, makeCertificate, temporaryFolder } from "./database-folder.ts";
import { type DatabaseProgram, DatabaseStartError, findDatabaseProgram } from "./database-program.ts";
import { isOurs, launch, stopDatabase } from "./database-server.ts";
import { freePort } from "./port.ts";

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

const Instance = z.strictObject({
  pid: z.int(),
  port: z.int(),
  tls: z.boolean(),
  // Tells whether the server was started with the password asked for now, without holding it.
  login: z.string(),
});
type Instance = z.infer<typeof Instance>;

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

/** The private database of `dir` as it was last started, running or not; undefined when it never came up. */
export async function lastDatabase(dir: string): Promise<LocalDatabase | undefined> {
  const instance = await readInstance(dir);
  return instance && toDatabase(dir, instance);
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
