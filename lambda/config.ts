/** How long each part of the work may take, in milliseconds. All end before the function's 30 s and API Gateway's 29 s. */
export interface Limits {
  /** Opening a connection, with TLS and login. */
  readonly connect: number;
  /** One statement, lock waits included. */
  readonly statement: number;
  /** One call to Secrets Manager. */
  readonly secret: number;
  /** Everything that one request does. */
  readonly request: number;
}

export const usualLimits: Limits = { connect: 3000, statement: 5000, secret: 3000, request: 20_000 };

/** Where a function finds its database, and how it logs in. */
export interface DatabaseConfig {
  readonly writerHost: string;
  readonly readerHost: string;
  readonly port: number;
  readonly name: string;
  /** False only for a database on the loopback interface of the local AWS. */
  readonly tls: boolean;
  /** Secret with the least-privilege user's `{username, password}`. */
  readonly secretArn: string;
  /** Secret with the master user's, which only the migration has. */
  readonly masterSecretArn: string | undefined;
}

/**
 * Reads the functions' environment: TRADE_WRITER_HOST, TRADE_READER_HOST, TRADE_DB_PORT, TRADE_DB_NAME, TRADE_DB_TLS
 * ("verify" or "off"), TRADE_SECRET_ARN, TRADE_MASTER_SECRET_ARN. Undefined while there is no database: no host is set.
 *
 * @throws Error when what is set makes no sense, so that the deployment fails and not a trade.
 */
export function readDatabaseConfig(env: Readonly<Record<string, string | undefined>>): DatabaseConfig | undefined {
  const writerHost = env["TRADE_WRITER_HOST"];
  if (!writerHost) return undefined;
  const port = Number(env["TRADE_DB_PORT"] || "3306");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error("TRADE_DB_PORT is not a port");
  const name = env["TRADE_DB_NAME"] ?? "";
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error("TRADE_DB_NAME is not a database name");
  const tls = env["TRADE_DB_TLS"] || "verify";
  if (tls !== "verify" && tls !== "off") throw new Error('TRADE_DB_TLS is neither "verify" nor "off"');
  const secretArn = env["TRADE_SECRET_ARN"];
  if (!secretArn) throw new Error("TRADE_SECRET_ARN is not set");
  return {
    writerHost,
    readerHost: env["TRADE_READER_HOST"] || writerHost,
    port,
    name,
    tls: tls === "verify",
    secretArn,
    masterSecretArn: env["TRADE_MASTER_SECRET_ARN"] || undefined,
  };
}
