import "./quiet.ts";
import { expect, test } from "vitest";
import type { ProxyEvent, ProxyResult } from "../../lambda/http.ts";
import { createProcessor } from "../../lambda/processor.ts";
import { createQuery } from "../../lambda/query.ts";
import { newId } from "../../lambda/uuid.ts";
import { expectDescribed } from "./described.ts";
import { body, context, getOne, getPage, parsed, post } from "./events.ts";

const processor = createProcessor(undefined);
const query = createQuery(undefined);

const long = "x".repeat(65);

type RefusedBody = readonly [name: string, sent: unknown, status: number, code: string, path?: string];

/** A valid body whose quantity is written in this way. */
const writtenAs = (written: string) => JSON.stringify(body()).replace("100", written);
/** A valid body with one more field. */
const fieldTwice = (field: string) => JSON.stringify(body()).replace(/}$/, `, ${field}}`);

const refusedBodies: readonly RefusedBody[] = [
  ["no body", "", 400, "malformed-body"],
  ["bad JSON", '{"symbol": "AAPL",}', 400, "malformed-body"],
  ["two values", '{"symbol": "AAPL"} {}', 400, "malformed-body"],
  ["a list", [], 400, "invalid-request", "body"],
  ["null", "null", 400, "invalid-request", "body"],
  ["an unknown field", body({ account: "42" }), 400, "invalid-request", "account"],
  [
    "a field named __proto__",
    JSON.stringify(body()).replace("{", '{"__proto__": 1, '),
    400,
    "invalid-request",
    "__proto__",
  ],
  ["no symbol", body({ symbol: undefined }), 400, "invalid-request", "symbol"],
  ["an empty symbol", body({ symbol: "" }), 400, "invalid-request", "symbol"],
  ["a long symbol", body({ symbol: long }), 400, "invalid-request", "symbol"],
  ["a blank at the end", body({ symbol: "AAPL " }), 400, "invalid-request", "symbol"],
  ["a control character", body({ symbol: "AA\u0000PL" }), 400, "invalid-request", "symbol"],
  ["half a surrogate pair", body({ symbol: "AA\ud800" }), 400, "invalid-request", "symbol"],
  ["an unknown side", body({ side: "hold" }), 400, "invalid-request", "side"],
  ["no quantity", body({ quantity: undefined }), 400, "invalid-request", "quantity"],
  ["quantity 0", body({ quantity: 0 }), 400, "invalid-request", "quantity"],
  ["quantity -1", body({ quantity: -1 }), 400, "invalid-request", "quantity"],
  ["quantity 1.5", body({ quantity: 1.5 }), 400, "invalid-request", "quantity"],
  ['quantity "1"', body({ quantity: "1" }), 400, "invalid-request", "quantity"],
  ["quantity 2^53", body({ quantity: 2 ** 53 }), 400, "invalid-request", "quantity"],
  ["quantity 1e999", JSON.stringify(body()).replace("100", "1e999"), 400, "invalid-request", "quantity"],
  ...[
    "0.99999999999999999",
    "9007199254740991.4",
    "1.00000000000000000001",
    "9007199254740993",
    "1e-400",
    "-0",
    "1e400",
  ].map((written): RefusedBody => [`quantity ${written}`, writtenAs(written), 400, "invalid-request", "quantity"]),
  ["a field twice", fieldTwice('"quantity": 7'), 400, "invalid-request", "quantity"],
  ["a field twice with one value", fieldTwice('"side": "buy"'), 400, "invalid-request", "side"],
  ["a field twice in two spellings", fieldTwice('"s\\u0069de": "sell"'), 400, "invalid-request", "side"],
  ["a key twice further down", fieldTwice('"legs": [{"a": 1, "a": 1}]'), 400, "invalid-request", "legs.a"],
  ["bytes that are no UTF-8", post(body({ symbol: "AA\ufffdPL" })).body, 400, "malformed-body"],
  ["half a surrogate pair in the text", JSON.stringify(body()).replace("AAPL", "AA\ud800PL"), 400, "malformed-body"],
  ["a price that is a number", body({ price: 187.5 }), 400, "invalid-request", "price"],
  ["price 0", body({ price: "0.00" }), 400, "invalid-request", "price"],
  ["a negative price", body({ price: "-1" }), 400, "invalid-request", "price"],
  ["price 1e3", body({ price: "1e3" }), 400, "invalid-request", "price"],
  ["a price with a comma", body({ price: "1,5" }), 400, "invalid-request", "price"],
  ["nine digits after the point", body({ price: "0.123456789" }), 400, "invalid-request", "price"],
  ["thirteen digits before it", body({ price: "1234567890123" }), 400, "invalid-request", "price"],
  ["no clientOrderId", body({ clientOrderId: undefined }), 400, "invalid-request", "clientOrderId"],
  ["a long clientOrderId", body({ clientOrderId: long }), 400, "invalid-request", "clientOrderId"],
  ["a body over the limit", body({ symbol: "x".repeat(9000) }), 413, "body-too-large"],
];

test.each(refusedBodies)("POST with %s is refused", async (_, sent, status, code, path) => {
  const event = post(sent);
  const result = await processor(event, context());
  expectDescribed(event, result);
  expect(result.statusCode).toBe(status);
  expect(result.headers["content-type"]).toBe("application/problem+json");
  const problem = parsed(result);
  expect(problem).toMatchObject({ type: "about:blank", status, code, requestId: event.requestContext?.requestId });
  expect(problem["errors"]).toEqual(
    path === undefined ? undefined : [{ path, message: expect.stringMatching(/^(must|is) /) }],
  );
});

