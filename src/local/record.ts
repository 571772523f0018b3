import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { removeDurably, writeAtomically } from "../state/atomic.ts";
import { hasEndedHere } from "../state/process.ts";
import { ask, endpointOf } from "./endpoint.ts";
import { processesWith } from "./processes.ts";

/** What is remembered of the local AWS that was started last. */
export interface ServerRecord {
  /** The guard's; the emulator is found by `argumentOf`. */
  readonly pid: number;
  readonly port: number;
  /** The emulator's. */
  readonly version: string;
  /** The server repeats it when asked how it is: a pid or a port can be taken over by something else, this cannot. */
  readonly instance: string;
  /** What the guard asks for. Without it the emulator was started by a tap that had no guard yet. */
  readonly sessionToken?: string | undefined;
  /** ISO 8601. */
  readonly startedAt: string;
}

const schema: z.ZodType<ServerRecord> = z.object({
  pid: z.int().positive(),
  port: z.int().positive(),
  version: z.string(),
  instance: z.uuid(),
  sessionToken: z.string().min(1).optional(),
  startedAt: z.string(),
});

const pathOf = (dir: string): string => join(dir, "aws.json");

/** The record; `undefined` when there is none, or none that tap can read: it only ever saves a search. */
export async function readRecord(dir: string): Promise<ServerRecord | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(pathOf(dir), "utf8"))).data;
  } catch {
    return undefined;
  }
}

export async function writeRecord(dir: string, record: ServerRecord): Promise<void> {
  await writeAtomically(pathOf(dir), `${JSON.stringify(record, null, 2)}\n`);
}

export async function removeRecord(dir: string): Promise<void> {
  await removeDurably(pathOf(dir));
}

/** What has become of the server that was started last. */
export type Condition =
  | { readonly is: "running"; readonly record: ServerRecord }
  /** It is there, but does not answer. */
  | { readonly is: "hung"; readonly record: ServerRecord }
  /** It has ended, or there never was one. `record` is what it left behind. */
  | { readonly is: "stopped"; readonly record: ServerRecord | undefined };

/** Looks for the server that was started last. A process that merely has its pid, or its port, is not mistaken for it. */
export async function examine(dir: string): Promise<Condition> {
  const record = await readRecord(dir);
  if (record === undefined || (await hasEndedHere(record))) return { is: "stopped", record };
  if (await answers(record)) return { is: "running", record };
  const servers = await processesWith(argumentOf(record.instance));
  return { is: servers.includes(record.pid) ? "hung" : "stopped", record };
}

/**
 * What guard and emulator are given, so that they are known from every other process, whether they answer or not.
 * Everyone on the machine can read it, so it does not tell what the server has to repeat.
 */
export function argumentOf(instance: string): string {
  return `tap=${createHash("sha256").update(instance).digest("hex")}`;
}

const answerTimeoutMs = 3_000;

/** `edition` is what the environment variable MINISTACK_EDITION was when the server started. */
const answer = z.object({ version: z.string(), edition: z.string() });

/** Whether the very server of the record answers. */
export async function answers(server: Pick<ServerRecord, "port" | "instance" | "sessionToken">): Promise<boolean> {
  const { port, instance, sessionToken = "" } = server;
  try {
    const health = `${endpointOf(port)}/_ministack/health`;
    const { body } = await ask(health, { sessionToken, timeoutMs: answerTimeoutMs });
    return answer.safeParse(JSON.parse(body)).data?.edition === instance;
  } catch {
    return false;
  }
}
