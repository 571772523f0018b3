import * as z from "zod/mini";
import { Price, Time } from "./fields.ts";
import { problemCodes } from "./problem.ts";
import { Trade } from "./trade.ts";

// The functions take the types from here; the schemas are for docs/openapi.yaml, and for the tests of what is answered.

/** A trade as it is stored and answered. Price as it was sent (null: at market); time in UTC microseconds, ISO 8601. */
export const StoredTrade = z.extend(Trade, { id: z.uuidv7(), price: z.nullable(Price), createdAt: Time });
export type StoredTrade = Readonly<z.infer<typeof StoredTrade>>;

/** A page of trades, newest first, and the cursor of the next one, or null on the last. */
export const TradePage = z.strictObject({ trades: z.array(StoredTrade), nextCursor: z.nullable(z.string()) });

/** What is answered when something is wrong (RFC 9457). */
export const ProblemBody = z.strictObject({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int().check(z.minimum(400), z.maximum(599)),
  code: z.enum(problemCodes),
  detail: z.string(),
  requestId: z.string(),
  errors: z.optional(z.array(z.strictObject({ path: z.string(), message: z.string() }))),
});
