import { type DatabaseConfig, type Limits, readDatabaseConfig, usualLimits } from "./config.ts";
import { Database } from "./connection.ts";
import { type Handler, handle } from "./handler.ts";
import { traced } from "./observe.ts";
import { Problem } from "./problem.ts";
import { LoginSecret, secretsClient } from "./secret.ts";
import { storeTrade } from "./store.ts";
import { parseTrade } from "./trade.ts";

/** `POST /trade`: stores a trade exactly once and answers 201 with it; a repetition gets the same answer. */
export function createProcessor(config: DatabaseConfig | undefined, limits: Limits = usualLimits): Handler {
  const database =
    config &&
    new Database(
      { host: config.writerHost, port: config.port, name: config.name, tls: config.tls },
      new LoginSecret(secretsClient(limits.secret), config.secretArn),
      limits,
    );
  return handle(limits, async (event, deadline) => {
    if (event.resource !== "/trade") throw new Problem("not-found", "There is nothing under this path.");
    if (event.httpMethod !== "POST")
      throw new Problem("method-not-allowed", "Trades are sent with POST.", [], { allow: "POST" });
    const request = parseTrade(event);
    if (!database) throw new Problem("no-database", "There is no database yet.");
    const { trade, replayed } = await traced("store trade", () =>
      database.run(deadline, (session) => storeTrade(session, request)),
    );
    // Relative to the path of the request, so that it holds under any stage and domain.
    const headers = { location: `trade/${trade.id}`, ...(replayed && { "idempotency-replayed": "true" }) };
    return { status: 201, body: trade, headers, outcome: replayed ? "replayed" : "stored" };
  });
}

export const handler = createProcessor(readDatabaseConfig(process.env));
