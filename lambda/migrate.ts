import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { type DatabaseConfig, type Limits, readDatabaseConfig, usualLimits } from "./config.ts";
import { type Address, connect, describe, mysqlError, mysqlErrorNumber } from "./connection.ts";
import type { LambdaContext } from "./http.ts";
import { logger } from "./observe.ts";
import { grants, type Migration, migrations, schemaHash } from "./schema.ts";
import { type Login, LoginSecret, NoSecretValue, secretsClient } from "./secret.ts";

/** What `up` asks for. `rotate` gives the functions a new login although theirs works. */
export interface MigrateEvent {
  readonly schema: string;
  readonly rotate?: boolean;
}

/** The schema that the database has now, and the names of the steps that this run applied. */
export interface MigrateResult {
  readonly schema: string;
  readonly applied: readonly string[];
}

/**
 * The functions' two users. Only one is in the secret; a new login always goes to the other, so that whoever still uses
 * the old one is not shut out, and a run that is killed between the database and the secret has done no harm.
 */
const users = ["trade_app_a", "trade_app_b"] as const;

/** Brings the database to `schemaHash`. Can be repeated, run twice at once, and killed at any point. */
export function createMigrate(config: DatabaseConfig | undefined, limits: Limits = usualLimits) {
  return async (event: MigrateEvent, context: LambdaContext): Promise<MigrateResult> => {
    logger.setCorrelationId(context.awsRequestId);
    if (event.schema !== schemaHash) {
      throw new Error(`This function carries schema ${schemaHash}, not the one that was asked for.`);
    }
    if (!config?.masterSecretArn) throw new Error("The migration's database or master secret is not configured.");
    const deadline = Date.now() + Math.min(limits.request, context.getRemainingTimeInMillis() - 1000);
    const secrets = secretsClient(limits.secret);
    const run = new Migrator(config, limits, {
      master: new LoginSecret(secrets, config.masterSecretArn),
      application: new LoginSecret(secrets, config.secretArn),
    });
    try {
      const applied = await run.migrate(deadline, event.rotate ?? false);
      logger.info("migrated", { schema: schemaHash, applied });
      return { schema: schemaHash, applied };
    } catch (error) {
      logger.error("migration failed", describe(error));
      // The invoker sees this error: the server's message could quote a value, its number cannot.
      const errno = mysqlErrorNumber(error);
      throw errno === undefined ? error : new Error(`The database refused a step of the migration (MySQL ${errno}).`);
    }
  };
}

class Migrator {
  readonly #config: DatabaseConfig;
  readonly #limits: Limits;
  readonly #secrets: { readonly master: LoginSecret; readonly application: LoginSecret };

  constructor(
    config: DatabaseConfig,
    limits: Limits,
    secrets: { readonly master: LoginSecret; readonly application: LoginSecret },
  ) {
    this.#config = config;
    this.#limits = limits;
    this.#secrets = secrets;
  }

  async migrate(deadline: number, rotate: boolean): Promise<string[]> {
    const master = await this.#connectAsMaster(deadline);
    try {
      await this.#lock(master, deadline);
      await this.#statement(
        master,
        `CREATE DATABASE IF NOT EXISTS ${this.#config.name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
      );
      await this.#statement(master, `USE ${this.#config.name}`);
      const applied = await this.#apply(master, deadline);
      await this.#giveLogin(master, rotate);
      return applied;
    } finally {
      // Closing the connection gives up the lock.
      master.destroy();
    }
  }

  /** AWS rotates the master's password: between the change and the secret's new value a login is refused for a moment. */
  async #connectAsMaster(deadline: number): Promise<Connection> {
    for (let afresh = false; ; afresh = true) {
      const login = await this.#secrets.master.get(afresh);
      try {
        return await connect(this.#address(), login, this.#limits);
      } catch (error) {
        if (mysqlErrorNumber(error) !== mysqlError.accessDenied || Date.now() + 500 > deadline) throw error;
        if (afresh) await sleep(500);
      }
    }
  }

  #address(name?: string): Address {
    const { writerHost: host, port, tls } = this.#config;
    return { host, port, tls, ...(name !== undefined && { name }) };
  }

