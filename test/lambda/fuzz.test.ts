import "./quiet.ts";
import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Handler } from "../../lambda/handler.ts";
import type { ProxyEvent } from "../../lambda/http.ts";
import { createProcessor } from "../../lambda/processor.ts";
import { createQuery } from "../../lambda/query.ts";
import { expectDescribed, fitsSchema } from "./described.ts";
import { body, context, getOne, getPage, parsed, post } from "./events.ts";
import { describeWithDatabase, useDatabase } from "./fixture.ts";

/** Bodies, paths and queries in all. */
const runs = Number(process.env["FUZZ_RUNS"] ?? 5000);

const injections = [
  "'; DROP TABLE trade; --",
  '" OR 1=1 --',
  "\\\\'",
  "`",
  "%27",
  "{{7*7}}",
  "\\u0000",
  "\\x00",
  "'||'",
  "/*",
];
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme", maxLength: 70 }),
  fc.constantFrom(...injections),
  fc.tuple(fc.string(), fc.constantFrom(...injections)).map((parts) => parts.join("")),
);
/** Text as a trade may have it, injections included. */
const goodText = fc.tuple(anyText, fc.stringMatching(/^[ -~]{1,20}$/)).map(
  (parts) =>
    parts
      .join("")
      .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, "")
      .trim()
      .slice(0, 64)
      .toWellFormed() || "x",
);
const text = fc.oneof({ weight: 5, arbitrary: goodText }, { weight: 1, arbitrary: anyText });
const goodDecimal = fc.tuple(fc.integer({ min: 1 }), fc.nat({ max: 99_999_999 })).map((parts) => parts.join("."));
const decimal = fc.oneof(text, goodDecimal, fc.double().map(String));
const quantity = fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger(), text, fc.constant(null));
const nearlyTrade = fc.record(
  {
    symbol: fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue() }),
    side: fc.oneof({ weight: 4, arbitrary: fc.constantFrom("buy", "sell") }, { weight: 1, arbitrary: text }),
    quantity: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1 }) }, { weight: 1, arbitrary: quantity }),
    price: fc.oneof({ weight: 4, arbitrary: decimal }, { weight: 1, arbitrary: fc.jsonValue() }),
    clientOrderId: fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue() }),
    ["__proto__"]: fc.jsonValue(),
    extra: fc.jsonValue(),
  },
  { requiredKeys: ["symbol", "side", "quantity", "clientOrderId"], noNullPrototype: false },
);
const goodTrade = fc.record(
  {
    symbol: goodText,
    side: fc.constantFrom("buy", "sell"),
    quantity: fc.integer({ min: 1 }),
    price: goodDecimal,
    clientOrderId: goodText,
  },
  { requiredKeys: ["symbol", "side", "quantity", "clientOrderId"] },
);
/** What may stand where a whole number is expected, as it is written: is it one from 1 to 2^53-1? */
const oddNumber = fc.oneof(
  fc.bigInt({ min: 2n ** 53n }).map(String),
  fc.tuple(fc.maxSafeNat(), fc.stringMatching(/^\d{0,20}[1-9]0{0,3}$/)).map((parts) => parts.join(".")),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 16, max: 400 })).map((parts) => parts.join("e")),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 400 })).map((parts) => parts.join("e-")),
  fc.maxSafeNat().map((value) => `-${value}`),
);
/** Bytes that are no UTF-8, decoded as API Gateway does it. */
const badBytes = fc
  .uint8Array({ minLength: 1, maxLength: 8 })
  .map((bytes) => Buffer.from(bytes))
  .filter((bytes) => !isUtf8(bytes))
  .map((bytes) => bytes.toString());
/** A trade that would be stored, but for one thing. */
const spoiledTrade = fc
  .tuple(
    goodTrade.map((value) => JSON.stringify({ ...value, symbol: "SPOILED" })),
    fc.oneof(
      fc.tuple(fc.constantFrom("symbol", "side", "quantity", "clientOrderId"), fc.json()).map(
        ([key, value]) =>
          (text: string) =>
            text.replace("{", `{"${key}":${value},`),
      ),
      oddNumber.map((written) => (text: string) => text.replace(/"quantity":\d+/, `"quantity":${written}`)),
      badBytes.map((bytes) => (text: string) => text.replace("SPOILED", () => `SP${bytes}`)),
    ),
  )
  .map(([text, spoil]) => spoil(text));
