import "./quiet.ts";
import { connect as connectSocket, createServer, type Server } from "node:net";
import { expect, test } from "vitest";
import { usualLimits } from "../../lambda/config.ts";
import type { Handler } from "../../lambda/handler.ts";
import { cursorAfter } from "../../lambda/page.ts";
import { createProcessor } from "../../lambda/processor.ts";
import { createQuery } from "../../lambda/query.ts";
import { newId } from "../../lambda/uuid.ts";
import { expectDescribed } from "./described.ts";
import { body, context, getOne, getPage, parsed, post, signed } from "./events.ts";
import { describeWithDatabase, TestDatabase, useDatabase } from "./fixture.ts";

/** Sends a request, and checks that the answer is one that docs/openapi.yaml describes. */
async function send(handler: Handler, event: Parameters<Handler>[0]) {
  const result = await handler(event, context());
  expectDescribed(event, result);
  return result;
}

describeWithDatabase("the trade service on a database", () => {
  const database = useDatabase();
  let functions: { processor: Handler; query: Handler } | undefined;
  const service = () => {
    functions ??= { processor: createProcessor(database().config), query: createQuery(database().config) };
    return functions;
  };

  test("a POST stores the trade and answers 201 with it; a GET of its id gives the same", async () => {
    const sent = body({ price: "187.50" });
    const before = Date.now();
    const result = await send(service().processor, post(sent));
    expect(result.statusCode).toBe(201);
    const trade = parsed(result);
    expect(trade).toEqual({ ...sent, id: expect.any(String), createdAt: expect.any(String) });
    expect(trade["createdAt"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(Math.abs(Date.parse(String(trade["createdAt"])) - before)).toBeLessThan(5000);
    expect(result.headers["location"]).toBe(`trade/${trade["id"]}`);
    const read = await send(service().query, getOne(String(trade["id"])));
    expect([read.statusCode, parsed(read)]).toEqual([200, trade]);
    const upper = await send(service().query, getOne(String(trade["id"]).toUpperCase()));
    expect(parsed(upper)).toEqual(trade);
  });

  test.each([["0.00000001"], ["999999999999.99999999"], ["1"], ["1.10"], ["100000"], [undefined]])(
    "price %s comes back digit by digit",
    async (price) => {
      const sent = body({ price });
      const id = String(parsed(await send(service().processor, post(sent)))["id"]);
      expect(parsed(await send(service().query, getOne(id)))["price"]).toBe(price ?? null);
      const [row] = await database().rows("SELECT price FROM trading.trade WHERE id = ?", [id]);
      if (price !== undefined)
        expect(String(row?.["price"])).toBe(`${price.split(".")[0]}.${(price.split(".")[1] ?? "").padEnd(8, "0")}`);
    },
  );

  test("the largest quantity and text beyond the basic plane come back as they were sent", async () => {
    const sent = body({ quantity: Number.MAX_SAFE_INTEGER, symbol: "𝔸🚀Ω é", clientOrderId: "😀".repeat(64) });
    const stored = parsed(await send(service().processor, post(sent)));
    expect(stored).toMatchObject(sent);
    expect(parsed(await send(service().query, getOne(String(stored["id"]))))).toEqual(stored);
  });

  test.each([
    "'; DROP TABLE trade; --",
    '" OR ""="',
    "\\'; DELETE FROM trade WHERE '1'='1",
    "%_?:name$1",
    "1 UNION SELECT 1,2,3",
  ])("%s is stored as plain text", async (text) => {
    const stored = parsed(
      await send(service().processor, post(body({ symbol: text, clientOrderId: text }), { "Idempotency-Key": text })),
    );
    expect(stored).toMatchObject({ symbol: text, clientOrderId: text });
    const page = parsed(await send(service().query, getPage({ symbol: text })));
    expect(page["trades"]).toEqual([stored]);
  });

  test("an id that was never given is 404, new or old", async () => {
    for (const id of [newId(), newId(0)]) {
      const result = await send(service().query, getOne(id));
      expect([result.statusCode, parsed(result)["code"]]).toEqual([404, "not-found"]);
    }
  });

  test("pages are newest first, complete and without overlap while trades are added", async () => {
    const ids: unknown[] = [];
    for (let i = 0; i < 7; i++)
      ids.unshift(parsed(await send(service().processor, post(body({ symbol: "PAGE" }))))["id"]);
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = parsed(
        await send(service().query, getPage({ symbol: "PAGE", limit: "3", ...(cursor !== undefined && { cursor }) })),
      );
      const trades = page["trades"] as { id: string }[]; // the service's own answer
      seen.push(...trades.map((trade) => trade.id));
      cursor = page["nextCursor"] === null ? undefined : String(page["nextCursor"]);
      await send(service().processor, post(body({ symbol: "PAGE" })));
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
  });

  test("a cursor serves only the symbol it was made for", async () => {
    for (let i = 0; i < 2; i++) await send(service().processor, post(body({ symbol: "CURSOR" })));
    const cursor = String(parsed(await send(service().query, getPage({ symbol: "CURSOR", limit: "1" })))["nextCursor"]);
    expect((await send(service().query, getPage({ symbol: "CURSOR", cursor }))).statusCode).toBe(200);
    expect((await send(service().query, getPage({ symbol: "OTHER", cursor }))).statusCode).toBe(400);
    expect((await send(service().query, getPage({ cursor }))).statusCode).toBe(400);
  });

  test("a cursor of before there were other filters goes on", async () => {
    for (let i = 0; i < 2; i++) await send(service().processor, post(body({ symbol: "OLD CURSOR" })));
    const { nextCursor } = parsed(await send(service().query, getPage({ symbol: "OLD CURSOR", limit: "1" })));
    const [version, , ...rest] = JSON.parse(Buffer.from(String(nextCursor), "base64url").toString());
    expect([version, ...rest]).toEqual([1, "OLD CURSOR"]);
  });

  test("the list can be that of an order id, of a symbol, of a time, and of all together, page by page", async () => {
    const stored: Record<string, unknown>[] = [];
    for (let i = 0; i < 6; i++) {
      const event = post(body({ symbol: `FILTER ${i % 2}`, clientOrderId: `filter-${i % 3}` }));
      stored.unshift(parsed(await send(service().processor, signed(event, `arn:aws:iam::111111111111:user/${i}`))));
    }
    const list = async (filter: Record<string, string>) => {
      const found: unknown[] = [];
      for (let cursor: unknown; cursor !== null; ) {
        const more: Record<string, string> = typeof cursor === "string" ? { cursor } : {};
        const page = await send(service().query, getPage({ ...filter, ...more, limit: "1" }));
        expect(page.statusCode).toBe(200);
        found.push(...Object(parsed(page)["trades"]));
        cursor = parsed(page)["nextCursor"];
      }
      return found;
    };
    expect(await list({ clientOrderId: "filter-1" })).toEqual([stored[1], stored[4]]);
    expect(await list({ clientOrderId: "filter-1", symbol: "FILTER 0" })).toEqual([stored[1]]);
    expect(await list({ clientOrderId: "filter-4" })).toEqual([]);
    const [since, until] = [stored[4], stored[1]].map((trade) => String(trade?.["createdAt"]));
    if (since === undefined || until === undefined) throw new Error("six trades were stored");
    expect(await list({ since, until })).toEqual(stored.slice(2, 5));
    expect(await list({ since, until, symbol: "FILTER 1" })).toEqual([stored[2], stored[4]]);
    expect(await list({ since: until, clientOrderId: "filter-1" })).toEqual([stored[1]]);
    expect(await list({ until: since, clientOrderId: "filter-1" })).toEqual([]);
  });

  test.each([["clientOrderId"], ["since"], ["until"]])("a cursor serves no other %s", async (name) => {
    for (let i = 0; i < 2; i++) await send(service().processor, post(body({ symbol: "CURSOR" })));
    const values: Record<string, string[]> = {
      clientOrderId: ["a", "b"],
      since: ["2020-01-01T00:00:00Z", "2020-01-01T00:00:01Z"],
      until: ["2999-01-01T00:00:00Z", "2999-01-01T00:00:01Z"],
    };
    const [one = "", other = ""] = values[name] ?? [];
    const cursor = cursorAfter(7, { [name]: one });
    expect((await send(service().query, getPage({ [name]: one, cursor }))).statusCode).toBe(200);
    expect((await send(service().query, getPage({ [name]: other, cursor }))).statusCode).toBe(400);
    expect((await send(service().query, getPage({ cursor }))).statusCode).toBe(400);
  });

  test("symbols are told apart by case", async () => {
    await send(service().processor, post(body({ symbol: "case" })));
    expect(parsed(await send(service().query, getPage({ symbol: "CASE" })))["trades"]).toEqual([]);
  });

  test("the functions' user can add and read trades, and nothing else", async () => {
    const connection = await database().connect(database().login(), "trading");
    try {
      for (const sql of [
        "UPDATE trade SET quantity = 1",
        "DELETE FROM trade",
        "DROP TABLE trade",
        "CREATE TABLE mine (id INT)",
        "SELECT * FROM migration",
        "SELECT * FROM mysql.user",
      ]) {
        await expect(connection.query(sql), sql).rejects.toMatchObject({ errno: 1142 });
      }
    } finally {
      connection.destroy();
    }
  });

  test("a database without the schema or without a login answers 503 and says so", async () => {
    const cases = [
      { ...database().config, name: "other" },
      { ...database().config, secretArn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:empty" },
    ];
    for (const config of cases) {
      const result = await send(createProcessor(config), post(body()));
      expect([result.statusCode, parsed(result)["code"]]).toEqual([503, "no-database"]);
    }
  });

  test("a server that cannot be reached answers 503 without naming it", async () => {
    const config = { ...database().config, writerHost: "db.example.invalid", readerHost: "db.example.invalid" };
    const limits = { ...usualLimits, connect: 500 };
    for (const result of [
      await send(createProcessor(config, limits), post(body())),
      await send(createQuery(config, limits), getOne(newId())),
      await send(createQuery(config, limits), getPage()),
    ]) {
      expect([result.statusCode, parsed(result)["code"]]).toEqual([503, "database-unavailable"]);
      expect(result.headers["retry-after"]).toBe("1");
      expect(result.body).not.toMatch(/example|127\.0|ENOTFOUND|EAI_AGAIN|at .*\(/);
    }
  });

  test("a server that does not answer is given up in time, and the trade is still stored once", async () => {
    const sent = body();
    const silent = createServer(() => {});
    const { config } = database();
    const stuck = await listen(silent, "127.0.0.3", config.port);
    try {
      const limits = { connect: 150, statement: 150, secret: 1000, request: 400 };
      const processor = createProcessor({ ...config, writerHost: "127.0.0.3" }, limits);
      const started = performance.now();
      expect((await send(processor, post(sent))).statusCode).toBe(503);
      expect(performance.now() - started).toBeLessThan(1000);
    } finally {
      stuck();
    }
    expect((await send(service().processor, post(sent))).statusCode).toBe(201);
    expect(await database().count(String(sent["clientOrderId"]))).toBe(1);
  });

  test("a trade that the reader has not got yet comes from the writer; an old id is not asked there", async () => {
    const lagging = await TestDatabase.start();
    const closers: (() => void)[] = [];
    try {
      Object.assign(process.env, lagging.secrets.env);
      await lagging.migrate();
      Object.assign(process.env, database().secrets.env);
      const { username, password } = database().login();
      await lagging.rows("ALTER USER ?@'%' IDENTIFIED BY ?", [username, password]);
      // Both endpoints share a port on AWS: here the reader's is an address of its own that leads to the other server.
      const { config } = database();
      closers.push(await forward("127.0.0.2", config.port, lagging.config.port));
      let asked = 0;
      closers.push(await forward("127.0.0.4", config.port, config.port, () => asked++));
      const query = createQuery({ ...config, readerHost: "127.0.0.2", writerHost: "127.0.0.4" });

      const stored = parsed(await send(service().processor, post(body({ symbol: "LAG" }))));
      expect(parsed(await send(query, getPage({ symbol: "LAG" })))["trades"]).toEqual([]);
      expect(asked).toBe(0);
      const read = await send(query, getOne(String(stored["id"])));
      expect([read.statusCode, parsed(read)]).toEqual([200, stored]);
      expect(asked).toBe(1);

      const fresh = createQuery({ ...config, readerHost: "127.0.0.2", writerHost: "127.0.0.4" });
      expect((await send(fresh, getOne(newId(Date.now() - 3_600_000)))).statusCode).toBe(404);
      expect(asked).toBe(1);
    } finally {
      for (const close of closers) close();
      await lagging.stop();
    }
  });
});

/** Listens on an address of the loopback network. Returns what closes it. */
async function listen(server: Server, host: string, port: number): Promise<() => void> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

function forward(host: string, port: number, to: number, connected = () => {}): Promise<() => void> {
  const server = createServer((socket) => {
    connected();
    const upstream = connectSocket(to, "127.0.0.1");
    upstream.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  return listen(server, host, port);
}
