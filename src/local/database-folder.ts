import { rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { type DatabaseProgram, DatabaseStartError, exists, findFile, user } from "./database-program.ts";
import { must } from "./processes.ts";

/** The server's data: there only when it is complete. */
export function dataFolder(dir: string): string {
  return path.join(path.resolve(dir), "data");
}

/** For temporary tables. At its start a server removes those of every other server from a folder that they share. */
export function temporaryFolder(dir: string): string {
  return path.join(path.resolve(dir), "tmp");
}

/** The data folder while it is being made. */
export const unfinished = (dir: string): string => `${dataFolder(dir)}.new`;

/** Makes the data folder, under another name until it is complete: half of one is thrown away. */
export async function initialise(dir: string, program: DatabaseProgram): Promise<void> {
  const data = dataFolder(dir);
  if (await exists(data)) return;
  const fresh = unfinished(dir);
  await rm(fresh, { recursive: true, force: true });
  const shared = ["--no-defaults", `--datadir=${fresh}`, `--tmpdir=${temporaryFolder(dir)}`, ...user()];
  try {
    if (program.maker === "MySQL") {
      await must(program.file, [...shared, "--initialize-insecure"], { detached: true });
    } else {
      const installer = await findFile(["mariadb-install-db", "mysql_install_db"], [path.dirname(program.file)]);
      if (installer === undefined) throw new DatabaseStartError("mariadb-install-db is not on this machine");
      const logins = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"];
      await must(installer, [...shared, ...logins], { detached: true });
    }
  } catch (error) {
    if (error instanceof DatabaseStartError) throw error;
    throw new DatabaseStartError("the data folder of the private database could not be made", { cause: error });
  }
  await rename(fresh, data);
}

/** A certificate for the loopback address that is its own authority. False when this machine cannot make one. */
export async function makeCertificate(dir: string): Promise<boolean> {
  const certificate = path.join(dir, "server.pem");
  if (await exists(certificate)) return true;
  const fresh = `${certificate}.new`;
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", "/CN=tap local database", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const files = ["-keyout", path.join(dir, "server.key"), "-out", fresh];
  try {
    await must("openssl", ["req", "-x509", ...curve, "-days", "3650", ...subject, ...files], { detached: true });
    await rename(fresh, certificate);
    return true;
  } catch {
    return false;
  }
}

/** What the server does before it takes connections: the one user, its password, and nobody else. A statement a line. */
export function firstStatements(username: string, password: string): string {
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
