import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { startDatabase, stopDatabase } from "../../src/local/database.ts";
import { itWithDatabase } from "./database.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tap-database-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await stopDatabase(join(folder, "database"));
  await rm(folder, { recursive: true, force: true });
});

itWithDatabase("leaves the temporary tables of other servers on the machine alone", async () => {
  // At its start a server empties its folder for temporary tables, by the beginning of their names.
  vi.stubEnv("TMPDIR", folder);
  const others = join(folder, "#sql-temptable-1-2-3.MAI");
  await writeFile(others, "in use");
  await startDatabase({ dir: join(folder, "database"), username: "admin", password: "a password", tls: false });
  // Rejects when it is gone.
  await access(others);
});
