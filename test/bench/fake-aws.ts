import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** An endpoint for SDK clients. */
export interface Endpoint {
  readonly url: string;
  readonly port: number;
  /** When each request came in, on the clock of `performance.now()`. Empty it between two measurements. */
  readonly arrivals: number[];
  close(): Promise<void>;
}

/** What is answered to one request. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export interface Question {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Serves on loopback, on a free port. */
export async function serve(answer: (question: Question) => Answer | Promise<Answer>): Promise<Endpoint> {
  const arrivals: number[] = [];
  const server = createServer(async (request, reply) => {
    arrivals.push(performance.now());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "GET", url = "/", headers } = request;
    const { status, headers: given, body } = await answer({ method, path: url, headers, body: Buffer.concat(chunks) });
    reply.writeHead(status, given).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    arrivals,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** An AWS account with nothing in it, which answers at once, in the protocol in which it is asked. */
export const serveEmptyAccount = (): Promise<Endpoint> => serve(emptyAnswer);

const account = "000000000000";
const xml = (body: string, status = 200): Answer => ({ status, headers: { "content-type": "text/xml" }, body });
const json = (body: object, status = 200, type?: string): Answer => ({
  status,
  headers: { "content-type": "application/json", ...(type === undefined ? {} : { "x-amzn-errortype": type }) },
  body: JSON.stringify(body),
});

function emptyAnswer({ method, path, headers, body }: Question): Answer {
  const service = /\/([a-z0-9-]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1] ?? "";
  if (headers["smithy-protocol"] === "rpc-v2-cbor") {
    // An empty map (RFC 8949).
    return {
      status: 200,
      headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
      body: new Uint8Array([0xa0]),
    };
  }
  const target = headers["x-amz-target"];
  if (target !== undefined) {
    const one = /\.(Describe(Key|Secret)|Get)/.test(String(target));
    const gone = service === "kms" ? "NotFoundException" : "ResourceNotFoundException";
    return one ? json({ message: "not found" }, 400, gone) : json({});
  }
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return query(body.toString());
  if (service === "s3") return xml("<Error><Code>NoSuchBucket</Code><Message>not found</Message></Error>", 404);
  if (service === "route53")
    return xml("<ListHostedZonesByNameResponse><HostedZones/></ListHostedZonesByNameResponse>");
  if (method === "GET" && /^\/(restapis|account)\/?(\?|$)/.test(path)) return json({});
  return json({ message: "not found" }, 404, service === "lambda" ? "ResourceNotFoundException" : "NotFoundException");
}

/** EC2, RDS, IAM and STS. */
function query(form: string): Answer {
  const action = new URLSearchParams(form).get("Action") ?? "";
  if (action === "GetCallerIdentity") {
    const identity = `<Account>${account}</Account><Arn>arn:aws:iam::${account}:root</Arn><UserId>${account}</UserId>`;
    return xml(`<${action}Response><${action}Result>${identity}</${action}Result></${action}Response>`);
  }
  const isOne = action.startsWith("Get");
  if (isOne)
    return xml(
      "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>not found</Message></Error></ErrorResponse>",
      404,
    );
  return xml(`<${action}Response><${action}Result></${action}Result></${action}Response>`);
}
