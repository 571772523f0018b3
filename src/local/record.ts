import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { removeDurably, writeAtomically } from "../state/atomic.ts";

/** What is remembered of the local AWS that was started last. */
export interface ServerRecord {
  readonly pid: number;
  readonly port: number;
  /** The emulator's. */
  readonly version: string;
  /** The server repeats it when asked how it is: a pid or a port can be taken over by something else, this cannot. */
  readonly instance: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

const schema: z.ZodType<ServerRecord> = z.object({
  pid: z.int().positive(),
  port: z.int().positive(),
  version: z.string(),
  instance: z.uuid(),
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
