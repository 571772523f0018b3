import type { RowDataPacket } from "mysql2/promise";
import type { StoredTrade } from "./answers.ts";
import type { Session } from "./connection.ts";
import { mysqlError, mysqlErrorNumber } from "./connection.ts";
import type { PageRequest } from "./page.ts";
import { Problem } from "./problem.ts";
import type { TradeRequest } from "./trade.ts";
import { newId } from "./uuid.ts";

const columns = "trade.seq, trade.id, symbol, side, quantity, price, price_scale, client_order_id, created_at";

function toTrade(row: RowDataPacket): StoredTrade {
  // DECIMAL(20,8) comes back with eight digits after the point; the scale says how many were sent.
  const [integer = "", fraction = ""] = row["price"] === null ? [] : String(row["price"]).split(".");
  const scale = Number(row["price_scale"]);
  return {
    id: row["id"],
    symbol: row["symbol"],
    side: row["side"],
    quantity: Number(row["quantity"]),
    price: row["price"] === null ? null : scale > 0 ? `${integer}.${fraction.slice(0, scale)}` : integer,
    clientOrderId: row["client_order_id"],
    createdAt: `${String(row["created_at"]).replace(" ", "T")}Z`,
  };
}

/** An ISO time in UTC as MySQL writes it. */
const toDatetime = (time: string) => time.replace("T", " ").replace("Z", "");

/** The trade of an id, or undefined. */
export async function findTrade(session: Session, id: string): Promise<StoredTrade | undefined> {
  const [row] = await session.rows(`SELECT ${columns} FROM trade WHERE id = ?`, [id]);
  return row && toTrade(row);
}

/** A page of trades, newest first, and the number to go on before when there are more. */
export async function listTrades(
  session: Session,
  { filter, limit, before }: PageRequest,
): Promise<{ readonly trades: StoredTrade[]; readonly next: number | undefined }> {
  const conditions: readonly (readonly [condition: string, value: string | undefined])[] = [
    ["symbol = ?", filter.symbol],
    ["client_order_id = ?", filter.clientOrderId],
    ["created_at >= ?", filter.since && toDatetime(filter.since)],
    ["created_at < ?", filter.until && toDatetime(filter.until)],
    ["seq < ?", before === undefined ? undefined : String(before)],
  ];
  const where: string[] = [];
  const values: string[] = [];
  for (const [condition, value] of conditions) {
    if (value === undefined) continue;
    where.push(condition);
    values.push(value);
  }
  const filtered = where.length > 0 ? `WHERE ${where.join(" AND ")}` : "";
  // The limit is a checked number and stands in the text: MySQL 8 refuses a LIMIT that a driver sends as a double.
  const rows = await session.rows(
    `SELECT ${columns} FROM trade ${filtered} ORDER BY seq DESC LIMIT ${limit + 1}`,
    values,
  );
  const shown = rows.slice(0, limit);
  return { trades: shown.map(toTrade), next: rows.length > limit ? Number(shown.at(-1)?.["seq"]) : undefined };
}

/**
 * Stores a trade once, however often and wherever it is asked for at the same time. The two unique keys decide
 * (`trade.client_order_id` and `idempotency.idempotency_key`, each with `caller`): whoever comes second finds the first
 * answer, or a conflict when its body means another trade. An order that comes again under a new Idempotency-Key is the
 * same order, and the new key is remembered as its as well.
 *
 * Rows of the empty caller are from before callers were told apart, or from a time when the API asked for no signature.
 * Any of them may be this caller's, so they count as its own.
 *
 * @throws Problem (409) on a conflict.
 */
export async function storeTrade(session: Session, request: TradeRequest): Promise<Stored> {
  try {
    return await storeOnce(session, request, request.caller);
  } catch (error) {
    if (mysqlErrorNumber(error) !== mysqlError.unknownColumn) throw error;
    // The migration is still to come: until then the trades are everybody's.
    return await storeOnce(session, request, undefined);
  }
}

/** A trade, and whether an earlier request has stored it. */
interface Stored {
  readonly trade: StoredTrade;
  readonly replayed: boolean;
}

/** Who asks: an ARN, "" for nobody in particular, undefined on a schema that has no callers. */
type Caller = string | undefined;

