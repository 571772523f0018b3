import { createServer, type Socket } from "node:net";

/** A server that takes connections and whatever comes, and never says anything. */
export interface SilentServer extends AsyncDisposable {
  readonly port: number;
  /** How many connections there have been. */
  connections(): number;
  /** How many requests have begun to come in: a connection may be used again. */
  requests(): number;
}

export async function silentServer(): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let requests = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("data", (data) => {
      if (/^(GET|PUT|POST|HEAD|DELETE|CONNECT) /.test(data.toString("latin1"))) requests++;
    });
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    connections: () => connections,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
