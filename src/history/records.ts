import * as z from "zod";
import type { Event } from "../engine/events.ts";

/** The version of the run files that this tap writes and reads. */
export const HISTORY_SCHEMA = 1;

const at = z.number();
const action = z.enum(["create", "update", "replace", "remove"]);

const begunSchema = z.object({
  event: z.literal("begun"),
  schema: z.literal(HISTORY_SCHEMA),
  at,
  /** For example "tap up --env dev". */
  command: z.string(),
  environment: z.string(),
  region: z.string(),
  account: z.string(),
  local: z.boolean(),
  /** The graph of the run, by node id. `outlives`: what has to be gone before it may be removed. */
  nodes: z.record(
    z.string(),
    z.object({ type: z.string(), needs: z.array(z.string()), outlives: z.array(z.string()).exactOptional() }),
  ),
});

const happenedSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("started"), at, node: z.string(), type: z.string(), action }),
  z.object({ event: z.literal("waiting"), at, node: z.string(), for: z.string() }),
  z.object({ event: z.literal("retrying"), at, node: z.string(), reason: z.string(), delaySeconds: z.number() }),
  z.object({ event: z.literal("done"), at, node: z.string() }),
  z.object({ event: z.literal("failed"), at, node: z.string(), message: z.string() }),
  z.object({ event: z.literal("skipped"), at, node: z.string(), because: z.string() }),
  z.object({ event: z.literal("retained"), at, node: z.string(), reason: z.string() }),
]);

const endedSchema = z.object({
  event: z.literal("ended"),
  at,
  outcome: z.enum(["done", "failed", "interrupted"]),
});

/** The first line of a run's file: what ran, and on what graph. */
export type Begun = z.infer<typeof begunSchema>;
/** What happened to one node. */
export type Happened = z.infer<typeof happenedSchema>;
/** The last line. It is missing when the process was killed, or still runs. */
export type Ended = z.infer<typeof endedSchema>;

/** Any line of a run's file. */
export const lineSchema = z.union([begunSchema, happenedSchema, endedSchema]);

/**
 * What is kept of an event; undefined where it is not worth keeping. The schema leaves out all else, above all the values
 * of properties (`changes`): they are in AWS, and a file that nobody thinks of is no place for them.
 */
export function happenedOf(event: Event): Happened | undefined {
  if (event.event !== "failed") return happenedSchema.safeParse(event).data;
  const { code, message } = event.error;
  const said = code === undefined || message.startsWith(code) ? message : `${code}: ${message}`;
  return { event: "failed", at: event.at, node: event.node, message: said };
}
