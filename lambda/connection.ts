import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import type { Limits } from "./config.ts";
import { Problem } from "./problem.ts";
import { type LoginSecret, NoSecretValue } from "./secret.ts";

/** Where a database listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** The database used; none for the migration, which creates it. */
  readonly name?: string;
  readonly tls: boolean;
}

/** Values of a prepared statement. Numbers go as text: the driver would send them as doubles. */
export type Values = readonly (string | null)[];

/** MySQL error numbers, by the names of its reference manual. */
export const mysqlError = {
  accessDenied: 1045,
  unknownColumn: 1054,
  columnExists: 1060,
  duplicate: 1062,
  noSuchKey: 1091,
  lockWaitTimeout: 1205,
  deadlock: 1213,
} as const;

/** The database, the user or the tables are not there yet: the migration has not run. */
const notMigrated = new Set([1044, 1049, 1142, 1146]);

/**
 * The statement may be repeated on a new connection: server shutting down, connection killed, query interrupted, too
 * many connections, and the two ways in which a server that was the writer before a failover says "read only".
 */
const lost = new Set([1040, 1053, 1203, 1290, 1317, 1836, 1927]);

/** MySQL's error number, or undefined when `error` is not the server's. */
export function mysqlErrorNumber(error: unknown): number | undefined {
  return error instanceof Error && "errno" in error && typeof error.errno === "number" && error.errno > 0
    ? error.errno
    : undefined;
}

/** What may be logged of an error: names and numbers. MySQL's messages quote values and user names. */
export function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, code: "code" in error ? error.code : undefined, errno: mysqlErrorNumber(error) };
}

/** Time that one request has, in milliseconds since the epoch. */
export type Deadline = number;

/** The statements that work on an open connection can make. */
export interface Session {
  rows(sql: string, values?: Values): Promise<RowDataPacket[]>;
  change(sql: string, values?: Values): Promise<ResultSetHeader>;
  /** Makes the changes of `work` together, or none of them. */
  transaction(work: () => Promise<void>): Promise<void>;
}

/**
 * One connection, opened when first needed and kept for the life of the sandbox, which serves one request at a time.
 * The login is fetched once, and once more when the server refuses it.
 */
export class Database {
  readonly #address: Address;
  readonly #secret: LoginSecret;
  readonly #limits: Limits;
  #open: Connection | undefined;

  constructor(address: Address, secret: LoginSecret, limits: Limits) {
    this.#address = address;
    this.#secret = secret;
    this.#limits = limits;
  }

  /**
   * Runs `work`, which must be repeatable: it is run again on a new connection when the connection was lost (its
   * outcome is then unknown), and on the same one after a deadlock.
   *
   * @throws Problem (503) when the database cannot be reached in time or is not ready; otherwise what `work` throws.
   */
  async run<T>(deadline: Deadline, work: (session: Session) => Promise<T>): Promise<T> {
    let connections = 0;
    for (let deadlocks = 0; ; ) {
      try {
        if (!this.#open) connections++;
        const connection = this.#open ?? (await this.#connect(deadline));
        return await work(this.#session(connection, deadline));
      } catch (error) {
        if (error instanceof Problem) {
          if (error.status >= 500) this.close();
          throw error;
        }
        const errno = mysqlErrorNumber(error);
        const conflict = errno === mysqlError.deadlock || errno === mysqlError.lockWaitTimeout;
        if (conflict && deadlocks++ < 10 && Date.now() < deadline) continue;
        // Anything but a plain refusal by the server leaves the connection in a state not worth knowing.
        this.close();
        if (errno !== undefined && notMigrated.has(errno)) {
          throw new Problem("no-database", "There is no database yet: its schema has not been set up.");
        }
        const again = errno === undefined ? isConnectionError(error) : lost.has(errno);
        if (again && connections < 2 && Date.now() < deadline) continue;
        if (again || conflict || errno !== undefined) throw unavailable(error);
        throw error;
      }
    }
  }

  /** Drops the connection. The next `run` opens another. */
  close(): void {
    this.#open?.destroy();
    this.#open = undefined;
  }

  #session(connection: Connection, deadline: Deadline): Session {
    const options = (sql: string) => {
      const left = deadline - Date.now();
      if (left <= 0) throw unavailable(new Error("out of time"));
      return { sql, timeout: Math.min(left, this.#limits.statement) };
    };
    return {
      rows: async (sql, values = []) => (await connection.execute<RowDataPacket[]>(options(sql), [...values]))[0],
      change: async (sql, values = []) => (await connection.execute<ResultSetHeader>(options(sql), [...values]))[0],
      transaction: async (work) => {
        // As text: MySQL has no prepared START TRANSACTION.
        await connection.query(options("START TRANSACTION"));
        try {
          await work();
          await connection.query(options("COMMIT"));
        } catch (error) {
          await connection.query(options("ROLLBACK"));
          throw error;
        }
      },
    };
  }

  async #connect(deadline: Deadline): Promise<Connection> {
    for (let afresh = false; ; afresh = true) {
      const login = await this.#secret.get(afresh).catch((error: unknown) => {
        if (error instanceof NoSecretValue) {
          throw new Problem("no-database", "There is no database yet: its login has not been set up.");
        }
        throw unavailable(error);
      });
      try {
        const connection = await connect(this.#address, login, {
          ...this.#limits,
          connect: Math.max(1, Math.min(this.#limits.connect, deadline - Date.now())),
        });
        this.#open = connection;
        connection.on("error", () => {
          if (this.#open === connection) this.close();
        });
        return connection;
      } catch (error) {
        if (mysqlErrorNumber(error) !== mysqlError.accessDenied || afresh) throw error;
      }
    }
  }
}

/**
 * Opens a connection whose times are UTC, whose statements fail instead of cutting values short, and whose lock waits
 * end before the statement's own time.
 */
export async function connect(
  address: Address,
  login: { readonly username: string; readonly password: string },
  limits: Limits,
): Promise<Connection> {
  const connection = await createConnection({
    host: address.host,
    port: address.port,
    user: login.username,
    password: login.password,
    connectTimeout: limits.connect,
    dateStrings: true,
    supportBigNumbers: true,
    enableKeepAlive: true,
    ...(address.name !== undefined && { database: address.name }),
    // Node checks against its own roots and NODE_EXTRA_CA_CERTS, which on Lambda holds the RDS authorities.
    ...(address.tls && { ssl: { rejectUnauthorized: true, verifyIdentity: true, minVersion: "TLSv1.2" } }),
  });
  try {
    const lockWait = Math.max(1, Math.floor(limits.statement / 1000) - 1);
    await connection.query({
      sql: `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES',
        innodb_lock_wait_timeout = ${lockWait}, lock_wait_timeout = ${lockWait}`,
      timeout: limits.statement,
    });
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** Errors of the driver and of the network have no server number; those of our own code have no code at all. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && ("code" in error || "fatal" in error);
}

function unavailable(cause: unknown): Problem {
  const problem = new Problem("database-unavailable", "The database cannot be reached right now. Try again.");
  problem.cause = cause;
  return problem;
}
