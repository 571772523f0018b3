import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { userCredentials } from "../../src/session/credentials.ts";
import { CredentialsError } from "../../src/session/errors.ts";
import { VirtualClock } from "../cloud/clock.ts";
import { hurriedClock } from "../silent/hurried-clock.ts";
import { silentServer } from "../silent/server.ts";

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

const secret = "wJalrXUtnFEMI-planted";
/** A `credential_process` that does what is said in JavaScript. */
const program = (does: string) => `${process.execPath} -e "${does}"`;
const print = (value: object) => `echo '${JSON.stringify(value)}'`;
const printed = { Version: 1, AccessKeyId: "AKIA", SecretAccessKey: secret };

describe("what cannot be had names itself and the next step", () => {
  test.each<[what: string, config: string, says: string[], advice: string]>([
    [
      "a profile that is not there",
      "",
      ["AWS_PROFILE names the profile x, of which there is none"],
      "hold only ada, bob",
    ],
    [
      "a program that fails",
      `[profile x]\ncredential_process = ${program(`console.error('${secret}'); process.exit(3)`)}`,
      ["credential_process of the profile x failed"],
      "by hand",
    ],
    [
      "a program that babbles",
      `[profile x]\ncredential_process = ${program(`console.log('token ${secret}')`)}`,
      ["credential_process of the profile x printed no JSON"],
      "by hand",
    ],
    [
      "a program of another version",
      `[profile x]\ncredential_process = ${print({ ...printed, Version: 2 })}`,
      ["Version is not 1"],
      "by hand",
    ],
    [
      "a program without a key",
      `[profile x]\ncredential_process = ${print({ Version: 1, SecretAccessKey: secret })}`,
      ["without AccessKeyId or SecretAccessKey"],
      "by hand",
    ],
    [
      "credentials of a program that have expired",
      `[profile x]\ncredential_process = ${print({ ...printed, Expiration: "2020-01-01T00:00:00Z" })}`,
      ["credential_process of the profile x printed credentials that have expired already"],
      "by hand",
    ],
    [
      "a program that fails below a role",
      `[profile x]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = y\n[profile y]\ncredential_process = ${program(`console.error('${secret}'); process.exit(3)`)}`,
      ["credential_process", "failed"],
      "by hand",
    ],
    [
      "a loop of profiles",
      "[profile x]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = y\n[profile y]\nrole_arn = arn:aws:iam::123456789012:role/s\nsource_profile = x",
      ["the profile x comes back to itself", "y"],
      "Correct `source_profile`",
    ],
    [
      "a source that is not there",
      "[profile x]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = gone",
      ["the profile x needs the profile gone"],
      "Correct `source_profile`",
    ],
    [
      "a code of a multi-factor device",
      "[profile x]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = ada\nmfa_serial = arn:aws:iam::123456789012:mfa/me",
      ["the profile x needs a code of a multi-factor device"],
      "aws configure export-credentials --profile x",
    ],
    [
      "an SSO session that was never begun",
      "[profile x]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\nregion = us-east-1\n[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start",
      ["the profile x has no SSO session, or one that has ended"],
      "aws sso login --profile x",
    ],
    [
      "an SSO session that is not described",
      "[profile x]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r",
      ["the profile x does not describe its SSO session in full"],
      "aws configure sso",
    ],
    [
      "a web identity's token",
      "[profile x]\nrole_arn = arn:aws:iam::123456789012:role/r\nweb_identity_token_file = /nowhere/token",
      ["/nowhere/token"],
      "Write it there",
    ],
  ])("%s", async (_, config, says, advice) => {
    await writeFile(join(dir, "config"), config);
    vi.stubEnv("HOME", dir);
    vi.stubEnv("AWS_PROFILE", "x");
    const error = await keyOf(dev).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CredentialsError);
    expect(error).toMatchObject({ exitCode: 2, advice: expect.stringContaining(advice) });
    for (const text of says) expect(error).toHaveProperty("message", expect.stringContaining(text));
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
  });

  test("a typo in the settings' profile says what was probably meant, before anything is asked", async () => {
    await expect(userCredentials({ ...dev, profile: "adda" }, new VirtualClock())).rejects.toMatchObject({
      message: "the settings' `profile` names the profile adda, of which there is none (did you mean ada?)",
    });
  });

  test("nothing at all", async () => {
    for (const name of ["AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"])
      vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    await expect(keyOf(dev)).rejects.toMatchObject({
      message: expect.stringContaining("no AWS credentials were found: neither in the environment, nor in a profile"),
      advice: expect.stringContaining("AWS_PROFILE"),
    });
  });
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

test.each([
  ["where there is no profile", undefined, ""],
  [
    "where the profile says so",
    "x",
    "[profile x]\nrole_arn = arn:aws:iam::123456789012:role/r\ncredential_source = EcsContainer",
  ],
  [
    "where the profile's source says so",
    "x",
    "[profile x]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = y\n[profile y]\nrole_arn = arn:aws:iam::123456789012:role/s\ncredential_source = EcsContainer",
  ],
])("a container's endpoint that never answers is given up, %s", async (_, profile, config) => {
  await using server = await silentServer();
  await writeFile(join(dir, "config"), config);
  vi.stubEnv("AWS_PROFILE", profile);
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", undefined);
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `http://127.0.0.1:${server.port}/`);
  await expect((await userCredentials(dev, hurriedClock(100)))()).rejects.toMatchObject({
    exitCode: 2,
    message: "the endpoint for credentials that AWS_CONTAINER_CREDENTIALS_FULL_URI names gave no answer within 45 s",
    advice: expect.stringContaining("unset AWS_CONTAINER_CREDENTIALS_FULL_URI"),
  });
  expect(server.requests()).toBeGreaterThan(0);
});
