import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { ConditionalObject, OvertakenError } from "../../src/state/s3/object.ts";
import { connectionReset, timeout } from "../cloud/errors.ts";
import { location, SharedBucket } from "./shared-bucket.ts";

const file = "dev.json";

function open() {
  const shared = new SharedBucket();
  return { shared, object: new ConditionalObject(shared.bucket(), file) };
}

const target = { Bucket: location.bucket, Key: `trading/${file}` };

/** Somebody else. */
const write = (shared: SharedBucket, Body: string) => shared.cloud.call(new PutObjectCommand({ ...target, Body }));

describe("an object that is written as it was last seen", () => {
  test("is made only where nothing is, and replaced only unchanged", async () => {
    const { shared, object } = open();
    const other = new ConditionalObject(shared.bucket(), file);
    expect([await object.read(), await other.read()]).toEqual([undefined, undefined]);
    await object.write("one");
    await expect(other.write("two")).rejects.toThrow(OvertakenError);
    expect(await other.read()).toBe("one");
    await other.write("three");
    await expect(object.write("four")).rejects.toThrow(OvertakenError);
    await expect(object.remove()).rejects.toThrow(OvertakenError);
    expect(shared.text(file)).toBe("three");
    await other.remove();
    expect(shared.text(file)).toBeUndefined();
    await other.write("five");
    expect(shared.text(file)).toBe("five");
  });

  test("of 16 who write at once, one does, whether it is there or not", async () => {
    const { shared } = open();
    for (const text of [undefined, "undefined 0"]) {
      const objects = Array.from({ length: 16 }, () => new ConditionalObject(shared.bucket(), file));
      expect(await Promise.all(objects.map((object) => object.read()))).toEqual(objects.map(() => text));
      const outcomes = await Promise.allSettled(objects.map((object, i) => object.write(`${text} ${i}`)));
      const won = outcomes.flatMap(({ status }, i) => (status === "fulfilled" ? [`${text} ${i}`] : []));
      expect(won).toEqual([shared.text(file)]);
    }
  });

  test("that another one removed is not written again", async () => {
    const { shared, object } = open();
    await object.write("one");
    shared.cloud.call(new DeleteObjectCommand(target));
    await shared.clock.sleep(1000);
    await expect(object.write("two")).rejects.toThrow(OvertakenError);
    expect(shared.text(file)).toBeUndefined();
  });

  test("a deletion in the way of a write (409) is waited out", async () => {
    const { shared, object } = open();
    await object.write("one");
    await object.remove();
    // Sent before the deletion is over.
    shared.cloud.services.s3.store.deletions.set(`${location.bucket}/${target.Key}`, shared.clock.now() + 40);
    await object.write("two");
    expect(shared.writes().flatMap(({ error }) => (error instanceof Error ? [error.name] : []))).toEqual([
      "ConditionalRequestConflict",
    ]);
    expect(shared.text(file)).toBe("two");
  });
});

describe("a write whose reply was lost", () => {
  test.each([
    ["reset", connectionReset],
    ["timed out", timeout],
  ])("(%s) is known again, and not repeated", async (_, error) => {
    const { shared, object } = open();
    shared.once("PutObject", (apply) => {
      apply();
      throw error();
    });
    await object.write("one");
    expect(shared.versions(file)).toBe(1);
    await object.write("two");
    expect(shared.text(file)).toBe("two");
  });

  test("that never arrived is sent again", async () => {
    const { shared, object } = open();
    shared.once("PutObject", () => {
      throw connectionReset();
    });
    await object.write("one");
    expect(shared.versions(file)).toBe(1);
  });

  test("that arrives after its repetition does nothing", async () => {
    const { shared, object } = open();
    let late: Promise<unknown> = Promise.resolve();
    shared.once("PutObject", (apply) => {
      late = shared.clock.sleep(2000).then(apply);
      throw timeout();
    });
    await object.write("one");
    await object.write("two");
    await expect(late).rejects.toThrow("pre-conditions");
    expect([shared.text(file), shared.versions(file)]).toEqual(["two", 2]);
  });

  test("that arrives before its repetition is the one that counts", async () => {
    const { shared, object } = open();
    let late: Promise<unknown> = Promise.resolve();
    shared.once("PutObject", (apply) => {
      // After the object was looked at, and before the next attempt.
      late = shared.clock.sleep(300).then(apply);
      throw timeout();
    });
    await object.write("one");
    await late;
    expect(shared.versions(file)).toBe(1);
    await object.write("two");
    expect(shared.text(file)).toBe("two");
  });

  test("is not taken for ours when somebody else has written, even the same text", async () => {
    const { shared, object } = open();
    shared.once("PutObject", () => {
      write(shared, "one");
      throw timeout();
    });
    await expect(object.write("one")).rejects.toThrow(OvertakenError);
  });

  test("and could not be looked for is still known as ours by the next one", async () => {
    const { shared, object } = open();
    let offline = false;
    shared.cloud.intercept = (call, apply) => {
      if (offline) throw connectionReset();
      const output = apply();
      if (call.operation !== "PutObject") return output;
      offline = true;
      throw connectionReset();
    };
    await expect(object.write("one")).rejects.toThrow("socket hang up");
    shared.cloud.intercept = undefined;
    expect(shared.text(file)).toBe("one");
    await object.write("two");
    expect(shared.text(file)).toBe("two");
    expect(await object.read()).toBe("two");
  });

  test("and is to be removed is looked for first", async () => {
    const { shared, object } = open();
    shared.cloud.intercept = (call, apply) => {
      if (call.operation === "PutObject") apply();
      throw connectionReset();
    };
    await expect(object.write("one")).rejects.toThrow();
    shared.cloud.intercept = undefined;
    await object.remove();
    expect(shared.text(file)).toBeUndefined();
  });

  test("is given up when S3 stays away, with what it said last", async () => {
    const { shared, object } = open();
    shared.cloud.intercept = (call, apply) => {
      if (call.operation === "PutObject") throw timeout();
      return apply();
    };
    await expect(object.write("one")).rejects.toThrow("timed out");
    expect(shared.writes()).toHaveLength(5);
  });
});

describe("a removal whose reply was lost", () => {
  test.each([
    ["was carried out", true],
    ["never arrived", false],
  ])("and %s leaves nothing", async (_, arrives) => {
    const { shared, object } = open();
    await object.write("one");
    shared.once("DeleteObject", (apply) => {
      if (arrives) apply();
      throw timeout();
    });
    await object.remove();
    expect(shared.text(file)).toBeUndefined();
    expect(shared.writes().filter(({ output, operation }) => output && operation === "DeleteObject")).toHaveLength(1);
  });

  test("is refused when somebody else has written meanwhile, even without a mark", async () => {
    const { shared, object } = open();
    await object.write("one");
    shared.once("DeleteObject", () => {
      write(shared, "two");
      throw timeout();
    });
    await expect(object.remove()).rejects.toThrow(OvertakenError);
    expect(shared.text(file)).toBe("two");
  });
});

test("what S3 refuses for another reason is not sent again", async () => {
  const { shared, object } = open();
  shared.cloud.intercept = () => {
    throw Object.assign(new Error("Access Denied"), { name: "AccessDenied" });
  };
  await expect(object.write("one")).rejects.toThrow("Access Denied");
  expect(shared.writes()).toHaveLength(1);
});
