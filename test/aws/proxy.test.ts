import { createServer } from "node:http";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connect } from "../../src/aws/aws.ts";
import { proxyAgent } from "../../src/aws/proxy.ts";
import { InputError } from "../../src/config/errors.ts";
import { hurriedClock } from "../silent/hurried-clock.ts";
import { forwardProxy } from "./forward-proxy.ts";

const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
beforeEach(() => {
  for (const name of names) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Asks STS who is calling. */
const ask = (endpoint?: string) =>
  connect({ region: "us-east-1", clock: hurriedClock(20), credentials, ...(endpoint && { endpoint }) })
    .since(0)
    .sts(new GetCallerIdentityCommand({}));

/** Something that answers like STS. */
async function sts(): Promise<AsyncDisposable & { readonly origin: string }> {
  const answer =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    "<Arn>arn:aws:iam::123456789012:user/ada</Arn><UserId>U</UserId><Account>123456789012</Account>" +
    "</GetCallerIdentityResult></GetCallerIdentityResponse>";
  const server = createServer((_, reply) => reply.writeHead(200, { "content-type": "text/xml" }).end(answer));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  const dispose = async () => {
    server.closeAllConnections();
    server.close();
  };
  const port = typeof address === "object" ? address?.port : 0;
  return { origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: dispose };
}

describe("calls to AWS", () => {
  test("go through a tunnel of HTTPS_PROXY", async () => {
    await using proxy = await forwardProxy("http://127.0.0.1:9");
    vi.stubEnv("HTTPS_PROXY", `http://ada:secret%21@127.0.0.1:${proxy.port}`);
    const refused: unknown = await ask().catch((error: unknown) => error);
    expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT sts.us-east-1.amazonaws.com:443"]));
    expect(proxy.authorizations[0]).toBe(`Basic ${Buffer.from("ada:secret!").toString("base64")}`);
    expect(refused).toBeInstanceOf(Error);
    expect(String(refused)).not.toContain("secret");
  });

  test("to an endpoint over HTTP go through HTTP_PROXY", async () => {
    await using aws = await sts();
    await using proxy = await forwardProxy(aws.origin);
    vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.example.test");
    vi.stubEnv("http_proxy", `http://127.0.0.1:${proxy.port}`);
    const connection = connect({ region: "us-east-1", clock: hurriedClock(20), credentials }).since(0);
    for (const _ of ["once", "again"]) {
      expect(await connection.sts(new GetCallerIdentityCommand({}))).toMatchObject({ Account: "123456789012" });
    }
    expect(proxy.asked).toEqual(["POST http://aws.example.test/", "POST http://aws.example.test/"]);
  });

  test("to what NO_PROXY names go to it directly", async () => {
    await using proxy = await forwardProxy("http://127.0.0.1:9");
    vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.example.test");
    vi.stubEnv("HTTP_PROXY", `http://127.0.0.1:${proxy.port}`);
    vi.stubEnv("NO_PROXY", "elsewhere.test,.example.test");
    await expect(ask()).rejects.toThrow(/aws\.example\.test/);
    expect(proxy.asked).toEqual([]);
  });

  test.each([
    ["the local AWS", (origin: string) => ask(origin)],
    [
      "this machine",
      (origin: string) => {
        vi.stubEnv("AWS_ENDPOINT_URL", origin);
        return ask();
      },
    ],
  ])("on %s go to no proxy", async (_, asking) => {
    await using aws = await sts();
    await using proxy = await forwardProxy(aws.origin);
    vi.stubEnv("HTTP_PROXY", `http://127.0.0.1:${proxy.port}`);
    expect(await asking(aws.origin)).toMatchObject({ Account: "123456789012" });
    expect(proxy.asked).toEqual([]);
  });
});

describe("a proxy", () => {
  test("is nothing to load where none is named", () => {
    expect(proxyAgent({ HTTPS_PROXY: "", NO_PROXY: "example.com" })).toBeUndefined();
  });

  const usable = "http://127.0.0.1:3128";
  const socks = "socks5://127.0.0.1:1080";

  test.each([
    ["ALL_PROXY beside HTTPS_PROXY", { HTTPS_PROXY: usable, ALL_PROXY: socks }],
    ["capital letters beside small ones", { https_proxy: usable, HTTPS_PROXY: socks }],
    ["HTTP_PROXY without an endpoint over HTTP", { HTTP_PROXY: socks, AWS_ENDPOINT_URL: "https://aws.example.test" }],
  ])("that no call to AWS takes is not judged: %s", async (_, variables) => {
    expect(await proxyAgent(variables)).toBeDefined();
  });

  const endpoint = "http://aws.example.test";
  test.each([
    ["alone", "ALL_PROXY", { ALL_PROXY: socks }],
    ["for an endpoint", "ALL_PROXY", { HTTPS_PROXY: usable, ALL_PROXY: socks, AWS_ENDPOINT_URL: endpoint }],
    ["for one of a service", "HTTP_PROXY", { HTTPS_PROXY: usable, HTTP_PROXY: socks, AWS_ENDPOINT_URL_STS: endpoint }],
  ])("that a call takes is refused: %s, %s", (_, name, variables) => {
    expect(() => proxyAgent(variables)).toThrow(new RegExp(`^${name}: expected the URL of a proxy`));
  });

  test.each(["proxy.example.com:3128", "secret", "socks5://127.0.0.1:1080"])("%s is refused, unseen", (value) => {
    expect(() => proxyAgent({ HTTPS_PROXY: value })).toThrow(InputError);
    expect(() => proxyAgent({ HTTPS_PROXY: value })).toThrow(
      /^HTTPS_PROXY: expected the URL of a proxy, such as http:\/\/proxy.example.com:3128$/,
    );
  });
});
