import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { callerOf } from "./caller.ts";
import { header, type ProxyEvent } from "./http.ts";
import { type ReadJson, readJson } from "./json.ts";
import { type Fault, Problem } from "./problem.ts";

/** Bytes of a request body that are read; the largest valid trade needs about a tenth. */
export const maxBodyBytes = 8 * 1024;

/** Digits of a price before and after the point: the column is DECIMAL(20,8). */
export const priceDigits = { integer: 12, fraction: 8 } as const;

const price = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;
const wholeNumber = `must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`;
const unprintable = /\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}/u;

/** Text that is stored as it is: no control characters, no half surrogates, no blanks at its ends (MySQL pads those). */
function text(most: number) {
  return z.string(`must be a string of 1 to ${most} characters`).check(
    z.refine((value) => value.length >= 1 && [...value].length <= most, `must have 1 to ${most} characters`),
    z.refine((value) => value.trim() === value, "must not begin or end with a blank"),
    z.refine((value) => !unprintable.test(value), "must not contain control characters"),
  );
}

function priceFits(value: string): boolean {
  const [integer = "", fraction = ""] = value.split(".");
  return integer.length <= priceDigits.integer && fraction.length <= priceDigits.fraction && /[1-9]/.test(value);
}

const Trade = z.strictObject(
  {
    symbol: text(64),
    side: z.enum(["buy", "sell"], 'must be "buy" or "sell"'),
    quantity: z.number(wholeNumber).check(z.refine((value) => value >= 1, wholeNumber)),
    price: z.optional(
      z.string('must be a decimal in a string, such as "187.50"').check(
        z.refine((value) => price.test(value), 'must be a decimal in a string, such as "187.50"'),
        z.refine(
          (value) => !price.test(value) || priceFits(value),
          `must be above zero, with at most ${priceDigits.integer} digits before and ${priceDigits.fraction} after the point`,
        ),
      ),
    ),
    clientOrderId: text(64),
  },
  "must be an object",
);

/** A trade as the client sent it, checked. Quantity in units, price as a decimal in the instrument's currency. */
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

function fault(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, 10).map((key) => ({ path: key.slice(0, 64), message: "is not a known field" }));
  }
  const missing = issue.input === undefined && issue.path.length > 0;
  return [{ path: issue.path.join(".") || "body", message: missing ? "is required" : issue.message }];
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
    const faults = parsed.error.issues.flatMap(fault);
    throw new Problem("invalid-request", "The trade is not valid.", faults);
  }
  return {
    trade: parsed.data,
    caller: callerOf(event),
    idempotencyKey: parseKey(event),
    fingerprint: fingerprint(parsed.data),
  };
}
