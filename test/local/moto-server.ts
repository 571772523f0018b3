import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { installPackage } from "./installed.ts";

/** moto server, an emulator of AWS's control plane: https://docs.getmoto.org/en/latest/docs/server_mode.html */
const version = "5.2.5";

/** The region that its callers are in. */
export const region = "us-east-1";

const startTimeoutMs = 60_000;

export interface MotoServer {
  readonly endpoint: string;
  /** The account that its callers are in. */
  readonly account: string;
  /** Forgets everything that was made in it. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Installs moto unless it is there, and starts it on a free port of the loopback interface. */
export async function startMoto(): Promise<MotoServer> {
  const python = await installPackage(`moto-${version}`, `moto[server]==${version}`);
  const dir = await mkdtemp(join(tmpdir(), "tap-moto-"));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(python, ["-I", "-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
    cwd: dir,
    env: {
      PATH: process.env["PATH"],
      HOME: dir,
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      MOTO_ACM_VALIDATION_WAIT: "1",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = `${log}${text}`.slice(-4_000);
  });
  const ended = once(server, "exit");
  const stop = async () => {
    server.kill("SIGKILL");
    await ended;
    await rm(dir, { recursive: true, force: true });
  };
  const reset = async () => {
    const { ok, status } = await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
    if (!ok) throw new Error(`moto does not reset: HTTP ${status}`);
  };
  const answers = () =>
    fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const deadline = Date.now() + startTimeoutMs; !(await answers()); await sleep(50)) {
    if (server.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`moto server does not come up:\n${log}`);
  }
  return { endpoint, account: "123456789012", reset, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