const refusedEvents: readonly [name: string, event: ProxyEvent, status: number, code: string][] = [
  ["another content type", post(body(), { "Content-Type": "text/plain" }), 415, "unsupported-media-type"],
  ["no content type", { ...post(body()), headers: {}, multiValueHeaders: {} }, 415, "unsupported-media-type"],
  [
    "another charset",
    post(body(), { "Content-Type": "application/json; charset=latin1" }),
    415,
    "unsupported-media-type",
  ],
  ["a base64 body", { ...post(btoa(JSON.stringify(body()))), isBase64Encoded: true }, 415, "unsupported-media-type"],
  ["an empty Idempotency-Key", post(body(), { "Idempotency-Key": "" }), 400, "invalid-request"],
  ["a long Idempotency-Key", post(body(), { "Idempotency-Key": "x".repeat(256) }), 400, "invalid-request"],
  ["an Idempotency-Key beyond ASCII", post(body(), { "Idempotency-Key": "schlüssel" }), 400, "invalid-request"],
  [
    "two Idempotency-Keys",
    { ...post(body()), multiValueHeaders: { "content-type": ["application/json"], "idempotency-key": ["a", "b"] } },
    400,
    "invalid-request",
  ],
  ["another method", { ...post(body()), httpMethod: "PUT" }, 405, "method-not-allowed"],
  ["another path", { ...post(body()), resource: "/orders" }, 404, "not-found"],
];

test.each(refusedEvents)("POST with %s is refused", async (_, event, status, code) => {
  const result = await processor(event, context());
  expect([result.statusCode, parsed(result)["code"]]).toEqual([status, code]);
});

const refusedQueries: readonly [name: string, event: ProxyEvent, status: number][] = [
  ["limit 0", getPage({ limit: "0" }), 400],
  ["limit 501", getPage({ limit: "501" }), 400],
  ["limit ten", getPage({ limit: "ten" }), 400],
  ["an empty symbol", getPage({ symbol: "" }), 400],
  ["a cursor that is not ours", getPage({ cursor: "abc" }), 400],
  ["an empty clientOrderId", getPage({ clientOrderId: "" }), 400],
  ["a day that is none", getPage({ since: "2026-02-30T00:00:00Z" }), 400],
  ["a time that is none", getPage({ until: "2026-02-03T24:00:00Z" }), 400],
  ["a time without its zone", getPage({ since: "2026-02-03T04:05:06" }), 400],
  ["a time of another zone", getPage({ since: "2026-02-03T04:05:06+01:00" }), 400],
  ["a time finer than microseconds", getPage({ since: "2026-02-03T04:05:06.1234567Z" }), 400],
  ["a year that MySQL does not know", getPage({ since: "0999-02-03T04:05:06Z" }), 400],
  ["a date alone", getPage({ since: "2026-02-03" }), 400],
  ["an unknown parameter", getPage({ offset: "10" }), 400],
  ["a parameter twice", { ...getPage(), multiValueQueryStringParameters: { limit: ["1", "2"] } }, 400],
  ["an id that is none", getOne("42"), 404],
  ["an injection for an id", getOne("' OR 1=1; --"), 404],
  ["another method", { ...getPage(), httpMethod: "DELETE" }, 405],
  ["another path", { ...getPage(), resource: "/" }, 404],
  ["a path that is a name of Object's", { ...getPage(), resource: "constructor" }, 404],
];

test.each(refusedQueries)("GET with %s is refused", async (_, event, status) => {
  const result = await query(event, context());
  expectDescribed(event, result);
  expect(result.statusCode).toBe(status);
  expect(parsed(result)).toMatchObject({ status, requestId: event.requestContext?.requestId });
});

test("a refused method names the one that is served", async () => {
  expect((await processor({ ...post(body()), httpMethod: "PUT" }, context())).headers["allow"]).toBe("POST");
  expect((await query({ ...getPage(), httpMethod: "PUT" }, context())).headers["allow"]).toBe("GET");
});

test.each([
  ["POST", () => processor(post(body()), context())],
  [
    "POST at market, charset given",
    () => processor(post(body({ price: undefined }), { "Content-Type": "application/json; charset=UTF-8" }), context()),
  ],
  ...["1e2", "100.0", "1.000E2", "10000e-2", "9007199254740991"].map(
    (written): [string, () => Promise<ProxyResult>] => [
      `POST of quantity ${written}`,
      () => processor(post(writtenAs(written)), context()),
    ],
  ),
  ["POST of U+FFFD as an escape", () => processor(post(JSON.stringify(body()).replace("AAPL", "\\ufffd")), context())],
  ["GET of an id", () => query(getOne(newId()), context())],
  ["GET of a page", () => query(getPage({ symbol: "AAPL", limit: "500" }), context())],
])("a valid %s without a database answers 503 and says so", async (_, call) => {
  const result = await call();
  expect(result.statusCode).toBe(503);
  expect(result.headers["retry-after"]).toBe("1");
  expect(parsed(result)).toMatchObject({ code: "no-database", detail: "There is no database yet." });
});

test("every wrong field is named at once", async () => {
  const result = await processor(post({ symbol: 1, side: "x", quantity: 0, price: "y" }), context());
  const errors = parsed(result)["errors"];
  expect(errors).toEqual(
    ["symbol", "side", "quantity", "price", "clientOrderId"].map((path) => expect.objectContaining({ path })),
  );
});
