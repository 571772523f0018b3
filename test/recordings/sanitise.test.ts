import { expect, it } from "vitest";
import type { Exchange } from "../../src/aws/caller.ts";
import { recordModel } from "./in-memory.ts";
import { Sanitiser } from "./sanitise.ts";

const planted = "Pl4nt3d/S3cr3t+Zx9==";
const presigned = `https://bucket.s3.amazonaws.com/key?X-Amz-Signature=${planted}&X-Amz-Security-Token=${planted}`;

const exchange = (input: object, outcome: Pick<Exchange, "output" | "error"> = { output: {} }): Exchange => ({
  service: "s",
  operation: "Op",
  at: 0,
  input,
  ...outcome,
});
const recorded = (...args: Parameters<typeof exchange>) => JSON.stringify(new Sanitiser().line(exchange(...args)));

/** The same structure with another text in one place after the other: of values, and of keys of maps. */
function* plantedIn(value: unknown, put: (planted: unknown) => unknown = (all) => all): Generator<[string, unknown]> {
  if (typeof value === "string") yield [value, put(planted)];
  if (Array.isArray(value)) {
    for (const [i, one] of value.entries()) yield* plantedIn(one, (p) => put(value.with(i, p)));
  } else if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value)) yield* plantedIn(one, (p) => put({ ...value, [key]: p }));
  }
}

it.each<[string, object]>([
  ["a secret", { SecretString: planted, SecretBinary: new TextEncoder().encode(planted) }],
  ["a secret of JSON", { SecretString: JSON.stringify({ username: "app", password: planted }) }],
  ["a password", { MasterUsername: planted, MasterUserPassword: planted }],
  ["a function's environment", { Environment: { Variables: { DB_PASSWORD: planted, [planted]: "x" } } }],
  ["a policy", { PolicyDocument: JSON.stringify({ Statement: [{ Condition: { StringEquals: { a: planted } } }] }) }],
  ["a URL with a signature", { Code: { Location: presigned } }],
  ["a token", { SecurityToken: planted, Credentials: { SessionToken: planted }, NextToken: planted }],
  ["a tag", { Tags: [{ Key: planted, Value: planted }], tags: { [planted]: planted } }],
  ["a host name", { Endpoint: `${planted}.cluster-x.us-east-1.rds.amazonaws.com` }],
  ["a certificate", { Certificate: `-----BEGIN CERTIFICATE-----\n${planted}\n-----END CERTIFICATE-----` }],
  ["a field of AWS's vocabulary", { Status: planted, KeyState: `Enabled ${planted}`, Types: [planted] }],
])("hides %s, in what is sent and in what comes back", (_, content) => {
  expect(recorded(content)).not.toMatch(/Pl4nt3d|S3cr3t|Zx9/);
  expect(recorded({}, { output: { Deep: [{ Down: content }] } })).not.toMatch(/Pl4nt3d|S3cr3t|Zx9/);
});

it.each<[string, object]>([
  ["a name", { DBClusterIdentifier: "swordfish", Description: "Swordfish" }],
  ["a tag", { Tags: [{ Key: "swordfish", Value: "swordfish" }] }],
  ["the key of a tag", { tags: { swordfish: "x" } }],
  ["a tag that is called like a field of AWS's vocabulary", { tags: { Status: "swordfish" } }],
  ["the key of a variable", { Environment: { Variables: { swordfish: "x" } } }],
])("hides a plain word that looks like one of AWS's in %s", (_, content) => {
  expect(recorded(content)).not.toMatch(/swordfish/i);
  expect(recorded({}, { output: { Deep: [{ Down: content }] } })).not.toMatch(/swordfish/i);
});

it("hides a secret of plain words wherever it turns up again", () => {
  const password = "correct horse battery";
  const error = Object.assign(new Error(`Invalid password ${password}, role battery`), { name: "Invalid" });
  expect(recorded({ MasterUserPassword: password, Status: "battery" }, { error })).not.toMatch(/horse|battery/);
});

it.each(["swordfish", "Swordfish", "correct-horse", "horse", "jo's"])(
  "hides %s in an error, never seen before",
  (word) => {
    const error = new Error(`The parameter ${word} is not valid ("${word}"), it must not contain: '${word}'.`);
    expect(recorded({}, { error })).not.toContain(word);
    expect(recorded({}, { error })).toContain("The parameter text-1 is not valid");
  },
);

it("hides what an error says of the caller, and keeps its words, code and HTTP status", () => {
  const message = `User: arn:aws:iam::123456789012:user/jo is not authorized on ${planted}: see ${presigned} at 10.0.0.7.`;
  const error = Object.assign(new Error(message), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
  const line = new Sanitiser().line(exchange({}, { error }));
  expect(line.error).toEqual({
    name: "AccessDenied",
    message: "User: arn-1 is not authorized on text-1: see text-2 at text-3.",
    status: 403,
  });
});

it("gives the same id the same replacement in every line, and another another", () => {
  const sanitiser = new Sanitiser();
  const [a, b] = ["vpc-0123456789abcdef0", "vpc-0fedcba9876543210"];
  const error = new Error(`The vpc ${a} has dependencies`);
  const lines = [
    sanitiser.line(exchange({}, { output: { Vpcs: [{ VpcId: a, OwnerId: "123456789012" }, { VpcId: b }] } })),
    sanitiser.line(exchange({ VpcId: b, OwnerId: "123456789012" }, { error })),
  ];
  expect(lines[0]?.output).toEqual({ Vpcs: [{ VpcId: "vpc-1", OwnerId: "account-1" }, { VpcId: "vpc-2" }] });
  expect(lines[1]?.input).toEqual({ VpcId: "vpc-2", OwnerId: "account-1" });
  expect(lines[1]?.error?.message).toBe("The vpc vpc-1 has dependencies");
});

it("keeps AWS's own words, numbers and times, without which there is nothing to compare", () => {
  const output = {
    KeyAlgorithm: "RSA-2048",
    Status: "configuring-log-exports",
    Enabled: true,
    Port: 3306,
    At: new Date(0),
  };
  expect(new Sanitiser().line(exchange({}, { output })).output).toEqual({ ...output, At: "1970-01-01T00:00:00.000Z" });
});

it("hides a secret in every single text of a whole life's recording", async () => {
  const seen = new Map<string, Exchange>();
  const lines = await recordModel(undefined, (heard) => void seen.set(`${heard.service} ${heard.operation}`, heard));
  expect(JSON.stringify(lines)).not.toMatch(/123456789012|proof-|amazonaws/);
  let places = 0;
  for (const { input, output = {}, ...rest } of seen.values()) {
    for (const [, poisoned] of plantedIn({ input, output })) {
      places++;
      // As `plantedIn` has built it from just these two.
      const both = poisoned as { input: object; output: object };
      expect(JSON.stringify(new Sanitiser().line({ ...rest, ...both }))).not.toMatch(/Pl4nt3d|S3cr3t|Zx9/);
    }
  }
  expect(places).toBeGreaterThan(500);
});
