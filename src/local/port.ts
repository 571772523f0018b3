import { createServer } from "node:net";
import { isCode } from "../state/atomic.ts";
import { PortError } from "./errors.ts";

/** A port on loopback that is free now: the preferred one, if there is one and nobody has it. */
export async function freePort(preferred: number | undefined): Promise<number> {
  if (preferred !== undefined && (await listen(preferred)) !== undefined) return preferred;
  const port = await listen(0);
  if (port === undefined) throw new PortError("no free port on 127.0.0.1");
  return port;
}

/** @throws {PortError} when something listens there, or it may not be listened on */
export async function requireFree(port: number): Promise<void> {
  if ((await listen(port)) === undefined) throw occupied(port);
}

export function occupied(port: number): PortError {
  return new PortError(`port ${port} on 127.0.0.1 is occupied`, {
    advice: "Choose another port, or leave the port out: tap then takes a free one.",
  });
}

/** Listens for a moment. @returns the port, or `undefined` when it is taken */
function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      if (isCode(error, "EADDRINUSE")) resolve(undefined);
      else reject(new PortError(`port ${port} on 127.0.0.1 cannot be used: ${error.message}`, { cause: error }));
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}
