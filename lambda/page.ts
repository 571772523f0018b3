import * as z from "zod/mini";
import { faultsOf, Time, text } from "./fields.ts";
import { type ProxyEvent, query } from "./http.ts";
import { type Fault, Problem } from "./problem.ts";

/** Trades in a page: when nothing is asked for, and at most. */
export const pageSize = { usual: 50, most: 500 } as const;

const limitExpected = `must be a whole number from 1 to ${pageSize.most}`;

/** The query of `GET /trade`. */
export const PageQuery = z.strictObject({
  symbol: z.optional(text(64)),
  clientOrderId: z.optional(text(64)),
  since: z.optional(Time),
  until: z.optional(Time),
  limit: z._default(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^\d{1,3}$/, limitExpected)), z.transform(Number)),
      z.int(limitExpected).check(z.minimum(1, limitExpected), z.maximum(pageSize.most, limitExpected)),
    ),
    pageSize.usual,
  ),
  cursor: z.optional(z.string()),
});

/** Which trades are asked for: those that agree with all that is given. Stored at `since` or later, and before `until`. */
export type Filter = Readonly<Pick<z.infer<typeof PageQuery>, "symbol" | "clientOrderId" | "since" | "until">>;

/** A page of trades, newest first: those of the filter that were stored before the one numbered `before`. */
export interface PageRequest {
  readonly filter: Filter;
  readonly limit: number;
  readonly before: number | undefined;
}

/** The cursor of the page after the trade numbered `before`. Callers are to treat it as opaque. */
export function cursorAfter(before: number, { symbol, clientOrderId, since, until }: Filter): string {
  // With a symbol alone it is what it was before there were other filters, so cursors of then go on.
  const others = [clientOrderId, since, until].some((one) => one !== undefined) ? [clientOrderId, since, until] : [];
  return Buffer.from(JSON.stringify([1, before, symbol ?? null, ...others])).toString("base64url");
}

function readCursor(cursor: string, filter: Filter): number | undefined {
  const text = Buffer.from(cursor, "base64url").toString();
  const before = Number(/^\[1,(\d{1,16}),/.exec(text)?.[1] ?? Number.NaN);
  // Only what cursorAfter would have written counts, so a cursor of another filter is refused as well.
  return Number.isSafeInteger(before) && cursorAfter(before, filter) === cursor ? before : undefined;
}

/**
 * Reads and checks the query of `GET /trade`.
 *
 * @throws Problem (400) naming each wrong parameter.
 */
export function parsePage(event: ProxyEvent): PageRequest {
  const parsed = PageQuery.safeParse(query(event), { reportInput: true });
  if (!parsed.success) throw invalid(parsed.error.issues.flatMap((issue) => faultsOf(issue, "query ")));
  const { limit, cursor, ...filter } = parsed.data;
  const before = cursor === undefined ? undefined : readCursor(cursor, filter);
  if (cursor !== undefined && before === undefined) {
    throw invalid([{ path: "query cursor", message: "must be the nextCursor of a page with the same filters" }]);
  }
  return { filter, limit, before };
}

const invalid = (faults: readonly Fault[]) => new Problem("invalid-request", "The query is not valid.", faults);
