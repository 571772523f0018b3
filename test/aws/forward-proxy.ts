import { createServer, type IncomingMessage, request } from "node:http";

/** A forward proxy on this machine. */
export interface ForwardProxy extends AsyncDisposable {
  readonly port: number;
  /** What it was asked for: "POST http://aws.example.test/", "CONNECT sts.us-east-1.amazonaws.com:443". */
  readonly asked: string[];
  /** The Proxy-Authorization headers that came along. */
  readonly authorizations: (string | undefined)[];
}

/**
 * Starts one that passes every plain request on to the same place, whatever host it is for, and opens no tunnel.
 *
 * @param target an origin, such as http://127.0.0.1:4566
 */
export async function forwardProxy(target: string): Promise<ForwardProxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const note = ({ method, url, headers }: IncomingMessage) => {
    asked.push(`${method} ${url}`);
    authorizations.push(headers["proxy-authorization"]);
  };
  const server = createServer((incoming, answer) => {
    note(incoming);
    const { pathname, search } = new URL(incoming.url ?? "", target);
    const { method } = incoming;
    const headers = { ...incoming.headers, host: new URL(target).host };
    const onward = request(new URL(pathname + search, target), { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.once("error", () => answer.writeHead(502).end());
    incoming.pipe(onward);
  });
  server.on("connect", (incoming, socket) => {
    note(incoming);
    socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    asked,
    authorizations,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
