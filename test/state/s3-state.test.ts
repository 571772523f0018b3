import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import type { Entry } from "../../src/engine/journal.ts";
import { AccountMismatch, StateChangedError, StateError, StateWriteError } from "../../src/state/errors.ts";
import { type Lock, LockedError } from "../../src/state/holder.ts";
import { formatState } from "../../src/state/schema.ts";
import { openSlot } from "../../src/state/store.ts";
import { timeout } from "../cloud/errors.ts";
import { location, SharedBucket } from "./shared-bucket.ts";

const binding = { account: "123456789012", region: "us-east-1" };
const file = "dev.json";

const entry = (id: string): Entry => ({ type: "ec2:vpc", name: `trading-${id}`, id, token: "t" });
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);

async function open(shared: SharedBucket, lock?: Lock) {
  const store = await openSlot(shared.open().of("dev"), shared.clock, lock);
  store.bind(binding);
  return store;
}

const refused = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "it was done",
    (error: unknown) => error,
  );

describe("a state in S3", () => {
  test("gives back what was put, deleted, kept and measured, to the next process", async () => {
    const shared = new SharedBucket();
    const store = await open(shared);
    expect([store.path, store.serial]).toEqual(["s3://acme-tap-state/trading/dev.json", 0]);
    store.measured("ec2:vpc", "create", 3);
    await Promise.all([store.put("a", entry("1")), store.put("b", entry("2"))]);
    await store.delete("b");
    await store.retain("key", { type: "kms:key", id: "key-1", reason: "encrypts a snapshot" });
    const again = await open(shared);
    expect([...again.entries()]).toEqual([["a", entry("1")]]);
    expect([...again.retained().keys()]).toEqual(["key"]);
    expect(again.durations().get("ec2:vpc")).toEqual({ create: 3 });
    expect([again.serial, again.binding]).toEqual([3, binding]);
    await again.remove();
    expect(shared.text(file)).toBeUndefined();
    await again.put("c", entry("3"));
    expect([...(await open(shared)).entries().keys()]).toEqual(["c"]);
    expect(await shared.home.environments()).toEqual(["dev"]);
  });

  test("is the same text as a file would be", async () => {
    const shared = new SharedBucket();
    await (await open(shared)).put("a", entry("1"));
    const state = { ...binding, environment: "dev", serial: 1, resources: { a: entry("1") }, retained: {} };
    expect(shared.text(file)).toBe(formatState(state));
  });

  test("shares writes: those of one turn, and those that come while one is under way", async () => {
    const shared = new SharedBucket();
    const store = await open(shared);
    let second: Promise<unknown> = Promise.resolve();
    shared.once("PutObject", (apply) => {
      second = Promise.all(numbers(50).map((id) => store.put(`late-${id}`, entry(id))));
      return apply();
    });
    await Promise.all(numbers(100).map((id) => store.put(id, entry(id))));
    await second;
    expect(shared.versions(file)).toBe(2);
    expect((await open(shared)).entries().size).toBe(150);
  });

  test("leaves the encryption to the bucket", async () => {
    const shared = new SharedBucket();
    const { bucket: Bucket } = location;
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const }, BucketKeyEnabled: true };
    const ServerSideEncryptionConfiguration = { Rules: [rule] };
    shared.cloud.call(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    await (await open(shared)).put("a", entry("1"));
    expect(shared.encryption(file)).toEqual(rule);
  });

  test("belongs to one account and region", async () => {
    const shared = new SharedBucket();
    await (await open(shared)).put("a", entry("1"));
    const store = await openSlot(shared.home.of("dev"), shared.clock);
    expect(() => store.bind({ ...binding, account: "210987654321" })).toThrow(AccountMismatch);
    expect(() => store.bind({ ...binding, region: "us-west-2" })).toThrow(
      "s3://acme-tap-state/trading/dev.json: region: expected us-east-1, where dev was made",
    );
  });

  test("looking writes nothing", async () => {
    const shared = new SharedBucket();
    const store = await open(shared);
    await store.delete("nothing");
    expect(await shared.home.of("dev").readLock()).toEqual({ status: "free" });
    expect(shared.writes()).toEqual([]);
  });

  test("lists environments page by page, and not what is further down", async () => {
    const shared = new SharedBucket();
    const { bucket: Bucket } = location;
    const names = numbers(12).map((name) => `trading/${name}.json`);
    for (const Key of [...names, "trading/dev.lock", "trading/old/prod.json", "trading/Not one.json", "other.json"]) {
      shared.cloud.call(new PutObjectCommand({ Bucket, Key, Body: "{}" }));
    }
    expect(await shared.home.environments()).toEqual(numbers(12).sort());
  });
});

