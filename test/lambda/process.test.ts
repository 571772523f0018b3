import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { schemaHash } from "../../lambda/schema.ts";
import { body, getOne, getPage, parsed, post } from "./events.ts";
import { describeWithDatabase, TestDatabase } from "./fixture.ts";
import { functionEnv, Sandbox, unpackFunctions } from "./sandbox.ts";

/** The functions as they are deployed: the built ZIP, in processes of their own, over TLS. */
describeWithDatabase("the built functions", () => {
  let folder: string;
  let database: TestDatabase;
  const running: Sandbox[] = [];
  const start = async (name: "processor" | "query" | "migrate", more: Record<string, string> = {}) => {
    const env = { ...functionEnv(database.config), ...database.secrets.env, ...more };
    const sandbox = await Sandbox.start(folder, name, env);
    running.push(sandbox);
    return sandbox;
  };
  const trusting = () => {
    expect(database.server.caFile, "openssl makes the server's certificate").toBeDefined();
    return { NODE_EXTRA_CA_CERTS: database.server.caFile ?? "" };
  };

  beforeAll(async () => {
    folder = await unpackFunctions();
    database = await TestDatabase.start(true);
    const migrate = await start("migrate", trusting());
    await migrate.invoke({ schema: schemaHash });
  });
  afterAll(async () => {
    for (const sandbox of running) await sandbox.kill();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("speak TLS with a server whose certificate they can check", async () => {
    const processor = await start("processor", trusting());
    const query = await start("query", trusting());
    const result = await processor.invoke(post(body()));
    expect(result?.statusCode).toBe(201);
    const read = await query.invoke(getOne(String(result && parsed(result)["id"])));
    expect([read?.statusCode, read?.body]).toEqual([200, result?.body]);
    expect((await query.invoke(getPage({ limit: "1" })))?.statusCode).toBe(200);
  });

  test("do not log in to a server whose certificate they cannot check", async () => {
    const sent = body();
    const result = await (await start("processor")).invoke(post(sent));
    expect(result?.statusCode).toBe(503);
    expect(await database.count(String(sent["clientOrderId"]))).toBe(0);
  });

  test("log each request with its correlation id, count it, and never write a body or a password", async () => {
    const processor = await start("processor", trusting());
    const accepted = post(body({ symbol: "LOGGEDSYMBOL", clientOrderId: "logged-order" }), {
      "Idempotency-Key": "logged-key",
    });
    const conflict = post(body({ symbol: "LOGGEDSYMBOL", clientOrderId: "logged-order", quantity: 7 }));
    const invalid = post(body({ symbol: 4711, LOGGEDFIELD: true }));
    for (const event of [accepted, conflict, invalid]) await processor.invoke(event);
    await processor.kill();

    const lines = processor.output
      .trim()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line));
    const requests = lines.filter((line) => line["message"] === "request");
    expect(requests.map((line) => [line["correlation_id"], line["status"], line["outcome"]])).toEqual([
      [accepted.requestContext?.requestId, 201, "stored"],
      [conflict.requestContext?.requestId, 409, "conflict"],
      [invalid.requestContext?.requestId, 400, "invalid-request"],
    ]);
    const metrics = lines.filter((line) => "_aws" in line);
    expect(metrics).toContainEqual(
      expect.objectContaining({ service: "trading", stored: 1, duration: expect.any(Number) }),
    );
    expect(metrics).toContainEqual(expect.objectContaining({ conflict: 1 }));
    expect(processor.output).not.toMatch(/LOGGED|logged-|4711/);
    for (const secret of [database.login().password, database.masterPassword]) {
      for (const sandbox of running) expect(sandbox.output).not.toContain(secret);
    }
  });
});
