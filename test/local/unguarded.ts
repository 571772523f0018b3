import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { prepareAccount } from "../../src/local/account.ts";
import { endpointOf } from "../../src/local/endpoint.ts";
import { emulator, pythonOf } from "../../src/local/install.ts";
import { freePort } from "../../src/local/port.ts";
import { endProcesses, startInBackground } from "../../src/local/processes.ts";
import { answers } from "../../src/local/record.ts";
import { prepareFolders } from "../../src/local/server.ts";

/** An emulator as tap started it when it had no guard. */
export interface Unguarded extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly endpoint: string;
  readonly instance: string;
}

/**
 * Starts the emulator that is installed in `dir`, on a port of its own, open to everyone on this machine.
 *
 * @param more of its environment
 */
export async function startUnguarded(dir: string, more: Readonly<Record<string, string>> = {}): Promise<Unguarded> {
  const instance = randomUUID();
  const port = await freePort(undefined);
  await prepareFolders(dir);
  await prepareAccount(dir);
  const pid = await startInBackground({
    program: pythonOf(dir),
    args: ["-I", "-m", emulator],
    cwd: dir,
    env: {
      PATH: process.env["PATH"],
      HOME: join(dir, "home"),
      TMPDIR: join(dir, "tmp"),
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_EDITION: instance,
      DOCKER_HOST: `unix://${join(dir, "no-docker")}`,
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
      ...more,
    },
    log: { file: join(dir, "unguarded.log"), flags: "w" },
    answers: () => answers({ port, instance }),
    timeoutMs: 60_000,
  });
  if (typeof pid !== "number") throw new Error(`the emulator did not come up: ${pid}`);
  const alive = async () => {
    try {
      process.kill(pid, 0);
      return [pid];
    } catch {
      return [];
    }
  };
  const stop = async () => void (await endProcesses(alive, 20_000));
  return { pid, port, endpoint: endpointOf(port), instance, [Symbol.asyncDispose]: stop };
}
