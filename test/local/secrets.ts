import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { GetSecretValueCommand, paginateListSecrets, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { LocalAws } from "../../src/local/local-aws.ts";

/**
 * Every secret that a local AWS holds: each value as a whole, and each password in it.
 *
 * @param at how to reach it
 */
export async function secretValues(at: Pick<LocalAws, "endpoint" | "region" | "credentials">): Promise<string[]> {
  const { endpoint, region, credentials } = at;
  const client = new SecretsManagerClient({ endpoint, region, credentials });
  const values: string[] = [];
  for await (const page of paginateListSecrets({ client }, {})) {
    for (const { ARN: SecretId } of page.SecretList ?? []) {
      const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
      values.push(SecretString, ...passwordsIn(SecretString));
    }
  }
  // An application secret is made without a value.
  return values.filter((value) => value !== "");
}

function passwordsIn(text: string): string[] {
  const content: unknown = text.startsWith("{") ? JSON.parse(text) : {};
  if (typeof content !== "object" || content === null) return [];
  return Object.entries(content).flatMap(([name, value]) => (name === "password" ? [String(value)] : []));
}

/** The secrets that a text shows, in any of the forms in which a program might let one slip. */
export const shown = (text: Buffer, secrets: readonly string[]): string[] =>
  secrets.filter((secret) => forms(secret).some((form) => text.includes(form)));

const forms = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("hex"),
];

/** Collects the arguments of all processes that begin from now on, until it is told to stop. */
export async function watchArguments(): Promise<{ stop(): Promise<ReadonlySet<string>> }> {
  const before = new Set((await processes()).map(({ pid }) => pid));
  const seen = new Set<string>();
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      for (const { pid, read } of await processes()) if (!before.has(pid)) seen.add(await read());
      await sleep(2);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      return seen;
    },
  };
}

interface Process {
  readonly pid: string;
  /** Its arguments, which change when it becomes another program. */
  read(): Promise<string>;
}

async function processes(): Promise<Process[]> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-axww", "-o", "pid=,command="], { maxBuffer: 2 ** 26 });
    return [...stdout.matchAll(/^ *(\d+) (.*)$/gm)].map(([, pid = "", line = ""]) => ({ pid, read: async () => line }));
  }
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  // One that has ended meanwhile has no arguments any more.
  return pids.map((pid) => ({ pid, read: () => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "") }));
}

/** The files below a folder, but for those below the given ones. Links are not followed. */
export async function filesBelow(dir: string, but: readonly string[] = []): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(dir, entry.name);
      if (but.includes(path)) return [];
      if (entry.isDirectory()) return filesBelow(path, but);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
