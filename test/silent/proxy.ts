import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

/** Whether the call that is never answered has taken effect. */
export type When = "before" | "after";

/** An HTTP proxy before a local AWS, which leaves single calls without an answer while their connections stay open. */
export interface SilentProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** Each operation that has come through. */
  readonly operations: ReadonlySet<string>;
  /** Operations of which the next call will not be answered. */
  readonly pending: ReadonlySet<string>;
  /** Never answers the next call of each of these operations, and of no other. */
  silence(operations: Iterable<string>, when: When): void;
}

/** @param upstream where the AWS is, for example "http://127.0.0.1:5000" */
export async function silentProxy(upstream: string): Promise<SilentProxy> {
  const operations = new Set<string>();
  const pending = new Set<string>();
  let when: When = "before";

  const answer = async (asked: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const body = await buffer(asked);
    const operation = operationOf(asked, body);
    operations.add(operation);
    const silent = pending.delete(operation);
    if (silent && when === "before") return;
    const got = await forward(upstream, asked, body);
    if (silent) return;
    reply.writeHead(got.status, got.headers).end(got.body);
  };
  const server = createServer((asked, reply) => {
    // AWS gone, or a caller that does not wait any more: a broken connection says so to whoever still listens.
    answer(asked, reply).catch(() => reply.destroy());
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    operations,
    pending,
    silence(next, then) {
      pending.clear();
      for (const operation of next) pending.add(operation);
      when = then;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Sends a call on as it came, but for the host: local ones look at no signature, and may answer to no other name. */
function forward(upstream: string, { method = "GET", url = "/", rawHeaders }: IncomingMessage, body: Buffer) {
  const isHost = (i: number) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === "host";
  const headers = rawHeaders.map((text, i) => (isHost(i) ? new URL(upstream).host : text));
  return new Promise<{ status: number; headers: string[]; body: Buffer }>((resolve, reject) => {
    const sent = request(`${upstream}${url}`, { method, headers, agent: false }, (answer) => {
      const { statusCode: status = 502, rawHeaders } = answer;
      const headers = withoutFraming(rawHeaders);
      buffer(answer).then((body) => resolve({ status, headers, body }), reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Headers, names and values in turn, without those that concern one connection. */
function withoutFraming(raw: readonly string[]): string[] {
  const own = /^(connection|keep-alive|transfer-encoding)$/i;
  return raw.filter((_, i) => !own.test(raw[i - (i % 2)] ?? ""));
}

/**
 * Which operation a request is, from the request alone: the target of the JSON protocols, the action of the query
 * protocols, else method and path with names and ids left out.
 */
export function operationOf({ method, url = "/", headers }: IncomingMessage, body: Buffer): string {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html: the credential's scope.
  const service = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "unsigned";
  const target = headers["x-amz-target"];
  if (typeof target === "string") return `${service}:${target.slice(target.lastIndexOf(".") + 1)}`;
  const { pathname, searchParams } = new URL(url, "http://aws");
  const action = new URLSearchParams(body.toString("latin1")).get("Action");
  if (method === "POST" && pathname === "/" && action !== null) return `${service}:${action}`;
  return `${service}:${method} ${service === "s3" ? inBucket(pathname, searchParams) : inCollections(pathname)}`;
}

/** S3 names a part of a bucket or an object by a parameter. */
function inBucket(pathname: string, parameters: URLSearchParams): string {
  const depth = pathname.split("/").filter(Boolean).length;
  const parts = [...parameters.keys()].filter((name) => name !== "x-id").sort();
  return `${["/", "/{bucket}"][depth] ?? "/{bucket}/{key}"}?${parts.join("&")}`;
}

/** Below the API's version, collections and the names in them take turns. */
function inCollections(pathname: string): string {
  const segments = pathname.split("/").filter((segment) => segment !== "" && !/^\d{4}-\d{2}-\d{2}$/.test(segment));
  return `/${segments.map((segment, i) => (i % 2 === 0 && /^[a-z-]+$/.test(segment) ? segment : "{}")).join("/")}`;
}