describe("when somebody else has written", () => {
  async function raced() {
    const shared = new SharedBucket();
    const [ours, theirs] = [await open(shared), await open(shared)];
    await theirs.put("theirs", entry("2"));
    return { shared, ours, theirs };
  }

  test("nothing is overwritten, and the run is told before it changes anything more", async () => {
    const { shared, ours } = await raced();
    ours.check();
    const error = await refused(ours.put("ours", entry("1")));
    expect(error).toBeInstanceOf(StateChangedError);
    expect(error).toMatchObject({ message: expect.stringContaining("written by somebody else"), exitCode: 3 });
    expect(() => ours.check()).toThrow(StateChangedError);
    expect([...(await open(shared)).entries().keys()]).toEqual(["theirs"]);
  });

  test("nothing more is sent to S3", async () => {
    const { shared, ours } = await raced();
    await refused(ours.put("ours", entry("1")));
    const sent = shared.writes().length;
    expect(await refused(ours.put("ours", entry("1")))).toBeInstanceOf(StateChangedError);
    expect(shared.writes()).toHaveLength(sent);
  });

  test("it is not removed either", async () => {
    const { shared, ours } = await raced();
    expect(await refused(ours.remove())).toBe("it was done");
    const [other, late] = [await open(shared), await open(shared)];
    await other.put("more", entry("3"));
    expect(await refused(late.remove())).toBeInstanceOf(StateChangedError);
    expect([...(await open(shared)).entries().keys()]).toContain("more");
  });

  test("and the lock was lost, S3 is not even asked to write", async () => {
    const shared = new SharedBucket();
    const place = shared.home.of("dev");
    const lock = await place.lock({ command: "tap up", clock: shared.clock });
    const store = await open(shared, lock);
    await store.put("a", entry("1"));
    await shared.open().of("dev").forceUnlock();
    const sent = shared.versions(file);
    expect(await refused(store.put("b", entry("2")))).toBeInstanceOf(LockedError);
    expect(await refused(store.remove())).toBeInstanceOf(LockedError);
    expect(shared.versions(file)).toBe(sent);
    expect(shared.text(file)).toBeDefined();
    await lock.release();
  });
});

describe("a write whose outcome is unknown", () => {
  test("is looked for, and the run goes on", async () => {
    const shared = new SharedBucket();
    const store = await open(shared);
    shared.once("PutObject", (apply) => {
      apply();
      throw timeout();
    });
    await store.put("a", entry("1"));
    await store.put("b", entry("2"));
    expect(shared.versions(file)).toBe(2);
  });

  test("and stays so fails, and its changes go with the next", async () => {
    const shared = new SharedBucket();
    const store = await open(shared);
    shared.cloud.intercept = () => {
      throw timeout();
    };
    const error = await refused(store.put("a", entry("1")));
    expect(error).toMatchObject({ message: expect.stringContaining("s3://acme-tap-state/trading/dev.json") });
    expect(() => store.check()).toThrow(error);
    shared.cloud.intercept = undefined;
    await store.put("b", entry("2"));
    store.check();
    expect([...(await open(shared)).entries().keys()]).toEqual(["a", "b"]);
  });
});

describe("a bucket that cannot be used says why", () => {
  const change = (shared: SharedBucket) =>
    refused(shared.home.of("dev").lock({ command: "tap up", clock: shared.clock }));

  test("no versions are kept", async () => {
    const shared = new SharedBucket();
    const VersioningConfiguration = { Status: "Suspended" as const };
    shared.cloud.call(new PutBucketVersioningCommand({ Bucket: location.bucket, VersioningConfiguration }));
    const error = await change(shared);
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({
      message: expect.stringContaining("keeps no versions"),
      advice: expect.stringContaining("put-bucket-versioning --bucket acme-tap-state"),
      exitCode: 2,
    });
    expect(shared.text("dev.lock")).toBeUndefined();
  });

  test("it is not there", async () => {
    const shared = new SharedBucket();
    shared.cloud.call(new DeleteBucketCommand({ Bucket: location.bucket }));
    const advice = expect.stringContaining("Make the bucket");
    expect(await refused(open(shared))).toMatchObject({ name: "StateError", advice });
    expect(await change(shared)).toMatchObject({ name: "StateError", advice });
  });

  test.each([
    ["AccessDenied", "s3:GetObject, s3:PutObject and s3:DeleteObject"],
    ["CredentialsProviderError", "AWS_PROFILE"],
    ["ExpiredToken", "aws sso login"],
  ])("%s", async (name, advice) => {
    const shared = new SharedBucket();
    const store = await open(shared);
    shared.cloud.intercept = () => {
      throw Object.assign(new Error("no"), { name });
    };
    expect(await refused(open(shared))).toMatchObject({
      name: "StateError",
      message: "s3://acme-tap-state/trading/dev.json cannot be read: no",
      advice: expect.stringContaining(advice),
      exitCode: 2,
    });
    expect(await refused(store.put("a", entry("1")))).toBeInstanceOf(StateWriteError);
  });
});

test("an overwritten state can be brought back: its versions stay", async () => {
  const shared = new SharedBucket();
  const store = await open(shared);
  await store.put("a", entry("1"));
  await store.put("a", entry("2"));
  await store.remove();
  const { bucket: Bucket } = location;
  const { Versions = [], DeleteMarkers = [] } = shared.cloud.call(new ListObjectVersionsCommand({ Bucket }));
  expect([Versions.length, DeleteMarkers.length]).toEqual([2, 1]);
  const [{ Key = "", VersionId = "" } = {}] = DeleteMarkers;
  shared.cloud.call(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }] } }));
  expect((await open(shared)).get("a")?.id).toBe("2");
});
