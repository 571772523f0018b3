import { createInterface } from "node:readline";
import { acquireLock } from "../../src/state/lock.ts";

/**
 * A process for the lock tests: says "ready", tries to take the lock of each environment whose name it reads on
 * standard input, says "won" or why not, and lives on until its standard input ends.
 */
const [dir = ""] = process.argv.slice(2);
process.stdout.write("ready\n");
for await (const environment of createInterface({ input: process.stdin })) {
  await acquireLock({ dir, environment, local: false, command: `tap up --env ${environment}` }).then(
    () => process.stdout.write("won\n"),
    (error: unknown) => process.stdout.write(`${error instanceof Error ? error.name : error}\n`),
  );
}
