import "./quiet.ts";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { RowDataPacket } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createMigrate } from "../../lambda/migrate.ts";
import { createProcessor } from "../../lambda/processor.ts";
import { migrations, schemaHash } from "../../lambda/schema.ts";
import { body, context, post, signed } from "./events.ts";
import { describeWithDatabase, TestDatabase } from "./fixture.ts";
import { functionEnv, Sandbox, unpackFunctions } from "./sandbox.ts";

const everything = migrations.map((one) => one.name);

test("the schema's hash is a tag value, and the function refuses another one before it does anything", async () => {
  expect(schemaHash).toMatch(/^[0-9a-f]{16}$/);
  await expect(createMigrate(undefined)({ schema: "another" }, context())).rejects.toThrow(/carries schema/);
});

describeWithDatabase("the migration", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.start();
    Object.assign(process.env, database.secrets.env);
  });
  afterEach(() => database.stop());

  const works = async () => (await createProcessor(database.config)(post(body()), context())).statusCode === 201;

  test("makes database, tables, user and secret; a second run changes nothing", async () => {
    expect(await database.migrate()).toEqual({ schema: schemaHash, applied: everything });
    expect(await works()).toBe(true);
    const login = database.login();
    expect(await database.migrate()).toEqual({ schema: schemaHash, applied: [] });
    expect(database.login()).toEqual(login);
    expect(database.secrets.calls["PutSecretValue"]).toBe(1);
    const [row] = await database.rows("SELECT COUNT(*) AS users FROM mysql.user WHERE user LIKE 'trade%'");
    expect(Number(row?.["users"])).toBe(1);
  });

  test("two at once: one applies it, and the login that is left works", async () => {
    const results = await Promise.all([database.migrate(), database.migrate(), database.migrate()]);
    expect(results.flatMap((result) => result.applied)).toEqual(everything);
    expect(await works()).toBe(true);
  });

  test("a database that knows the user by another password, as after a restore, gets a new login", async () => {
    await database.migrate();
    await database.rows("ALTER USER 'trade_app_a'@'%' IDENTIFIED BY 'of another time'");
    expect(await works()).toBe(false);
    expect((await database.migrate()).applied).toEqual([]);
    expect(await works()).toBe(true);
  });

  test("a database without the users, under a secret that is filled, gets them", async () => {
    await database.migrate();
    await database.rows("DROP USER 'trade_app_a'@'%'");
    await database.migrate();
    expect(await works()).toBe(true);
  });

  test("a rotated master password is fetched again, also when the secret is late", async () => {
    await database.migrate();
    const next = "rotated";
    await database.rows("ALTER USER 'admin'@'%' IDENTIFIED BY ?", [next]);
    let reads = 0;
    database.secrets.before = (operation) => {
      // The first two reads still see the old value.
      if (operation === "GetSecretValue" && ++reads === 3) database.putMaster(next);
    };
    expect(await database.migrate()).toEqual({ schema: schemaHash, applied: [] });
    expect(reads).toBeGreaterThanOrEqual(3);
  });

  test("a login works before the secret names it, and the one before it goes on working", async () => {
    await database.migrate();
    const old = database.login();
    const tried: string[] = [];
    database.secrets.before = async (operation, value) => {
      if (operation !== "PutSecretValue") return;
      for (const login of [old, JSON.parse(value ?? "")]) {
        const connection = await database.connect(login, "trading");
        await connection.query("SELECT COUNT(*) FROM trade");
        connection.destroy();
        tried.push(login.username);
      }
    };
    await database.migrate(true);
    expect(tried).toEqual(["trade_app_a", "trade_app_b"]);
  });

  /** The tables and the functions' user as the version before the migration `name` left them. */
  const migrateUntil = async (name: string) => {
    await database.migrate();
    for (const table of ["trade", "idempotency"]) await database.rows(`DROP TABLE trading.${table}`);
    for (const one of migrations) {
      if (one.name === name) return;
      const connection = await database.connect({ username: "admin", password: database.masterPassword }, "trading");
      for (const sql of one.statements) await connection.query(sql);
      connection.destroy();
    }
  };
  const forget = (name: string) => database.rows("DELETE FROM trading.migration WHERE name = ?", [name]);
  const desk = (event: ReturnType<typeof post>) => signed(event, "arn:aws:iam::111111111111:user/desk");

  test("the functions work on the schema without callers, and what they stored there replays after the migration", async () => {
    await migrateUntil("caller");
    await forget("caller");
    const handler = createProcessor(database.config);
    const key = { "Idempotency-Key": "of before" };
    const sent = [
      post(body()),
      post(body(), key),
      desk(post(body())),
      desk(post(body(), { "Idempotency-Key": "desk" })),
    ];
    const first: string[] = [];
    for (const event of sent) {
      const result = await handler(event, context());
      expect([result.statusCode, result.headers["idempotency-replayed"]]).toEqual([201, undefined]);
      expect((await handler(event, context())).body).toBe(result.body);
      first.push(result.body);
    }
    expect((await handler(desk(post(body(), key)), context())).statusCode).toBe(409);
    expect((await database.migrate()).applied).toEqual(["caller"]);
    for (const [i, event] of sent.entries()) {
      for (const again of [event, desk(event)]) {
        const result = await handler(again, context());
        expect([result.body, result.headers["idempotency-replayed"]]).toEqual([first[i], "true"]);
      }
    }
    expect((await handler(desk(post(body(), key)), context())).statusCode).toBe(409);
  });

  test("the statements of the version before callers do on the new schema what they did", async () => {
    await database.migrate();
    await createProcessor(database.config)(desk(post(body({ clientOrderId: "desk's" }))), context());
    const connection = await database.connect(database.login(), "trading");
    try {
      const store = (id: string, order: string) =>
        connection.execute(
          `INSERT INTO trade (id, symbol, side, quantity, price, price_scale, client_order_id, fingerprint, created_at)
           VALUES (?, 'AAPL', 'buy', '1', NULL, '0', ?, 'print', UTC_TIMESTAMP(6))`,
          [id, order],
        );
      const storeKey = (key: string, id: string) =>
        connection.execute("INSERT INTO idempotency (idempotency_key, trade_id, fingerprint) VALUES (?, ?, 'print')", [
          key,
          id,
        ]);
      await store("id-1", "order");
      await storeKey("key", "id-1");
      await expect(store("id-2", "order")).rejects.toMatchObject({ errno: 1062 });
      await expect(storeKey("key", "id-1")).rejects.toMatchObject({ errno: 1062 });
      const [byKey] = await connection.execute<RowDataPacket[]>(
        `SELECT trade.seq, trade.id, idempotency.fingerprint AS fingerprint
         FROM idempotency JOIN trade ON trade.id = trade_id WHERE idempotency_key = ?`,
        ["key"],
      );
      expect(byKey).toEqual([expect.objectContaining({ id: "id-1", fingerprint: "print" })]);
      const byOrder = "SELECT trade.id, client_order_id, fingerprint FROM trade WHERE client_order_id = ?";
      const [found] = await connection.execute<RowDataPacket[]>(byOrder, ["order"]);
      expect(found).toEqual([expect.objectContaining({ id: "id-1" })]);
      // Found by their index, not by reading the table.
      const [plan] = await connection.execute<RowDataPacket[]>(`EXPLAIN ${byOrder}`, ["order"]);
      expect(plan[0]?.["key"]).toBe("trade_order");
    } finally {
      connection.destroy();
    }
  });

  test("a change that was made and not noted is not made again", async () => {
    await database.migrate();
    await forget("caller");
    expect((await database.migrate()).applied).toEqual(["caller"]);
    expect(await works()).toBe(true);
  });

  test("a schema from a newer tap is left alone", async () => {
    await database.migrate();
    await database.rows("INSERT INTO trading.migration VALUES (99, 'of the future', UTC_TIMESTAMP(6))");
    await expect(database.migrate()).rejects.toThrow(/step 99, which this version of tap does not know/);
  });

  test("no password in what a failed run says", async () => {
    database.secrets.values.set(
      database.config.masterSecretArn ?? "",
      JSON.stringify({ username: "admin", password: "hunter2" }),
    );
    const run = createMigrate(database.config)({ schema: schemaHash }, context(1500));
    const error = await run.catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/refused a step of the migration \(MySQL 1045\)/);
    expect(String(error)).not.toMatch(/hunter2|admin/);
  });
});

describeWithDatabase("the migration's process", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await unpackFunctions();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("killed at 20 random points and run again: the schema is there, and the login works", async () => {
    const database = await TestDatabase.start();
    Object.assign(process.env, database.secrets.env);
    const start = () => Sandbox.start(folder, "migrate", { ...functionEnv(database.config), ...database.secrets.env });
    try {
      const probe = await start();
      const started = performance.now();
      await probe.invoke({ schema: schemaHash });
      const whole = performance.now() - started;
      await probe.kill();
      let next = start();
      for (let round = 0; round < 20; round++) {
        await database.rows("DROP DATABASE trading");
        if (round % 2) database.secrets.values.delete(database.config.secretArn);
        const victim = await next;
        next = start();
        const run = victim.invoke({ schema: schemaHash, rotate: true });
        await sleep(Math.random() * whole);
        await victim.kill();
        await run;
        await database.migrate();
        const result = await createProcessor(database.config)(post(body()), context());
        expect(result.statusCode).toBe(201);
      }
      await (await next).kill();
    } finally {
      await database.stop();
    }
  }, 120_000);
});
