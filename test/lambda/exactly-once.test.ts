import "./quiet.ts";
import { rm } from "node:fs/promises";
import { connect as connectSocket, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { usualLimits } from "../../lambda/config.ts";
import type { ProxyEvent, ProxyResult } from "../../lambda/http.ts";
import { createProcessor } from "../../lambda/processor.ts";
import { createQuery } from "../../lambda/query.ts";
import { body, context, getOne, parsed, post, signed } from "./events.ts";
import { describeWithDatabase, useDatabase } from "./fixture.ts";
import { functionEnv, Sandbox, unpackFunctions } from "./sandbox.ts";

describeWithDatabase("a trade is stored exactly once", () => {
  const database = useDatabase();
  const processor = () => createProcessor(database().config);
  let folder: string;
  beforeAll(async () => {
    folder = await unpackFunctions();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const sandbox = () =>
    Sandbox.start(folder, "processor", { ...functionEnv(database().config), ...database().secrets.env });

  /** Ends the functions' connections on the server. One that ended by itself meanwhile is no error. */
  const killSessions = async () => {
    const sessions = await database().rows(
      "SELECT id FROM information_schema.processlist WHERE user LIKE 'trade_app%'",
    );
    for (const { id } of sessions) {
      await database()
        .rows(`KILL ${id}`)
        .catch(() => {});
    }
  };

  test("the same order again gives the first answer, however it is spelled", async () => {
    const handler = processor();
    const sent = body({ price: "10.50" });
    const first = await handler(post(sent), context());
    expect(first.headers["idempotency-replayed"]).toBeUndefined();
    const again = [
      post(sent),
      post(JSON.stringify({ ...sent, price: "10.5" }, Object.keys(sent).reverse(), 2)),
      post(sent, { "Idempotency-Key": "late key" }),
      post(sent, { "idempotency-key": "late key" }),
    ];
    for (const event of again) {
      const result = await handler(event, context());
      expect([result.statusCode, result.body]).toEqual([201, first.body]);
      expect(result.headers["idempotency-replayed"]).toBe("true");
    }
    expect(await database().count(String(sent["clientOrderId"]))).toBe(1);
  });

  test.each([
    ["symbol", "MSFT"],
    ["side", "sell"],
    ["quantity", 101],
    ["price", "187.51"],
    ["price", undefined],
  ])("the same clientOrderId with another %s is a conflict", async (field, value) => {
    const handler = processor();
    const sent = body();
    const first = await handler(post(sent), context());
    const other = await handler(post({ ...sent, [field]: value }), context());
    expect([other.statusCode, parsed(other)["code"]]).toEqual([409, "conflict"]);
    expect((await handler(post(sent), context())).body).toBe(first.body);
  });

  test("an Idempotency-Key stays with its first trade, and one given later does too", async () => {
    const handler = processor();
    const [one, two] = [body(), body()];
    const key = { "Idempotency-Key": "key-1" };
    expect((await handler(post(one, key), context())).statusCode).toBe(201);
    expect((await handler(post(two, key), context())).statusCode).toBe(409);
    expect(await database().count(String(two["clientOrderId"]))).toBe(0);
    const later = { "Idempotency-Key": "key-2" };
    expect((await handler(post(one, later), context())).statusCode).toBe(201);
    expect((await handler(post(two, later), context())).statusCode).toBe(409);
    expect((await handler(post(two), context())).statusCode).toBe(201);
  });

  test("a key and an order id of the same text do not meet", async () => {
    const handler = processor();
    const [one, two] = [body(), body()];
    await handler(post(one), context());
    const result = await handler(post(two, { "Idempotency-Key": String(one["clientOrderId"]) }), context());
    expect(result.statusCode).toBe(201);
  });

  const role = (name: string, session: string) => `arn:aws:sts::111111111111:assumed-role/${name}/${session}`;
  const user = (name: string) => `arn:aws:iam::111111111111:user/${name}`;

  test.each([
    ["without a key", {}],
    ["with a key", { "Idempotency-Key": "everybody's" }],
  ])("order ids and keys are each caller's own, and a caller is the same in every session: %s", async (_, key) => {
    const handler = processor();
    const sent = body();
    const send = (arn: string, fields: Record<string, unknown> = {}) =>
      handler(signed(post({ ...sent, ...fields }, key), arn), context());
    const callers = [role("desk", "monday"), role("desk-2", "monday"), user("desk"), user("a/path/desk")];
    const ids: unknown[] = [];
    for (const [i, arn] of callers.entries()) {
      // The others' order of this id is another trade: that is no conflict.
      const first = await send(arn, { quantity: i + 1 });
      expect([first.statusCode, first.headers["idempotency-replayed"]]).toEqual([201, undefined]);
      expect((await send(arn, { quantity: i + 2 })).statusCode).toBe(409);
      ids.push(parsed(first)["id"]);
    }
    expect(new Set(ids).size).toBe(callers.length);
    const again = await send(role("desk", "tuesday"), { quantity: 1 });
    expect([again.statusCode, again.headers["idempotency-replayed"], parsed(again)["id"]]).toEqual([
      201,
      "true",
      ids[0],
    ]);
    expect(await database().count(String(sent["clientOrderId"]))).toBe(callers.length);
  });

  test("what was stored for nobody in particular stays taken for everybody, and replays", async () => {
    const handler = processor();
    const sent = body();
    const key = { "Idempotency-Key": "nobody's" };
    const first = await handler(post(sent, key), context());
    const another = body();
    for (const arn of [role("desk", "s"), user("desk")]) {
      const again = await handler(signed(post(sent, key), arn), context());
      expect([again.body, again.headers["idempotency-replayed"]]).toEqual([first.body, "true"]);
      const later = { "Idempotency-Key": "given later" };
      expect((await handler(signed(post(sent, later), arn), context())).body).toBe(first.body);
      expect((await handler(signed(post(another, later), arn), context())).statusCode).toBe(409);
      expect((await handler(signed(post({ ...sent, quantity: 7 }), arn), context())).statusCode).toBe(409);
      expect((await handler(signed(post(another, key), arn), context())).statusCode).toBe(409);
    }
    expect(await database().count(String(sent["clientOrderId"]))).toBe(1);
  });

  test("the other way round, a caller's order is not nobody's", async () => {
    const handler = processor();
    const sent = body();
    const own = await handler(signed(post(sent), user("desk")), context());
    const nobodys = await handler(post(sent), context());
    expect([nobodys.statusCode, nobodys.headers["idempotency-replayed"]]).toEqual([201, undefined]);
    expect((await handler(signed(post(sent), user("desk")), context())).body).toBe(own.body);
  });

  test("of requests that race, all get the one trade, or exactly one wins and the others conflict", async () => {
    const handlers = Array.from({ length: 8 }, processor);
    for (let round = 0; round < 20; round++) {
      const key = { "Idempotency-Key": `race-${round}` };
      const sent = body();
      // Nobody's in every second round, a caller's from as many sessions in the others.
      const from = (event: ProxyEvent, i: number) => (round % 2 ? signed(event, role("racer", `session-${i}`)) : event);
      const same = await Promise.all(
        handlers.map((handler, i) => handler(from(post(sent, i % 2 ? key : {}), i), context())),
      );
      expect(same.map((result) => result.statusCode)).toEqual(handlers.map(() => 201));
      expect(new Set(same.map((result) => result.body)).size).toBe(1);

      const contested = { "Idempotency-Key": `contested-${round}` };
      const orders = handlers.map(() => body());
      const results = await Promise.all(
        handlers.map((handler, i) => handler(from(post(orders[i], contested), i), context())),
      );
      expect(results.map((result) => result.statusCode).sort()).toEqual([201, ...handlers.slice(1).map(() => 409)]);
    }
  });

  test("32 writers send 1,000 trades twice over: none lost, none doubled", async () => {
    const before = await database().count();
    const orders = Array.from({ length: 1000 }, (_, i) => ({
      sent: body(),
      key: i % 2 ? `batch-${i}` : undefined,
      caller: i % 3 ? `caller-${i % 3}` : undefined,
    }));
    let sessions = 0;
    const queue = [...orders, ...orders.toReversed()];
    const ids = new Map<unknown, Set<unknown>>();
    const writer = async () => {
      const handler = processor();
      for (let next = queue.shift(); next; next = queue.shift()) {
        const headers: Record<string, string> = next.key === undefined ? {} : { "Idempotency-Key": next.key };
        const event = post(next.sent, headers);
        const from = next.caller === undefined ? event : signed(event, role(next.caller, `session-${++sessions}`));
        const result = await handler(from, context());
        expect(result.statusCode).toBe(201);
        const { id, clientOrderId } = parsed(result);
        ids.set(clientOrderId, (ids.get(clientOrderId) ?? new Set()).add(id));
      }
    };
    await Promise.all(Array.from({ length: 32 }, writer));
    expect(ids.size).toBe(1000);
    expect([...ids.values()].every((set) => set.size === 1)).toBe(true);
    expect((await database().count()) - before).toBe(1000);
  });

  test("kill -9 of the function at 100 random points of a request, then a retry: once each", async () => {
    // How long a request takes decides where the kills fall: the first of a process opens its connection, others do not.
    const retrier = await sandbox();
    const time = async (work: () => Promise<unknown>) => {
      const started = performance.now();
      await work();
      return performance.now() - started;
    };
    const cold = await time(() => retrier.invoke(post(body())));
    const warm = await time(() => retrier.invoke(post(body())));
    const seen = { answered: 0, committed: 0, nothing: 0 };
    let next = sandbox();
    for (let round = 0; seen.committed + seen.nothing < 100; round++) {
      const victim = await next;
      next = sandbox();
      const isWarm = round % 2 === 1;
      if (isWarm) await victim.invoke(post(body()));
      const sent = body();
      const event = post(sent, round % 4 < 2 ? {} : { "Idempotency-Key": `kill-${round}` });
      const answer = victim.invoke(event);
      await sleep(Math.random() * (isWarm ? warm : cold));
      await victim.kill();
      const first = await answer;
      const stored = await database().count(String(sent["clientOrderId"]));
      if (first) expect(stored).toBe(1);
      seen[first ? "answered" : stored === 1 ? "committed" : "nothing"]++;
      const retry = await retrier.invoke(event);
      expect(retry?.statusCode).toBe(201);
      if (first) expect(retry?.body).toBe(first.body);
      expect(await database().count(String(sent["clientOrderId"]))).toBe(1);
    }
    await (await next).kill();
    await retrier.kill();
    console.info(`killed in mid-request: ${JSON.stringify(seen)}`);
  }, 180_000);

  test.each([
    ["without a key", undefined, 0x17],
    ["with a key", "cut", 0x03],
  ])("killed after the commit and before its reply, %s: the retry gets the stored trade", async (_, key, command) => {
    const proxy = await CommitProxy.start(database().config.port, command);
    const victim = await Sandbox.start(folder, "processor", {
      ...functionEnv({ ...database().config, writerHost: proxy.host }),
      ...database().secrets.env,
    });
    try {
      const sent = body();
      const event = post(sent, key === undefined ? {} : { "Idempotency-Key": key });
      const answer = victim.invoke(event);
      const commit = await proxy.held(() => database().count(String(sent["clientOrderId"])));
      expect(commit).toBe(1);
      await victim.kill();
      expect(await answer).toBeUndefined();
      const retry = await processor()(event, context());
      expect([retry.statusCode, retry.headers["idempotency-replayed"]]).toEqual([201, "true"]);
      expect(await database().count(String(sent["clientOrderId"]))).toBe(1);
    } finally {
      await victim.kill();
      await proxy.stop();
    }
  });

  test("a connection cut after the commit and before its reply is no error: the function finds its trade", async () => {
    const proxy = await CommitProxy.start(database().config.port, 0x17);
    try {
      const sent = body();
      const answer = createProcessor({ ...database().config, writerHost: proxy.host })(post(sent), context());
      await proxy.held(() => database().count(String(sent["clientOrderId"])));
      proxy.cut();
      const result = await answer;
      expect([result.statusCode, result.headers["idempotency-replayed"]]).toEqual([201, "true"]);
      expect(await database().count(String(sent["clientOrderId"]))).toBe(1);
    } finally {
      await proxy.stop();
    }
  });

  test("given up while the server still works on it (as API Gateway does at 29 s): the retry finds the one trade", async () => {
    const sent = body();
    const blocker = await database().connect({ username: "admin", password: database().masterPassword }, "trading");
    try {
      await blocker.query("LOCK TABLES trade WRITE");
      const impatient = createProcessor(database().config, { ...usualLimits, statement: 200, request: 500 });
      const started = performance.now();
      expect((await impatient(post(sent), context())).statusCode).toBe(503);
      expect(performance.now() - started).toBeLessThan(1000);
      const retries = [processor()(post(sent), context()), processor()(post(sent), context())];
      await blocker.query("UNLOCK TABLES");
      const results = await Promise.all(retries);
      expect(results.map((result) => result.statusCode)).toEqual([201, 201]);
      expect(results[0]?.body).toBe(results[1]?.body);
      expect(await database().count(String(sent["clientOrderId"]))).toBe(1);
    } finally {
      blocker.destroy();
    }
  });

  test("a server killed and restarted under load: errors are 503, and all that was acknowledged is there once", async () => {
    const acknowledged = new Map<string, string>();
    const refused: ProxyResult[] = [];
    let open = true;
    const writer = async () => {
      const handler = processor();
      while (open) {
        const sent = body();
        const event = post(sent, { "Idempotency-Key": `restart-${sent["clientOrderId"]}` });
        const result = await untilStored(() => handler(event, context()), refused);
        acknowledged.set(String(sent["clientOrderId"]), String(parsed(result)["id"]));
      }
    };
    const writers = Array.from({ length: 8 }, writer);
    for (let restart = 0; restart < 3; restart++) {
      const goal = acknowledged.size + 100;
      while (acknowledged.size < goal) await sleep(5);
      database().crash();
      while (refused.length < (restart + 1) * 8) await sleep(5);
      await database().restart();
    }
    open = false;
    await Promise.all(writers);
    expect(new Set(refused.map((result) => `${result.statusCode} ${parsed(result)["code"]}`))).toEqual(
      new Set(["503 database-unavailable"]),
    );
    const rows = await database().rows("SELECT client_order_id, id FROM trading.trade WHERE caller = ''");
    const stored = new Map(rows.map((row) => [String(row["client_order_id"]), String(row["id"])]));
    expect(stored.size).toBe(rows.length);
    for (const [order, id] of acknowledged) expect(stored.get(order)).toBe(id);
  });

  test("a login that is refused is fetched again, once", async () => {
    const reads = () => database().secrets.calls["GetSecretValue"] ?? 0;
    const handler = processor();
    await handler(post(body()), context());
    // After two rotations the user that the function remembers has another password.
    await database().migrate(true);
    await database().migrate(true);
    await killSessions();
    const before = reads();
    expect((await handler(post(body()), context())).statusCode).toBe(201);
    expect(reads() - before).toBe(1);

    const arn = `${database().config.secretArn}-wrong`;
    database().secrets.values.set(arn, JSON.stringify({ username: "trade_app_a", password: "wrong" }));
    const shut = await createProcessor({ ...database().config, secretArn: arn })(post(body()), context());
    expect([shut.statusCode, parsed(shut)["code"]]).toEqual([503, "database-unavailable"]);
    expect(reads() - before).toBe(3);
  });

  test("both secrets rotated under load: no request fails beyond one retry", async () => {
    let open = true;
    let requests = 0;
    const failed: string[] = [];
    const load = async () => {
      let handlers = { post: processor(), get: createQuery(database().config) };
      for (let i = 1; open; i++) {
        // A new sandbox now and then: it logs in with the secret of the moment.
        if (i % 10 === 0) handlers = { post: processor(), get: createQuery(database().config) };
        const event: ProxyEvent = post(body());
        let result = await handlers.post(event, context());
        if (result.statusCode !== 201) result = await handlers.post(event, context());
        if (result.statusCode !== 201) failed.push(result.body);
        const id = String(parsed(result)["id"]);
        let read = await handlers.get(getOne(id), context());
        if (read.statusCode !== 200) read = await handlers.get(getOne(id), context());
        if (read.statusCode !== 200) failed.push(read.body);
        requests += 2;
      }
    };
    const loads = Array.from({ length: 4 }, load);
    const users: string[] = [];
    for (let rotation = 0; rotation < 6; rotation++) {
      const goal = requests + 100;
      while (requests < goal) await sleep(5);
      // The master's, as AWS does it: first the database, then the secret.
      const master = `master-${rotation}`;
      await database().rows("ALTER USER 'admin'@'%' IDENTIFIED BY ?", [master]);
      database().putMaster(master);
      await database().migrate(true);
      users.push(database().login().username);
      // Whoever holds a connection has to log in again.
      await killSessions();
    }
    open = false;
    await Promise.all(loads);
    expect(failed).toEqual([]);
    expect(users).toEqual(["trade_app_b", "trade_app_a", "trade_app_b", "trade_app_a", "trade_app_b", "trade_app_a"]);
  });
});

/** Retries as a client would. Whatever is not the stored trade goes into `refused`. */
async function untilStored(call: () => Promise<ProxyResult>, refused: ProxyResult[]): Promise<ProxyResult> {
  for (;;) {
    const result = await call();
    if (result.statusCode === 201) return result;
    refused.push(result);
    await sleep(10);
  }
}

/** A way to the database that holds back the server's reply to the statement that commits a trade. */
class CommitProxy {
  readonly host = "127.0.0.5";
  readonly #server = createServer((client) => this.#serve(client));
  readonly #to: number;
  readonly #command: number;
  readonly #sockets: Socket[] = [];
  #holding = false;
  #used = false;

  private constructor(to: number, command: number) {
    this.#to = to;
    this.#command = command;
  }

  /** `command` is the protocol's number of the statement to wait for: 0x17 executes a prepared one, 0x03 is text. */
  static async start(to: number, command: number): Promise<CommitProxy> {
    const proxy = new CommitProxy(to, command);
    await new Promise<void>((resolve, reject) => proxy.#server.once("error", reject).listen(to, proxy.host, resolve));
    return proxy;
  }

  /** Waits until the reply is being held back and `stored` says that the trade is there. Returns its count. */
  async held(stored: () => Promise<number>): Promise<number> {
    for (;;) {
      const count = this.#holding ? await stored() : 0;
      if (count > 0) return count;
      await sleep(5);
    }
  }

  /** Cuts the connections. Later ones are served without being held. */
  cut(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    this.#holding = false;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(client: Socket): void {
    const server = connectSocket(this.#to, "127.0.0.1");
    this.#sockets.push(client, server);
    client.on("error", () => {}).on("close", () => server.destroy());
    server.on("error", () => {}).on("close", () => client.destroy());
    client.on("data", (packet) => {
      // A command packet: length, sequence number 0, the command. A commit as text is told by its word.
      const commits = packet[3] === 0 && packet[4] === this.#command;
      const right = this.#command === 0x17 || packet.toString("latin1", 5) === "COMMIT";
      if (commits && right && !this.#used) {
        this.#used = true;
        this.#holding = true;
      }
      server.write(packet);
    });
    server.on("data", (packet) => {
      if (!this.#holding) client.write(packet);
    });
  }
}
