import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { InputError } from "../config/errors.ts";
import { writeAtomically } from "../state/atomic.ts";
import { PLAN_SCHEMA, type PlanRecord } from "./record.ts";

const text = z.string().min(1);

const recordSchema: z.ZodType<PlanRecord> = z.strictObject({
  schema: z.literal(PLAN_SCHEMA),
  tap: text,
  plannedAt: z.iso.datetime(),
  environment: text,
  settingsOf: text,
  region: text,
  account: z.string().regex(/^\d{12}$/),
  local: z.boolean(),
  settings: text,
  code: text,
  prune: z.boolean(),
  fresh: z.boolean(),
  resources: z.array(
    z.strictObject({ node: text, type: text, action: text, changes: z.array(z.string()), seen: text }),
  ),
});

/**
 * Refuses a place where no plan can be written, before anything is looked at.
 *
 * @param option how messages call it
 * @throws {InputError}
 */
export async function requireWritable(path: string, option: string): Promise<void> {
  const refuse = (expected: string) => new InputError([{ path: option, value: path, expected }]);
  const folder = dirname(path);
  await access(folder, constants.W_OK).catch(() => {
    throw refuse("a file in a folder that is there and can be written to");
  });
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) throw refuse("a file");
}

/** Writes a plan, readable by the owner only, over whatever was in the file. */
export const writePlan = (path: string, record: PlanRecord): Promise<void> =>
  writeAtomically(path, `${JSON.stringify(record, null, 2)}\n`);

/**
 * Reads a plan.
 *
 * @param name how messages call the file
 * @throws {InputError} when it is none that this tap can read
 */
export async function readPlan(path: string, name: string): Promise<PlanRecord> {
  const refuse = (expected: string) => new InputError([{ path: name, expected }]);
  const content = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw refuse(`a readable plan, made by "tap plan --out" (${error.code})`);
  });
  const parsed = recordSchema.safeParse(parseJson(content));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path: at, message }) => `${at.map(String).join(".") || "file"}: ${message}`);
  throw refuse(`a plan of version ${PLAN_SCHEMA}, made by "tap plan --out" (${where.slice(0, 3).join("; ")})`);
}

/** `undefined` for what is no JSON: the error of JSON.parse quotes the text, which belongs in no message. */
function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