async function storeOnce(session: Session, request: TradeRequest, caller: Caller): Promise<Stored> {
  for (let turn = 0; turn < 5; turn++) {
    // The insert tells whether the caller's own keys are taken, but not whether nobody's are.
    const known = turn === 0 && !caller ? undefined : await findStored(session, request, caller);
    if (known) return { trade: known, replayed: true };
    const id = newId();
    const inserted = await insert(session, id, request, caller);
    if (inserted) return { trade: inserted, replayed: false };
  }
  // Only when others insert and roll back the same keys again and again.
  throw new Problem("database-unavailable", "The trade is being stored by another request. Try again.");
}

/** Inserts the trade, and its key with it. Undefined when one of the two is taken. */
async function insert(
  session: Session,
  id: string,
  request: TradeRequest,
  caller: Caller,
): Promise<StoredTrade | undefined> {
  const { trade, fingerprint, idempotencyKey } = request;
  const price = trade.price ?? null;
  const scale = String(price?.split(".")[1]?.length ?? 0);
  const { column, mark, values } = whose(caller);
  const write = async () => {
    await session.change(
      `INSERT INTO trade
         (symbol, side, quantity, price, price_scale, client_order_id, id, fingerprint, created_at${column})
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6)${mark})`,
      [trade.symbol, trade.side, String(trade.quantity), price, scale, trade.clientOrderId, id, fingerprint, ...values],
    );
    if (idempotencyKey !== undefined) await insertKey(session, idempotencyKey, id, fingerprint, caller);
  };
  try {
    // A single statement is a transaction by itself.
    await (idempotencyKey === undefined ? write() : session.transaction(write));
  } catch (error) {
    if (mysqlErrorNumber(error) === mysqlError.duplicate) return undefined;
    throw error;
  }
  const stored = await findTrade(session, id);
  if (!stored) throw new Error("a stored trade is not there");
  return stored;
}

async function insertKey(
  session: Session,
  key: string,
  tradeId: string,
  fingerprint: string,
  caller: Caller,
): Promise<void> {
  const { column, mark, values } = whose(caller);
  await session.change(
    `INSERT INTO idempotency (idempotency_key, trade_id, fingerprint${column}) VALUES (?, ?, ?${mark})`,
    [key, tradeId, fingerprint, ...values],
  );
}

/** How an INSERT names the caller: not at all for nobody, whom the column has by default. */
function whose(caller: Caller) {
  return caller ? { column: ", caller", mark: ", ?", values: [caller] } : { column: "", mark: "", values: [] };
}

/** The trade that an earlier request stored under the same key or order id. Undefined when there is none. */
async function findStored(session: Session, request: TradeRequest, caller: Caller): Promise<StoredTrade | undefined> {
  const { trade, fingerprint, idempotencyKey } = request;
  // The caller's own before nobody's.
  const among = (table: string) =>
    caller === undefined ? "" : `AND ${table}.caller IN (?, '') ORDER BY ${table}.caller DESC LIMIT 1`;
  const values = caller === undefined ? [] : [caller];
  if (idempotencyKey !== undefined) {
    const [row] = await session.rows(
      `SELECT ${columns}, idempotency.fingerprint AS fingerprint
       FROM idempotency JOIN trade ON trade.id = trade_id WHERE idempotency_key = ? ${among("idempotency")}`,
      [idempotencyKey, ...values],
    );
    if (row && row["fingerprint"] !== fingerprint) {
      throw new Problem("conflict", "The Idempotency-Key was used for another trade.");
    }
    if (row) return toTrade(row);
  }
  const [row] = await session.rows(
    `SELECT ${columns}, fingerprint FROM trade WHERE client_order_id = ? ${among("trade")}`,
    [trade.clientOrderId, ...values],
  );
  if (!row) return undefined;
  if (row["fingerprint"] !== fingerprint) {
    throw new Problem("conflict", "The clientOrderId was used for another trade.");
  }
  if (idempotencyKey !== undefined) {
    try {
      await insertKey(session, idempotencyKey, row["id"], fingerprint, caller);
    } catch (error) {
      // Taken a moment ago: the next turn finds out by whom.
      if (mysqlErrorNumber(error) === mysqlError.duplicate) return undefined;
      throw error;
    }
  }
  return toTrade(row);
}