  async #statement(connection: Connection, sql: string, values: readonly string[] = []): Promise<void> {
    await connection.query({ sql, values: [...values], timeout: this.#limits.statement });
  }

  async #lock(master: Connection, deadline: number): Promise<void> {
    const seconds = Math.max(0, Math.floor((deadline - Date.now()) / 2000));
    const sql = "SELECT GET_LOCK(?, ?) AS locked";
    const [rows] = await master.query<RowDataPacket[]>({
      sql,
      values: [`migrate ${this.#config.name}`, seconds],
      timeout: (seconds + 1) * 1000,
    });
    if (Number(rows[0]?.["locked"]) !== 1) throw new Error("Another migration of this database is running.");
  }

  /** Makes a change to the tables. It takes longer the more they hold, so it has all the time that is left. */
  async #change(master: Connection, sql: string, deadline: number): Promise<void> {
    try {
      await master.query({ sql, timeout: Math.max(1, deadline - Date.now()) });
    } catch (error) {
      const errno = mysqlErrorNumber(error);
      // A run that was cut off has made it.
      if (errno !== mysqlError.columnExists && errno !== mysqlError.noSuchKey) throw error;
    }
  }

  async #apply(master: Connection, deadline: number): Promise<string[]> {
    await this.#statement(
      master,
      `CREATE TABLE IF NOT EXISTS migration (
        version INT UNSIGNED NOT NULL PRIMARY KEY, name VARCHAR(64) NOT NULL, applied_at DATETIME(6) NOT NULL
      ) ENGINE = InnoDB`,
    );
    const [rows] = await master.query<RowDataPacket[]>("SELECT version, name FROM migration");
    const done = new Map(rows.map((row) => [Number(row["version"]), String(row["name"])]));
    for (const [version, name] of done) {
      if (!migrations.some((known) => known.version === version && known.name === name)) {
        throw new Error(`The database has schema step ${version}, which this version of tap does not know.`);
      }
    }
    const applied: Migration[] = migrations.filter((one) => !done.has(one.version));
    for (const { version, name, statements } of applied) {
      for (const statement of statements) await this.#change(master, statement, deadline);
      await this.#statement(
        master,
        "INSERT INTO migration (version, name, applied_at) VALUES (?, ?, UTC_TIMESTAMP(6))",
        [String(version), name],
      );
    }
    return applied.map((one) => one.name);
  }

  async #giveLogin(master: Connection, rotate: boolean): Promise<void> {
    const current = await this.#currentUser();
    if (current.works) await this.#grant(master, current.username);
    if (current.works && !rotate) return;
    const login: Login = {
      username: current.username === users[0] ? users[1] : users[0],
      password: randomBytes(24).toString("base64url"),
    };
    const requirement = this.#config.tls ? "REQUIRE SSL" : "REQUIRE NONE";
    const values = [login.username, login.password];
    // MySQL writes neither password to its logs (reference manual, "Passwords and Logging").
    await this.#statement(master, `CREATE USER IF NOT EXISTS ?@'%' IDENTIFIED BY ? ${requirement}`, values);
    await this.#statement(master, `ALTER USER ?@'%' IDENTIFIED BY ? ${requirement}`, values);
    await this.#grant(master, login.username);
    await this.#secrets.application.put(login);
  }

  async #grant(master: Connection, username: string): Promise<void> {
    for (const [table, privileges] of Object.entries(grants)) {
      await this.#statement(master, `GRANT ${privileges} ON ${this.#config.name}.${table} TO ?@'%'`, [username]);
    }
  }

  /** The user in the secret, and whether it can log in. A restored database may know it by another password. */
  async #currentUser(): Promise<{ readonly username: string; readonly works: boolean }> {
    const login = await this.#secrets.application.get(true).catch((error: unknown) => {
      if (error instanceof NoSecretValue) return undefined;
      throw error;
    });
    if (!login || !users.some((user) => user === login.username)) return { username: "", works: false };
    try {
      const connection = await connect(this.#address(), login, this.#limits);
      connection.destroy();
      return { username: login.username, works: true };
    } catch (error) {
      if (mysqlErrorNumber(error) === mysqlError.accessDenied) return { username: login.username, works: false };
      throw error;
    }
  }
}

export const handler = createMigrate(readDatabaseConfig(process.env));
