import { it } from "vitest";
import { findDatabaseProgram } from "../../src/local/database-program.ts";

/** Why there is no database, where there is none. */
export const noDatabase = "neither mariadbd nor mysqld is on this machine";

/** Whether this machine can run a database. @throws on CI when it cannot: nothing is left out there */
export async function hasDatabase(): Promise<boolean> {
  const found = (await findDatabaseProgram()) !== undefined;
  if (!found && process.env["CI"]) throw new Error(noDatabase);
  return found;
}

const has = await hasDatabase();

/** A test that needs a database server. Without one it is left out and says so. */
export function itWithDatabase(name: string, test: () => Promise<void>): void {
  if (has) it(name, test);
  else it.skip(`${name} (${noDatabase})`);
}
