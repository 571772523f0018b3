import { readFile } from "node:fs/promises";
import * as z from "zod";
import { hasEnded, thisProcess } from "../state/process.ts";
import { ask } from "./ask.ts";
import { endpointOf } from "./endpoint.ts";
import { readRecord, type ServerRecord } from "./record.ts";
import { run } from "./run.ts";

/** What has become of the server that was started last. */
export type Condition =
  | { readonly is: "running"; readonly record: ServerRecord }
  /** It is there, but does not answer. */
  | { readonly is: "hung"; readonly record: ServerRecord }
  /** It has ended, or there never was one. `record` is what it left behind. */
  | { readonly is: "stopped"; readonly record: ServerRecord | undefined };

const answerTimeoutMs = 3_000;

/** `edition` is what the environment variable MINISTACK_EDITION was when the server started. */
const answer = z.object({ version: z.string(), edition: z.string() });

/** Looks for the server that was started last. A process that merely has its pid, or its port, is not mistaken for it. */
export async function examine(dir: string): Promise<Condition> {
  const record = await readRecord(dir);
  if (record === undefined || (await processEnded(record.pid))) return { is: "stopped", record };
  if (await answers(record)) return { is: "running", record };
  return { is: (await isServer(record)) ? "hung" : "stopped", record };
}

/** Whether the very server of the record answers. */
export async function answers({ port, instance }: Pick<ServerRecord, "port" | "instance">): Promise<boolean> {
  try {
    const { body } = await ask(`${endpointOf(port)}/_ministack/health`, { timeoutMs: answerTimeoutMs });
    return answer.safeParse(JSON.parse(body)).data?.edition === instance;
  } catch {
    return false;
  }
}

/** Whether there is no process of this pid on this machine; a zombie is none. */
export async function processEnded(pid: number): Promise<boolean> {
  const { host, machine } = await thisProcess();
  return hasEnded({ host, pid, ...(machine === undefined ? {} : { machine }) });
}

/** Whether a process that does not answer is the server all the same: its instance is among its arguments. */
async function isServer({ pid, instance }: ServerRecord): Promise<boolean> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  const ps = () =>
    run("ps", ["-p", String(pid), "-o", "command="], { path: process.env["PATH"] ?? "", timeoutMs: 5_000 });
  return (fromProc ?? (await ps()).output).includes(instance);
}
