import * as z from "zod";
import { InputError } from "../config/errors.ts";
import { readText, UnreadableFileError } from "../config/read-text.ts";
import { writeAtomically } from "../state/atomic.ts";
import { seal, unseal } from "../state/seal.ts";
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

/** Writes a plan, readable by the owner only, over whatever was in the file. */
export const writePlan = (path: string, record: PlanRecord): Promise<void> => writeAtomically(path, seal(record));

/** How long a plan is consent to what is in it, in days. */
const validDays = 7;

/** When a plan may no longer be carried out, in milliseconds since the epoch. */
export const expiryOf = ({ plannedAt }: PlanRecord): number => Date.parse(plannedAt) + validDays * 86_400_000;

/**
 * Refuses a plan that is too old to be consent, or that a wrong clock has dated.
 *
 * @param now in milliseconds since the epoch
 * @throws {InputError}
 */
export function requireUnexpired(record: PlanRecord, name: string, now: number): void {
  const { plannedAt } = record;
  const refuse = (expected: string) =>
    new InputError([{ path: "plannedAt", value: plannedAt, expected, source: name }]);
  if (now > expiryOf(record)) throw refuse(`a plan of the last ${validDays} days; "tap plan --out" makes a new one`);
  // Machines whose clocks differ by less than an hour may pass a plan on.
  if (Date.parse(plannedAt) > now + 3_600_000) throw refuse("a time that has passed; look at this machine's clock");
}

/**
 * Reads a plan.
 *
 * @param name how messages call the file
 * @throws {InputError} when it is none that this tap can read
 */
export async function readPlan(path: string, name: string): Promise<PlanRecord> {
  const refuse = (expected: string) => new InputError([{ path: name, expected }]);
  const content = await readText(path).catch((error: unknown) => {
    if (!(error instanceof UnreadableFileError)) throw error;
    throw refuse(`a plan, made by "tap plan --out"; this ${error.message}`);
  });
  if (content === undefined) throw refuse('a plan, made by "tap plan --out"; there is none');
  const found = unseal(content);
  const parsed = checked(found.is === "no JSON" ? undefined : found.content);
  // What is no plan at all is said to be none, whatever digest it has.
  if (parsed === undefined) throw refuse("a plan; this is nested too deeply");
  if (parsed.success && found.is === "whole") return parsed.data;
  if (parsed.success)
    throw refuse('a plan as tap has written it; by its digest this was changed. "tap plan --out" makes a new one');
  const where = parsed.error.issues.map(({ path: at, message }) => `${at.map(String).join(".") || "file"}: ${message}`);
  throw refuse(`a plan of version ${PLAN_SCHEMA}, made by "tap plan --out" (${where.slice(0, 3).join("; ")})`);
}

/** Undefined for what is nested more deeply than the check goes. */
function checked(content: unknown) {
  try {
    return recordSchema.safeParse(content);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
