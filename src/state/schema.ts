import * as z from "zod";
import type { Durations, Entry, Json } from "../engine/journal.ts";
import { StateError } from "./errors.ts";
import { seal, unseal } from "./seal.ts";

/** The version of states and journals that this tap writes. */
export const STATE_SCHEMA = 2;

/** Those that it reads. The first had no digests. */
const readable = [1, STATE_SCHEMA] as const;

/** Something that `down` kept, because it holds data. */
export interface Retained {
  readonly type: string;
  /** AWS's id. */
  readonly id: string;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a state file holds. */
export interface State {
  readonly account: string;
  readonly region: string;
  readonly environment: string;
  /** The environment whose settings it was made with, when it is a copy. */
  readonly settingsOf?: string;
  /** Grows with every write. */
  readonly serial: number;
  /** By node id. */
  readonly resources: Readonly<Record<string, Entry>>;
  readonly retained: Readonly<Record<string, Retained>>;
  /** By kind. */
  readonly durations?: Readonly<Record<string, Durations>>;
}

/** What one write has changed, where not everything is written anew; null for what is no longer there. */
export interface StateChange {
  /** Of the write. */
  readonly serial: number;
  readonly resources: Readonly<Record<string, Entry | null>>;
  readonly retained: Readonly<Record<string, Retained | null>>;
  readonly durations: Readonly<Record<string, Durations | null>>;
}

const json: z.ZodType<Json> = z.json();
const when = z.int().nonnegative();
const seconds = z.number().nonnegative();

const entrySchema: z.ZodType<Entry> = z.strictObject({
  type: z.string(),
  name: z.string(),
  id: z.string().exactOptional(),
  key: json.exactOptional(),
  token: z.string(),
  intent: z.strictObject({ action: z.enum(["create", "remove"]), at: when }).exactOptional(),
  outputs: json.exactOptional(),
  recorded: z.record(z.string(), json).exactOptional(),
});

const retainedSchema: z.ZodType<Retained> = z.strictObject({
  type: z.string(),
  id: z.string(),
  reason: z.string(),
  at: when,
});

const durationsSchema: z.ZodType<Durations> = z.strictObject({
  create: seconds.exactOptional(),
  remove: seconds.exactOptional(),
  release: seconds.exactOptional(),
});

const stateShape = z.strictObject({
  schema: z.literal(readable),
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
  environment: z.string().min(1),
  settingsOf: z.string().exactOptional(),
  serial: z.int().nonnegative(),
  resources: z.record(z.string(), entrySchema),
  retained: z.record(z.string(), retainedSchema),
  durations: z.record(z.string(), durationsSchema).exactOptional(),
});
const stateSchema: z.ZodType<State> = stateShape.transform(({ schema: _, ...state }) => state);

const changeSchema: z.ZodType<StateChange> = z.strictObject({
  serial: z.int().nonnegative(),
  resources: z.record(z.string(), entrySchema.nullable()),
  retained: z.record(z.string(), retainedSchema.nullable()),
  durations: z.record(z.string(), durationsSchema.nullable()),
});

const headerSchema = z.strictObject({ schema: z.literal(readable), continues: z.string() });

/** The text of a state file. */
export const formatState = (state: State): string => seal({ schema: STATE_SCHEMA, ...state });

/** What the first line of a journal says. @param continues tells the text of the state file from every other */
export const formatHeader = (continues: string): string => JSON.stringify({ schema: STATE_SCHEMA, continues });

/** What a further line of a journal says. */
export const formatChange = (change: StateChange): string => JSON.stringify(change);

/**
 * Reads the text of a state file.
 *
 * @param path how messages call the file
 * @param environment whose state it must be, where that is known
 * @throws StateError saying what is wrong with it, and what to do
 */
export function parseState(text: string, path: string, environment?: string): State {
  const state = parse(stateSchema, text, path);
  if (environment !== undefined && state.environment !== environment) {
    throw new StateError(`${path} is the state of ${state.environment}, not of ${environment}`, {
      advice: advice(path),
    });
  }
  return state;
}

/** Reads what the first line of a journal says: what it continues. @throws StateError */
export const parseHeader = (text: string, path: string): string => parse(headerSchema, text, path, 1).continues;

/** Reads what a further line of a journal says. @throws StateError */
export const parseChange = (text: string, path: string, number: number): StateChange =>
  parse(changeSchema, text, path, number);

/** The error of a file that is not what was written. @param line which of its lines, where it is one of several */
export const damaged = (path: string, why: string, line?: number): StateError =>
  new StateError(`${path} is damaged${line === undefined ? "" : ` in line ${line}`}: ${why}`, {
    advice: advice(path),
  });

const advice = (path: string) =>
  `It is left as it is. Move ${path} away and run the command again: tap finds everything again by its tags and names.`;

/** @param line which line of the file `text` is, when it is not all of it */
function parse<T>(schema: z.ZodType<T>, text: string, path: string, line?: number): T {
  const found = unseal(text);
  if (found.is === "no JSON") throw damaged(path, `it is not JSON (${text.length} characters)`, line);
  const version = schemaOf(found.content);
  if (version !== undefined && version > STATE_SCHEMA) {
    throw new StateError(
      `${path} was written by a newer tap: it has version ${version}, and this tap reads version ${STATE_SCHEMA}`,
      {
        advice: `It is left as it is. Upgrade tap, or move ${path} away: tap finds everything again by its tags and names.`,
      },
    );
  }
  if (found.is === "changed") {
    throw new StateError(`${path} is damaged: it is not what tap has written, by its digest`, {
      advice: `${advice(path)} If you have changed it by hand, and mean it, take its "digest" out.`,
    });
  }
  const parsed = checked(schema, found.content);
  if (parsed === undefined) throw damaged(path, "it is nested too deeply", line);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".") || "file"}: ${message}`);
  throw damaged(path, issues.join("; "), line);
}

/** Undefined for what is nested more deeply than the check goes. */
function checked<T>(schema: z.ZodType<T>, content: unknown) {
  try {
    return schema.safeParse(content);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function schemaOf(content: unknown): number | undefined {
  if (typeof content !== "object" || content === null || !("schema" in content)) return undefined;
  return typeof content.schema === "number" ? content.schema : undefined;
}
