import type { LambdaContext, ProxyEvent, ProxyResult } from "../../lambda/http.ts";

let number = 0;

/** A context with all of the function's 30 s left. */
export function context(left = 30_000): LambdaContext {
  return { awsRequestId: `invocation-${++number}`, getRemainingTimeInMillis: () => left };
}

/** A body that is valid; what is given replaces its fields. */
export function body(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { symbol: "AAPL", side: "buy", quantity: 100, price: "187.50", clientOrderId: `order-${++number}`, ...fields };
}

/** The event API Gateway sends for a POST of `sent` (a string is sent as it is). */
export function post(sent: unknown, headers: Readonly<Record<string, string>> = {}): ProxyEvent {
  const all: Record<string, string> = { "Content-Type": "application/json", ...headers };
  return {
    httpMethod: "POST",
    resource: "/trade",
    headers: all,
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([key, value]) => [key, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    requestContext: { requestId: `request-${++number}` },
    body: typeof sent === "string" ? sent : JSON.stringify(sent),
    isBase64Encoded: false,
  };
}

/** `event` as API Gateway sends it when the user or role of `userArn` has signed the request. */
export function signed(event: ProxyEvent, userArn: string): ProxyEvent {
  return { ...event, requestContext: { ...event.requestContext, identity: { userArn } } };
}

/** The event for `GET /trade/{id}`. */
export function getOne(id: string): ProxyEvent {
  return {
    httpMethod: "GET",
    resource: "/trade/{id}",
    headers: {},
    pathParameters: { id },
    requestContext: { requestId: `request-${++number}` },
    body: null,
  };
}

/** The event for `GET /trade` with a query. */
export function getPage(query: Readonly<Record<string, string>> = {}): ProxyEvent {
  return {
    httpMethod: "GET",
    resource: "/trade",
    headers: {},
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([key, value]) => [key, [value]])),
    requestContext: { requestId: `request-${++number}` },
    body: null,
  };
}

/** The body of an answer. */
export function parsed(result: ProxyResult): Record<string, unknown> {
  return JSON.parse(result.body);
}
