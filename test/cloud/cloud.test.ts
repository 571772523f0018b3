import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  GenerateRandomCommand,
  KMSClient,
  ListAliasesCommand,
  PutKeyPolicyCommand,
  TagResourceCommand,
} from "@aws-sdk/client-kms";
import { expect, onTestFinished, test } from "vitest";
import { VirtualClock } from "./clock.ts";
import { Cloud, type CloudOptions } from "./cloud.ts";
import { connectionReset, UnmodelledError } from "./errors.ts";

function setUp(options: CloudOptions = {}) {
  const cloud = new Cloud({ clock: new VirtualClock(), options });
  cloud.connect();
  onTestFinished(() => cloud.disconnect());
  return { cloud, kms: new KMSClient({ region: "us-east-1" }) };
}

test("a call takes its latency in virtual time and is logged with its effect in the middle", async () => {
  const { cloud, kms } = setUp();
  const start = cloud.now();
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "one" }));
  expect(cloud.now() - start).toBe(100);
  expect(KeyMetadata?.CreationDate?.getTime()).toBe(start + 50);
  expect(cloud.log).toMatchObject([
    { service: "kms", operation: "CreateKey", mutating: true, at: start + 50, input: { Description: "one" } },
  ]);
});

test("an unknown command and an unknown input member are errors of the test, even when swallowed", async () => {
  const { cloud, kms } = setUp();
  await expect(kms.send(new GenerateRandomCommand({ NumberOfBytes: 1 }))).rejects.toThrow(UnmodelledError);
  expect(() => cloud.disconnect()).toThrow("kms:GenerateRandom is not modelled");
  expect(() => cloud.call(new CreateKeyCommand({ CustomKeyStoreId: "x" }))).toThrow("with CustomKeyStoreId");
  expect(() => cloud.disconnect()).toThrow("CustomKeyStoreId");
});

test("errors have the SDK's form", async () => {
  const { kms } = setUp();
  const failure = kms.send(new DescribeKeyCommand({ KeyId: "nothing" }));
  await expect(failure).rejects.toMatchObject({
    name: "NotFoundException",
    $fault: "client",
    $metadata: { httpStatusCode: 400, requestId: "request-1", attempts: 1 },
  });
});

test("an intercept can fail a call before it, lose the reply after it, and alter its input", async () => {
  const { cloud, kms } = setUp();
  cloud.intercept = () => {
    throw connectionReset();
  };
  await expect(kms.send(new CreateKeyCommand({}))).rejects.toThrow("socket hang up");
  expect([...cloud.resources()]).toHaveLength(0);
  cloud.intercept = (_call, apply) => {
    apply();
    throw connectionReset();
  };
  await expect(kms.send(new CreateKeyCommand({}))).rejects.toThrow("socket hang up");
  expect([...cloud.resources()]).toHaveLength(1);
  cloud.intercept = (call, apply) => apply({ ...call.input, Description: "altered" });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "meant" }));
  expect(KeyMetadata?.Description).toBe("altered");
  expect(cloud.log.map((call) => [call.sequence, call.output !== undefined, call.error !== undefined])).toEqual([
    [undefined, false, true],
    [1, true, true],
    [2, true, false],
  ]);
});

test("a log replays to the same cloud, or to one that differs in what was altered", async () => {
  const { cloud, kms } = setUp();
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "one" }));
  const KeyId = KeyMetadata?.KeyId;
  await kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: "Environment", TagValue: "dev" }] }));
  await expect(kms.send(new PutKeyPolicyCommand({ KeyId, Policy: "{" }))).rejects.toThrow("well-formed");
  await kms.send(new CreateAliasCommand({ AliasName: "alias/one", TargetKeyId: KeyId }));
  expect(JSON.stringify(cloud.replay().dump())).toBe(JSON.stringify(cloud.dump()));
  const other = cloud.replay(cloud.log, ({ operation, input }) =>
    operation === "CreateKey" ? { ...input, Description: "two" } : input,
  );
  expect(other.dump()).toMatchObject({ kms: { [`key/${KeyId}`]: { description: "two" } } });
});

test("a dump can show one environment, or all others", () => {
  const { cloud } = setUp();
  const make = (environment: string) =>
    cloud.call(new CreateKeyCommand({ Tags: [{ TagKey: "Environment", TagValue: environment }] })).KeyMetadata?.KeyId;
  const [dev, prod] = [make("dev"), make("prod")];
  cloud.call(new CreateAliasCommand({ AliasName: "alias/dev", TargetKeyId: dev }));
  expect(Object.keys(cloud.dump({ environment: "dev" })["kms"] ?? {})).toEqual(["alias/dev", `key/${dev}`]);
  expect(Object.keys(cloud.dump({ except: "dev" })["kms"] ?? {})).toEqual([`key/${prod}`]);
});

test("reads lag behind writes when asked to, and direct calls never do", async () => {
  const { cloud, kms } = setUp({ lag: { reads: 1000 } });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const describe = new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId });
  await expect(kms.send(describe)).rejects.toMatchObject({ name: "NotFoundException" });
  expect(cloud.call(describe).KeyMetadata?.KeyId).toBe(KeyMetadata?.KeyId);
  await cloud.clock.sleep(1000);
  await expect(kms.send(describe)).resolves.toBeDefined();
});

test("a token bucket throttles a burst and refills with time", async () => {
  const { cloud, kms } = setUp();
  const burst = await Promise.allSettled(Array.from({ length: 6 }, () => kms.send(new CreateKeyCommand({}))));
  expect(burst.filter(({ status }) => status === "rejected")).toMatchObject([
    { reason: { name: "ThrottlingException" } },
  ]);
  await cloud.clock.sleep(200);
  await expect(kms.send(new CreateKeyCommand({}))).resolves.toBeDefined();
});

test("lists come in small pages", async () => {
  const { cloud, kms } = setUp({ pageSize: 2 });
  const TargetKeyId = cloud.call(new CreateKeyCommand({})).KeyMetadata?.KeyId;
  for (const name of ["a", "b", "c"]) cloud.call(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId }));
  const first = await kms.send(new ListAliasesCommand({}));
  expect(first.Aliases?.map((a) => a.AliasName)).toEqual(["alias/a", "alias/b"]);
  const second = await kms.send(new ListAliasesCommand({ Marker: first.NextMarker }));
  expect(second).toMatchObject({ Truncated: false, Aliases: [{ AliasName: "alias/c" }] });
});

test("a caller's abort ends a call at once", async () => {
  const { cloud, kms } = setUp();
  const controller = new AbortController();
  const call = kms.send(new CreateKeyCommand({}), { abortSignal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
  expect(cloud.log[0]?.sequence).toBeUndefined();
});

test("what a caller does to an input or output does not reach the cloud", () => {
  const { cloud } = setUp();
  const input = { Tags: [{ TagKey: "a", TagValue: "1" }] };
  const { KeyMetadata } = cloud.call(new CreateKeyCommand(input));
  input.Tags.push({ TagKey: "b", TagValue: "2" });
  if (KeyMetadata) KeyMetadata.Description = "changed";
  expect(cloud.dump()["kms"]?.[`key/${KeyMetadata?.KeyId}`]).toMatchObject({ description: "", tags: { a: "1" } });
});
