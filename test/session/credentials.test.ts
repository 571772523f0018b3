import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { userCredentials } from "../../src/session/credentials.ts";
import { VirtualClock } from "../cloud/clock.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tap-credentials-"));
  const profile = (name: string) => `[${name}]\naws_access_key_id = AKIA-${name}\naws_secret_access_key = s\n`;
  await writeFile(join(dir, "credentials"), profile("ada") + profile("bob"));
  await writeFile(join(dir, "config"), "");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(dir, "credentials"));
  vi.stubEnv("AWS_CONFIG_FILE", join(dir, "config"));
  vi.stubEnv("AWS_PROFILE", "ada");
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

const dev = { environment: "dev", region: "us-east-1" };
const keyOf = async (settings: Parameters<typeof userCredentials>[0]) =>
  (await (await userCredentials(settings, new VirtualClock()))()).accessKeyId;

test("credentials come from AWS_PROFILE, or from the profile that the settings name", async () => {
  expect(await keyOf(dev)).toBe("AKIA-ada");
  expect(await keyOf({ ...dev, profile: "bob" })).toBe("AKIA-bob");
});

test("the role that the settings name is assumed with them, where AWS_ENDPOINT_URL says", async () => {
  const asked: { form: URLSearchParams; by: string | undefined }[] = [];
  const end = new Date(Date.now() + 3_600_000).toISOString();
  const answer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA-role</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${end}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  const server = createServer(async (request, reply) => {
    asked.push({ form: new URLSearchParams(await text(request)), by: request.headers.authorization });
    reply.writeHead(200, { "content-type": "text/xml" }).end(answer);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  try {
    expect(await keyOf({ ...dev, profile: "bob", roleArn: "arn:aws:iam::123456789012:role/deployer" })).toBe(
      "ASIA-role",
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
  expect(asked[0]?.by).toContain("Credential=AKIA-bob/");
  expect(asked[0]?.form.get("RoleArn")).toBe("arn:aws:iam::123456789012:role/deployer");
  expect(asked[0]?.form.get("RoleSessionName")).toBe("tap-dev");
});
