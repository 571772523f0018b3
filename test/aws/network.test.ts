import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import { connect as connectTcp } from "node:net";
import { expect, test } from "vitest";
import { advise, classify, origin } from "../../src/aws/errors.ts";
import { failure } from "../../src/engine/failure.ts";
import { World } from "../lifecycle/world.ts";

const dns = "Node, dns, Error codes";
const gai = "getaddrinfo(3), by way of dns.lookup";
const system = "Node, errors, Common system errors";
const errno = "errno(3), by way of libuv";
const x509 = "Node, tls, X.509 certificate error codes";
const node = "Node, errors, Node.js error codes";
const openssl = "Node, errors, OpenSSL errors";

const name = /address cannot be found.*DNS/;
const reach = /cannot be reached.*network/;
const broke = /encrypted connection broke.*proxy/;
const clock = /clock right/;
const trust = /NODE_EXTRA_CA_CERTS/;

/** Code, class, advice, source. Nobody knows what became of a call unless it cannot have been sent and waiting is vain. */
const rows = [
  ["ENOTFOUND", "unknown", name, dns],
  ["ENODATA", "unknown", name, dns],
  ["ESERVFAIL", "unknown", name, dns],
  ["EREFUSED", "unknown", name, dns],
  ["ETIMEOUT", "unknown", name, dns],
  ["EAI_AGAIN", "unknown", name, gai],
  ["EAI_FAIL", "unknown", name, gai],
  ["EAI_NODATA", "unknown", name, gai],
  ["EAI_NONAME", "unknown", name, gai],
  ["EAI_MEMORY", "unknown", name, gai],
  ["ECONNREFUSED", "unknown", reach, system],
  ["ECONNRESET", "unknown", reach, system],
  ["ETIMEDOUT", "unknown", reach, system],
  ["EPIPE", "unknown", reach, system],
  ["ECONNABORTED", "unknown", reach, errno],
  ["EHOSTUNREACH", "unknown", reach, errno],
  ["EHOSTDOWN", "unknown", reach, errno],
  ["ENETUNREACH", "unknown", reach, errno],
  ["ENETDOWN", "unknown", reach, errno],
  ["ENETRESET", "unknown", reach, errno],
  ["EADDRNOTAVAIL", "unknown", reach, errno],
  ["ERR_SOCKET_CLOSED", "unknown", reach, node],
  ["ERR_SOCKET_CONNECTION_TIMEOUT", "unknown", reach, node],
  ["ERR_STREAM_PREMATURE_CLOSE", "unknown", reach, node],
  ["ERR_TLS_HANDSHAKE_TIMEOUT", "unknown", reach, node],
  ["HPE_INVALID_CONSTANT", "unknown", reach, "Node, errors, HTTP parser errors (llhttp)"],
  ["EPROTO", "unknown", broke, errno],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "unknown", broke, openssl],
  ["CERT_HAS_EXPIRED", "fatal", clock, x509],
  ["CERT_NOT_YET_VALID", "fatal", clock, x509],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "fatal", trust, x509],
  ["SELF_SIGNED_CERT_IN_CHAIN", "fatal", trust, x509],
  ["UNABLE_TO_GET_ISSUER_CERT", "fatal", trust, x509],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "fatal", trust, x509],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "fatal", trust, x509],
  ["CERT_SIGNATURE_FAILURE", "fatal", trust, x509],
  ["CERT_CHAIN_TOO_LONG", "fatal", trust, x509],
  ["CERT_REVOKED", "fatal", trust, x509],
  ["CERT_UNTRUSTED", "fatal", trust, x509],
  ["CERT_REJECTED", "fatal", trust, x509],
  ["INVALID_CA", "fatal", trust, x509],
  ["INVALID_PURPOSE", "fatal", trust, x509],
  ["PATH_LENGTH_EXCEEDED", "fatal", trust, x509],
  ["HOSTNAME_MISMATCH", "fatal", trust, x509],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "fatal", trust, node],
] as const;

test.each(rows)("%s is %s, with advice on what to check (%s; %s)", (code, right, advice) => {
  const error = Object.assign(new Error(`it failed: ${code}`), { code });
  expect(classify(error)).toBe(right);
  expect(advise(error)).toMatch(advice);
  expect(advise(error)).not.toMatch(/Correct what the message names|NODE_TLS_REJECT_UNAUTHORIZED/);
  expect(origin(error)).toEqual({ code });
});

test("of a name with two addresses that both refuse, Node's one error is understood and has words", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  await new Promise((resolve) => server.close(resolve));
  const lookup = (_host: string, _options: object, done: (error: null, all: LookupAddress[]) => void) =>
    done(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ]);
  const error = await new Promise((resolve) => {
    connectTcp({ host: "name.invalid", port: address.port, lookup: lookup }).once("error", resolve);
  });
  expect(error).toBeInstanceOf(AggregateError);
  expect(classify(error)).toBe("unknown");
  expect(origin(error)).toEqual({ code: "ECONNREFUSED" });
  using world = new World();
  const dev = world.environment("dev");
  const run = dev.run();
  const of = dev.platform.nodes[0];
  if (of === undefined) throw new Error("no node");
  expect(failure(run, of, "look", error).message).toMatch(/ECONNREFUSED 127\.0\.0\.1.*; .*ECONNREFUSED 127\.0\.0\.2/);
});
