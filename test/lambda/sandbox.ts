import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import type { DatabaseConfig } from "../../lambda/config.ts";
import type { ProxyResult } from "../../lambda/http.ts";
import { bundleFunctions, type handlers } from "../../scripts/bundle-functions.ts";

const child = fileURLToPath(new URL("sandbox-child.ts", import.meta.url));

/** Unpacks the functions' ZIP into a new folder, which the caller removes. */
export async function unpackFunctions(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "tap-functions-"));
  await writeFile(path.join(folder, "package.json"), "{}");
  const { zip } = await bundleFunctions();
  for (const [name, contents] of Object.entries(unzipSync(zip))) await writeFile(path.join(folder, name), contents);
  return folder;
}

/** The functions' environment for a database, as the platform sets it. */
export function functionEnv(config: DatabaseConfig): Record<string, string> {
  return {
    TRADE_WRITER_HOST: config.writerHost,
    TRADE_READER_HOST: config.readerHost,
    TRADE_DB_PORT: String(config.port),
    TRADE_DB_NAME: config.name,
    TRADE_DB_TLS: config.tls ? "verify" : "off",
    TRADE_SECRET_ARN: config.secretArn,
    TRADE_MASTER_SECRET_ARN: config.masterSecretArn ?? "",
    POWERTOOLS_SERVICE_NAME: "trading",
  };
}

/** A function of the built ZIP, running in a process of its own that can be killed. */
export class Sandbox {
  readonly #process: ChildProcess;
  readonly #gone: Promise<unknown>;
  /** Everything it wrote: logs and metrics. */
  output = "";

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#gone = once(process, "exit");
    for (const stream of [process.stdout, process.stderr]) stream?.on("data", (chunk) => (this.output += chunk));
  }

  /** Starts it and waits until its code is loaded. The environment holds nothing but `env` and the PATH. */
  static async start(folder: string, name: keyof typeof handlers, env: Record<string, string>): Promise<Sandbox> {
    const sandbox = new Sandbox(
      fork(child, [path.join(folder, `${name}.js`)], {
        env: { PATH: process.env["PATH"], ...env },
        execArgv: [],
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      }),
    );
    await once(sandbox.#process, "message");
    return sandbox;
  }

  /** Has it serve an event. Undefined when the process died before its answer. */
  async invoke(event: unknown): Promise<ProxyResult | undefined> {
    const answered = new Promise<{ result?: ProxyResult; error?: string }>((resolve) => {
      this.#process.removeAllListeners("message").once("message", resolve);
    });
    this.#process.send({ event, left: 30_000 }, () => {});
    const message = await Promise.race([answered, this.#gone.then(() => undefined)]);
    if (message?.error !== undefined) throw new Error(message.error);
    return message?.result;
  }

  /** Ends it as `kill -9` does and waits until it is gone. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#gone;
  }
}
