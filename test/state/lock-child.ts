import { acquireLock } from "../../src/state/lock.ts";

/**
 * A process for the lock test: says "ready", waits for a byte on standard input, tries to take the lock, says "won" or
 * why not, and lives on until its standard input ends.
 */
const [dir = ""] = process.argv.slice(2);
process.stdout.write("ready\n");
process.stdin.once("data", () => {
  acquireLock({ dir, environment: "dev", local: false, command: "tap up --env dev" }).then(
    () => process.stdout.write("won\n"),
    (error: unknown) => process.stdout.write(`${error instanceof Error ? error.name : error}\n`),
  );
});
