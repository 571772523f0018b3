import { type ProxyEvent, query } from "./http.ts";
import { type Fault, Problem } from "./problem.ts";

/** Trades in a page: when nothing is asked for, and at most. */
export const pageSize = { usual: 50, most: 500 } as const;

/** A page of trades, newest first: those of `symbol`, if given, that were stored before the one numbered `before`. */
export interface PageRequest {
  readonly symbol: string | undefined;
  readonly limit: number;
  readonly before: number | undefined;
}

/** The cursor of the page after the trade numbered `before`. Callers are to treat it as opaque. */
export function cursorAfter(before: number, symbol: string | undefined): string {
  return Buffer.from(JSON.stringify([1, before, symbol ?? null])).toString("base64url");
}

function readCursor(cursor: string, symbol: string | undefined): number | undefined {
  const text = Buffer.from(cursor, "base64url").toString();
  const before = Number(/^\[1,(\d{1,16}),/.exec(text)?.[1] ?? Number.NaN);
  // Only what cursorAfter would have written counts, so a cursor of another symbol is refused as well.
  return Number.isSafeInteger(before) && cursorAfter(before, symbol) === cursor ? before : undefined;
}

/**
 * Reads and checks the query of `GET /trade`.
 *
 * @throws Problem (400) naming each wrong parameter.
 */
export function parsePage(event: ProxyEvent): PageRequest {
  const { symbol, limit = String(pageSize.usual), cursor, ...unknown } = query(event);
  const faults: Fault[] = Object.keys(unknown)
    .slice(0, 10)
    .map((key) => ({ path: `query ${key.slice(0, 64)}`, message: "is not a known parameter" }));
  if (symbol !== undefined && (symbol === "" || symbol !== symbol.trim() || [...symbol].length > 64)) {
    faults.push({ path: "query symbol", message: "must have 1 to 64 characters, and no blank at its ends" });
  }
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > pageSize.most) {
    faults.push({ path: "query limit", message: `must be a whole number from 1 to ${pageSize.most}` });
  }
  const before = cursor === undefined ? undefined : readCursor(cursor, symbol);
  if (cursor !== undefined && before === undefined) {
    faults.push({ path: "query cursor", message: "must be the nextCursor of a page with the same symbol" });
  }
  if (faults.length > 0) throw new Problem("invalid-request", "The query is not valid.", faults);
  return { symbol, limit: Number(limit), before };
}
