import { once } from "node:events";
import { createServer } from "node:http";
import { CreateVpcCommand } from "@aws-sdk/client-ec2";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { GetFunctionCommand } from "@aws-sdk/client-lambda";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { type Aws, connect } from "../../src/aws/aws.ts";
import { advise, classify } from "../../src/aws/errors.ts";
import { callerAccount } from "../../src/session/identity.ts";
import { hurriedClock } from "../silent/hurried-clock.ts";

type Headers = Readonly<Record<string, string>>;

/** AWS, of which every call is answered like this. */
async function answering(status: number, headers: Headers, body: string) {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const endpoint = `http://127.0.0.1:${address.port}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const aws = connect({ region: "us-east-1", clock: hurriedClock(100), credentials, endpoint }).since(0);
  return { aws, [Symbol.dispose]: () => void server.close() };
}

const calls: readonly (readonly [string, (aws: Aws) => Promise<unknown>])[] = [
  ["a form and XML", (aws) => aws.ec2(new CreateVpcCommand({}))],
  ["a form and XML of another sort", (aws) => aws.sts(new GetCallerIdentityCommand({}))],
  ["JSON", (aws) => aws.kms(new ListKeysCommand({}))],
  ["paths and JSON", (aws) => aws.lambda(new GetFunctionCommand({ FunctionName: "f" }))],
];
const html = "<!DOCTYPE html><html><head><title>Sign in</title><br></head><body>hello & goodbye</body></html>";
const page = { "content-type": "text/html" };
const replies: readonly (readonly [number, Headers, string])[] = [
  [200, page, "HTTP 200, text/html"],
  [302, { ...page, location: "https://proxy.example.com/" }, "HTTP 302, text/html, a redirect"],
  [407, page, "HTTP 407, text/html"],
];

test.each(replies)(
  "a page with status %s in place of an answer is named by status and type",
  async (status, headers, named) => {
    using server = await answering(status, headers, html);
    for (const [how, call] of calls) {
      const error = await call(server.aws).catch((thrown: unknown) => thrown);
      expect(String(error), how).toBe(`UnreadableAnswerError: what came is no answer of AWS's: ${named}`);
      expect(advise(error), how).toContain("the proxy (HTTPS_PROXY, NO_PROXY)");
      // Whether a proxy has passed a call on before it answered with success, nobody knows; what it refuses, it has not.
      expect(classify(error), how).toBe(status === 200 ? "unknown" : "fatal");
    }
  },
);

test("a refusal without a body is AWS's own way, and stays what it is", async () => {
  using server = await answering(404, {}, "");
  await expect(server.aws.s3(new HeadBucketCommand({ Bucket: "bucket" }))).rejects.toMatchObject({ name: "NotFound" });
});

test.each([
  ["text/xml", "<a/>"],
  ["text/xml", ""],
])("empty replies (%s, %j) are those of nothing that answers like AWS", async (type, body) => {
  using server = await answering(200, { "content-type": type }, body);
  await expect(callerAccount(server.aws)).rejects.toThrow("nothing answers like AWS");
});
