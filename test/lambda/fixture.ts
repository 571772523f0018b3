import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe } from "vitest";
import type { DatabaseConfig } from "../../lambda/config.ts";
import { createMigrate } from "../../lambda/migrate.ts";
import { schemaHash } from "../../lambda/schema.ts";
import { type LocalDatabase, startDatabase, stopDatabase } from "../../src/local/database.ts";
import { findDatabaseProgram } from "../../src/local/database-program.ts";
import { context } from "./events.ts";
import { FakeSecrets } from "./secrets.ts";

const program = await findDatabaseProgram();

/** Tests that need a database server. Without one they are left out and say so; on CI that is a failure. */
export function describeWithDatabase(name: string, tests: () => void): void {
  if (program) {
    describe(name, tests);
    return;
  }
  const reason = "neither mariadbd nor mysqld is on this machine";
  if (process.env["CI"]) throw new Error(`${name}: ${reason}`);
  console.warn(`left out: ${name}: ${reason}`);
  describe.skip(`${name} (${reason})`, tests);
}

/** A private database server with the two secrets that belong to it. */
export class TestDatabase {
  readonly secrets = new FakeSecrets();
  readonly config: DatabaseConfig;
  readonly dir: string;
  readonly #tls: boolean;
  server: LocalDatabase;
  masterPassword = randomBytes(18).toString("base64url");

  private constructor(dir: string, tls: boolean, server: LocalDatabase, masterPassword: string) {
    this.dir = dir;
    this.#tls = tls;
    this.server = server;
    this.masterPassword = masterPassword;
    this.config = {
      writerHost: server.host,
      readerHost: server.host,
      port: server.port,
      name: "trading",
      tls,
      secretArn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:application",
      masterSecretArn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:master",
    };
  }

  static async start(tls = false): Promise<TestDatabase> {
    const dir = await mkdtemp(path.join(tmpdir(), "tap-database-"));
    const password = randomBytes(18).toString("base64url");
    const server = await startDatabase({ dir, username: "admin", password, tls });
    const database = new TestDatabase(dir, tls, server, password);
    await database.secrets.start();
    database.putMaster(password);
    return database;
  }

  /** Brings the schema up by running the migration. */
  async migrate(rotate = false) {
    return createMigrate(this.config)({ schema: schemaHash, rotate }, context());
  }

  /** Makes `password` the value of the master secret. */
  putMaster(password: string): void {
    this.masterPassword = password;
    const value = { username: "admin", password, engine: "mysql", port: this.config.port };
    this.secrets.values.set(this.config.masterSecretArn ?? "", JSON.stringify(value));
  }

  /** The functions' login. */
  login(): { username: string; password: string } {
    return JSON.parse(this.secrets.values.get(this.config.secretArn) ?? "{}");
  }

  async connect(login: { username: string; password: string }, database?: string): Promise<Connection> {
    return createConnection({
      host: this.config.writerHost,
      port: this.config.port,
      user: login.username,
      password: login.password,
      ...(database !== undefined && { database }),
      ...(this.#tls && { ssl: { rejectUnauthorized: false } }),
    });
  }

  /** Rows of a statement made by the master user. */
  async rows(sql: string, values: string[] = []): Promise<RowDataPacket[]> {
    const connection = await this.connect({ username: "admin", password: this.masterPassword });
    try {
      return (await connection.query<RowDataPacket[]>(sql, values))[0];
    } finally {
      connection.destroy();
    }
  }

  /** How many trades there are, all or with one client's order id. */
  async count(clientOrderId?: string): Promise<number> {
    const filter = clientOrderId === undefined ? "" : "WHERE client_order_id = ?";
    const [row] = await this.rows(
      `SELECT COUNT(*) AS trades FROM trading.trade ${filter}`,
      clientOrderId === undefined ? [] : [clientOrderId],
    );
    return Number(row?.["trades"]);
  }

  /** Kills the server without warning, as a crash would. */
  crash(): void {
    process.kill(this.server.pid, "SIGKILL");
  }

  /** Starts the server again on its port. */
  async restart(): Promise<void> {
    this.server = await startDatabase({
      dir: this.dir,
      username: "admin",
      password: this.masterPassword,
      port: this.config.port,
      tls: this.#tls,
    });
  }

  async stop(): Promise<void> {
    await stopDatabase(this.dir);
    await this.secrets.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/**
 * A migrated database for the tests of one file, which this process's functions reach as well: they find its secrets
 * through the environment. Call it inside `describeWithDatabase`.
 */
export function useDatabase(tls = false): () => TestDatabase {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await TestDatabase.start(tls);
    Object.assign(process.env, database.secrets.env);
    await database.migrate();
  });
  afterAll(async () => database?.stop());
  return () => {
    if (!database) throw new Error("the database is not started yet");
    return database;
  };
}
