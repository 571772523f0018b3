/**
 * The guard: a program of its own that listens where the local AWS is reached, starts the emulator behind it on a Unix
 * socket, passes on what may pass, and ends with it.
 *
 *     node guard.js <argument by which tap finds it> <socket> <the emulator's program> <its arguments…>
 *
 * The port is in GATEWAY_PORT and the secret in AWS_SESSION_TOKEN, where the emulator and its functions find them, too.
 */
import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { refusalOf } from "./admission.ts";

const [, , , socketPath = "", program = "", ...args] = process.argv;
const { GATEWAY_PORT: port = "", AWS_SESSION_TOKEN: sessionToken = "" } = process.env;
const guarded = { host: `127.0.0.1:${port}`, sessionToken };

/** So long a connection may be idle: longer than clients keep one, so that it is not closed while they write. */
const idleMs = 75_000;

// What the emulator and the functions write is for this user only.
process.umask(0o077);

const server = createServer({ keepAliveTimeout: idleMs }, (asked, answer) => {
  const refusal = sessionToken === "" ? "there is no session token" : refusalOf(asked, guarded);
  if (refusal === undefined) passOn(asked, answer);
  else answer.writeHead(403, { "content-type": "text/plain", connection: "close" }).end(`Refused: ${refusal}\n`);
});

function passOn(asked: IncomingMessage, answer: ServerResponse): void {
  const { method = "GET", url = "/" } = asked;
  // A connection each: one that is used again may be closed by the emulator just then. And this side ends it: where the
  // emulator does, Node.js may find out while it finishes writing, and drops the answer.
  const headers = [...endToEnd(asked.rawHeaders, ["expect"]), "connection", "keep-alive"];
  const onward = request({ socketPath, method, path: url, headers, agent: false }, (reply) => {
    const { statusCode = 502, statusMessage = "", rawHeaders } = reply;
    answer.writeHead(statusCode, statusMessage, endToEnd(rawHeaders, ["transfer-encoding"]));
    pipeline(reply, answer, () => undefined);
  });
  onward.once("error", () => {
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(502).end("The local AWS does not answer.\n");
  });
  answer.once("close", () => onward.destroy());
  pipeline(asked, onward, () => undefined);
}

/** Headers, names and values in turn, without those that concern one connection only (RFC 9110, 7.6.1), and `others`. */
function endToEnd(raw: readonly string[], others: readonly string[]): string[] {
  const left = new Set(["connection", "keep-alive", "proxy-connection", "te", "upgrade", ...others]);
  return raw.filter((_, i) => !left.has(raw[i - (i % 2)]?.toLowerCase() ?? ""));
}

function fail(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

server.once("error", fail);
server.listen({ port: Number(port), host: "127.0.0.1" }, () => {
  const emulator = spawn(program, args, { stdio: "inherit" });
  emulator.once("error", fail);
  emulator.once("exit", (code) => process.exit(code ?? 1));
  // The emulator saves when it is asked to end.
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => emulator.kill("SIGTERM"));
});
