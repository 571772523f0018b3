import { createHash } from "node:crypto";

/**
 * One step of the schema. Never edited once released: what it would change goes into the next one.
 *
 * The functions' code is brought up to date before the schema, and an older version may come back: so a step has to
 * leave room for the code of before it, and the code has to work on the schema of before.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /**
   * Each can be repeated, since DDL commits by itself, and a run may have been cut off between two of them. One that
   * alters a table does all to it at once, and so is known to be done when the server says that its columns are there
   * or its keys gone.
   */
  readonly statements: readonly string[];
}

/**
 * The ARN of a user (with its path at most 609 characters) or role; "" for whoever need not say who they are, and for
 * everybody before there was this column.
 */
const caller = `caller VARCHAR(640) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''`;

export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: "trade",
    statements: [
      // Money is DECIMAL; price_scale remembers how many digits after the point the client sent. Times are UTC.
      `CREATE TABLE IF NOT EXISTS trade (
        seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        symbol VARCHAR(64) NOT NULL,
        side ENUM('buy', 'sell') NOT NULL,
        quantity BIGINT UNSIGNED NOT NULL,
        price DECIMAL(20, 8) NULL,
        price_scale TINYINT UNSIGNED NOT NULL,
        client_order_id VARCHAR(64) NOT NULL,
        fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        created_at DATETIME(6) NOT NULL,
        PRIMARY KEY (seq),
        UNIQUE KEY trade_id (id),
        UNIQUE KEY trade_client_order_id (client_order_id),
        KEY trade_symbol_seq (symbol, seq)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
      `CREATE TABLE IF NOT EXISTS idempotency (
        idempotency_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        trade_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        PRIMARY KEY (idempotency_key)
      ) ENGINE = InnoDB`,
    ],
  },
  {
    // What was unique is unique for each caller. The columns that were unique come first in the new keys, so that the
    // code of before, which knows no callers, finds its rows by them; those that it adds have the empty caller.
    version: 2,
    name: "caller",
    statements: [
      `ALTER TABLE trade ADD COLUMN ${caller}, DROP KEY trade_client_order_id,
        ADD UNIQUE KEY trade_order (client_order_id, caller), ADD KEY trade_created_at (created_at)`,
      `ALTER TABLE idempotency ADD COLUMN ${caller}, DROP PRIMARY KEY, ADD PRIMARY KEY (idempotency_key, caller)`,
    ],
  },
];

/** What the functions' user may do, table by table: add and read, never change or remove. */
export const grants: Readonly<Record<string, string>> = {
  trade: "SELECT, INSERT",
  idempotency: "SELECT, INSERT",
};

/** Names the schema: the wanted value of the cluster's `tap:schema` tag. Changes with every migration and grant. */
export const schemaHash = createHash("sha256")
  .update(JSON.stringify({ migrations, grants }))
  .digest("hex")
  .slice(0, 16);
