import { type DatabaseConfig, type Limits, readDatabaseConfig, usualLimits } from "./config.ts";
import { Database, type Deadline } from "./connection.ts";
import { type Handler, handle } from "./handler.ts";
import type { Answer, ProxyEvent } from "./http.ts";
import { traced } from "./observe.ts";
import { cursorAfter, parsePage } from "./page.ts";
import { Problem } from "./problem.ts";
import { LoginSecret, secretsClient } from "./secret.ts";
import { findTrade, listTrades } from "./store.ts";
import { readId, timeOf } from "./uuid.ts";

/**
 * The reader lags the writer. A trade that it does not know is asked of the writer as well, but only while its id, which
 * tells when it was made, is younger than this (milliseconds): the writer is not to answer for ids that never were.
 */
const lagAtMost = 5 * 60_000;

const notFound = () => new Problem("not-found", "There is no such trade.");

/** `GET /trade/{id}` and `GET /trade`, answered by a reader. */
export function createQuery(config: DatabaseConfig | undefined, limits: Limits = usualLimits): Handler {
  const databases = config && connectTo(config, limits);

  async function one(event: ProxyEvent, deadline: Deadline): Promise<Answer> {
    const id = readId(event.pathParameters?.["id"]);
    if (id === undefined) throw notFound();
    if (!databases) throw noDatabase();
    const { reader, writer } = databases;
    const ask = (database: Database) => database.run(deadline, (session) => findTrade(session, id));
    const recent = Math.abs(Date.now() - timeOf(id)) < lagAtMost;
    const trade = (await traced("read trade", () => ask(reader))) ?? (recent && writer ? await ask(writer) : undefined);
    if (!trade) throw notFound();
    return { status: 200, body: trade, outcome: "found" };
  }

  async function page(event: ProxyEvent, deadline: Deadline): Promise<Answer> {
    const request = parsePage(event);
    if (!databases) throw noDatabase();
    const { trades, next } = await traced("list trades", () =>
      databases.reader.run(deadline, (session) => listTrades(session, request)),
    );
    const nextCursor = next === undefined ? null : cursorAfter(next, request.filter);
    return { status: 200, body: { trades, nextCursor }, outcome: "listed" };
  }

  return handle(limits, async (event, deadline) => {
    const route = event.resource === "/trade" ? page : event.resource === "/trade/{id}" ? one : undefined;
    if (!route) throw new Problem("not-found", "There is nothing under this path.");
    if (event.httpMethod !== "GET")
      throw new Problem("method-not-allowed", "Trades are read with GET.", [], { allow: "GET" });
    return route(event, deadline);
  });
}

function noDatabase(): Problem {
  return new Problem("no-database", "There is no database yet.");
}

function connectTo(config: DatabaseConfig, limits: Limits) {
  const secret = new LoginSecret(secretsClient(limits.secret), config.secretArn);
  const { port, name, tls } = config;
  const open = (host: string) => new Database({ host, port, name, tls }, secret, limits);
  return {
    reader: open(config.readerHost),
    // Opened only when the reader has not caught up.
    writer: config.readerHost === config.writerHost ? undefined : open(config.writerHost),
  };
}

export const handler = createQuery(readDatabaseConfig(process.env));
