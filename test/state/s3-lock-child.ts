import { createInterface } from "node:readline";
import { wallClock } from "../../src/engine/clock.ts";
import { LockedError } from "../../src/state/holder.ts";
import { s3Backend } from "../../src/state/s3/backend.ts";

/**
 * A process for the lock test: says "ready", then for each environment on its standard input tries to take the lock,
 * and says "won" or who has it, by process id. It keeps what it has won.
 */
const [endpoint = "", bucket = ""] = process.argv.slice(2);
const home = s3Backend({
  location: { bucket, prefix: "locks" },
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test", sessionToken: process.env["AWS_SESSION_TOKEN"] ?? "" },
  clock: wallClock,
  endpoint,
});
const say = (text: string) => process.stdout.write(`${text}\n`);
say("ready");
for await (const environment of createInterface({ input: process.stdin })) {
  await home
    .of(environment)
    .lock({ command: `tap up --env ${environment}`, clock: wallClock })
    .then(
      () => say("won"),
      (error: unknown) => say(error instanceof LockedError ? `${error.holder?.pid}` : String(error)),
    );
}
