import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { callerOf } from "./caller.ts";
import { faultsOf, Price, text } from "./fields.ts";
import { header, type ProxyEvent } from "./http.ts";
import { type ReadJson, readJson } from "./json.ts";
import { Problem } from "./problem.ts";

/** Bytes of a request body that are read; the largest valid trade needs about a tenth. */
export const maxBodyBytes = 8 * 1024;

const wholeNumber = `must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`;

/** A trade as the client sends it. Quantity in units, price as a decimal in the instrument's currency. */
export const Trade = z.strictObject(
  {
    symbol: text(64),
    side: z.enum(["buy", "sell"], 'must be "buy" or "sell"'),
    quantity: z.int(wholeNumber).check(z.minimum(1, wholeNumber)),
    price: z.optional(Price),
    clientOrderId: text(64),
  },
  "must be an object",
);

export type Trade = z.infer<typeof Trade>;

/**
 * A trade with what makes it unique: its client's order id (inside) and the Idempotency-Key header, when given, both
 * among those of its caller.
 */
export interface TradeRequest {
  readonly trade: Trade;
  /** Who sends it; "" where the API asks for no signature. */
  readonly caller: string;
  readonly idempotencyKey: string | undefined;
  /** SHA-256 of the trade's meaning, hex: equal for bodies that differ in spelling only ("1.5" and "1.50"). */
  readonly fingerprint: string;
}

function fingerprint(trade: Trade): string {
  const decimal = trade.price?.includes(".") ? trade.price.replace(/\.?0+$/, "") : trade.price;
  const meaning = [trade.symbol, trade.side, trade.quantity, decimal ?? null, trade.clientOrderId];
  return createHash("sha256").update(JSON.stringify(meaning)).digest("hex");
}

function parseBody(event: ProxyEvent): unknown {
  const type = header(event, "content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type.trim())) {
    throw new Problem("unsupported-media-type", "The body must be sent as application/json in UTF-8.");
  }
  // API Gateway encodes what it takes for binary; the platform declares no binary media types.
  if (event.isBase64Encoded) throw new Problem("unsupported-media-type", "The body must be text, not binary.");
  if (typeof event.body !== "string" || event.body === "") {
    throw new Problem("malformed-body", "The body is missing.");
  }
  if (Buffer.byteLength(event.body) > maxBodyBytes) {
    throw new Problem("body-too-large", `The body may have ${maxBodyBytes} bytes.`);
  }
  // API Gateway hands a body over as text, with U+FFFD in place of each byte that is no UTF-8.
  if (event.body.includes("\ufffd") || !event.body.isWellFormed()) {
    throw new Problem("malformed-body", "The body is not valid UTF-8.");
  }
  const { value, repeated } = parseJson(event.body);
  if (repeated.length > 0) {
    const faults = repeated.slice(0, 10).map((path) => ({ path: path.slice(0, 64), message: "must be given once" }));
    throw new Problem("invalid-request", "A field is given twice.", faults);
  }
  return value;
}

function parseJson(text: string): ReadJson {
  try {
    return readJson(text);
  } catch {
    // The parser's own message quotes the body.
    throw new Problem("malformed-body", "The body is not valid JSON.");
  }
}

function parseKey(event: ProxyEvent): string | undefined {
  const key = header(event, "idempotency-key");
  if (key !== undefined && !/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key)) {
    throw new Problem("invalid-request", "The Idempotency-Key is not valid.", [
      { path: "header idempotency-key", message: "must have 1 to 255 printable ASCII characters" },
    ]);
  }
  return key;
}

/**
 * Reads and checks a POST.
 *
 * @throws Problem (400, 413, 415) that says what is wrong where.
 */
export function parseTrade(event: ProxyEvent): TradeRequest {
  const parsed = Trade.safeParse(parseBody(event), { reportInput: true });
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue));
    throw new Problem("invalid-request", "The trade is not valid.", faults);
  }
  return {
    trade: parsed.data,
    caller: callerOf(event),
    idempotencyKey: parseKey(event),
    fingerprint: fingerprint(parsed.data),
  };
}
