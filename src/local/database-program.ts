import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";
import { must } from "./processes.ts";

/** A database server program on this machine. */
export interface DatabaseProgram {
  readonly file: string;
  readonly maker: "MariaDB" | "MySQL";
  readonly version: string;
}

/** Why the private database could not be started; the message says where its log is. */
export class DatabaseStartError extends Error {
  override readonly name = "DatabaseStartError";
}

/** How people get a database server. */
export const databaseInstall = "sudo apt-get install mariadb-server (macOS: brew install mariadb)";

const folders = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/bin", "/opt/homebrew/bin"];

/** The database server of this machine, MariaDB's before MySQL's, or undefined when there is none. */
export async function findDatabaseProgram(): Promise<DatabaseProgram | undefined> {
  const file = await findFile(["mariadbd", "mysqld"]);
  if (file === undefined) return undefined;
  const says = await must(file, ["--no-defaults", "--version"]);
  return {
    file,
    maker: says.includes("MariaDB") ? "MariaDB" : "MySQL",
    version: /Ver (\d+(?:\.\d+)+)/.exec(says)?.[1] ?? "unknown",
  };
}

/** A program of this machine, the first of the names before the others; looked for in the folders `first` before all. */
export async function findFile(names: readonly string[], first: readonly string[] = []): Promise<string | undefined> {
  const path_ = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const name of names) {
    for (const folder of [...first, ...path_, ...folders]) {
      const file = path.join(folder, name);
      if (await exists(file, constants.X_OK)) return file;
    }
  }
  return undefined;
}

/** Whether there is such a file, with the rights that are asked for. */
export async function exists(file: string, mode: number = constants.F_OK): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

/** A server that runs as root insists on being told so. */
export function user(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}