const sent = fc.oneof(
  { weight: 4, arbitrary: goodTrade.map((value) => JSON.stringify(value)) },
  { weight: 4, arbitrary: nearlyTrade.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: text },
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc
    .tuple(fc.date({ noInvalidDate: true }), fc.constantFrom("0", "7Z", "+01:00", ""))
    .map(([date, end]) => date.toISOString().replace("Z", end)),
);
const rarely = fc.nat({ max: 19 }).map((draw) => draw === 19);
const headers = fc.dictionary(
  fc.constantFrom("Idempotency-Key", "idempotency-key", "Content-Type", "X-Correlation-Id", "content-type"),
  fc.oneof({ weight: 5, arbitrary: fc.constant("application/json") }, { weight: 1, arbitrary: text }),
  { maxKeys: 2, noNullPrototype: true },
);

describeWithDatabase(`${runs} made-up requests`, () => {
  const database = useDatabase();

  /** Whatever is asked, the answer is an HTTP status below 500 with a JSON body that gives nothing away. */
  async function answers(handler: Handler, event: ProxyEvent) {
    const result = await handler(event, context());
    expect(result.statusCode).toBeLessThan(500);
    expectDescribed(event, result);
    expect(result.body).not.toMatch(/node_modules|\.ts:\d|127\.0\.0\.1|trade_app/);
    return { status: result.statusCode, body: parsed(result) };
  }

  test("bodies: never a 5xx; what is stored is what was sent, letter by letter", async () => {
    const processor = createProcessor(database().config);
    const query = createQuery(database().config);
    const statuses: Record<number, number> = {};
    await fc.assert(
      fc.asyncProperty(sent, headers, rarely, async (bodySent, extra, encoded) => {
        const event = { ...post(bodySent, extra), isBase64Encoded: encoded };
        const { status, body: answer } = await answers(processor, event);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status === 201) {
          expect(fitsSchema("Trade", JSON.parse(bodySent)), bodySent).toBe(true);
          const { symbol, clientOrderId, side, quantity } = JSON.parse(bodySent);
          expect(answer).toMatchObject({ symbol, clientOrderId, side, quantity });
          expect((await answers(query, getOne(String(answer["id"])))).body).toEqual(answer);
        }
      }),
      { numRuns: Math.ceil(runs * 0.5) },
    );
    console.info(`answers: ${JSON.stringify(statuses)}`);
    // Were nearly all refused, nothing would have been tried on the database.
    expect(statuses[201]).toBeGreaterThan(runs * 0.05);
  }, 300_000);

  test("bodies with a key twice, a number that is no whole one, or bytes that are no UTF-8: 400, every one", async () => {
    const processor = createProcessor(database().config);
    await fc.assert(
      fc.asyncProperty(spoiledTrade, async (bodySent) => {
        expect((await answers(processor, post(bodySent))).status, bodySent).toBe(400);
      }),
      { numRuns: Math.ceil(runs * 0.2) },
    );
    expect(await database().rows("SELECT id FROM trading.trade WHERE symbol LIKE 'SP%'")).toEqual([]);
  }, 300_000);

  test("paths and queries: never a 5xx", async () => {
    const query = createQuery(database().config);
    const processor = createProcessor(database().config);
    const events = fc.oneof(
      fc.oneof(text, fc.uuid()).map(getOne),
      fc
        .dictionary(
          fc.oneof(fc.constantFrom("symbol", "clientOrderId", "since", "until", "limit", "cursor"), text),
          fc.oneof(text, fc.nat().map(String)),
        )
        .map(getPage),
      fc
        .record(
          {
            symbol: text,
            clientOrderId: text,
            since: time,
            until: time,
            cursor: fc.base64String(),
            limit: fc.integer().map(String),
          },
          { requiredKeys: [] },
        )
        .map(getPage),
      fc.tuple(text, text).map(([resource, httpMethod]) => ({ ...post(body()), resource, httpMethod })),
    );
    await fc.assert(
      fc.asyncProperty(events, fc.boolean(), async (event, posted) => {
        await answers(posted ? processor : query, event);
      }),
      { numRuns: Math.ceil(runs * 0.3) },
    );
  }, 300_000);
});
