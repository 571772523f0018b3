import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../src/config/errors.ts";
import { wallClock } from "../../src/engine/clock.ts";
import { CallCounts } from "../../src/session/calls.ts";
import { readCode } from "../../src/session/code.ts";
import { memoised } from "../../src/session/credentials.ts";
import { findEnvironment, guardAccount } from "../../src/session/environment.ts";
import { VirtualClock } from "../cloud/clock.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tap-session-"));
});
afterEach(() => rm(dir, { recursive: true }));

describe("an environment", () => {
  test("a copy that is recorded keeps the settings and the region it was made with", async () => {
    await mkdir(join(dir, "state"));
    const state = {
      schema: 1,
      account: "123456789012",
      region: "us-west-2",
      environment: "pr-1",
      settingsOf: "staging",
    };
    await writeFile(
      join(dir, "state", "pr-1.json"),
      JSON.stringify({ ...state, serial: 1, resources: {}, retained: {} }),
    );
    const { settings } = await findEnvironment({ dir, suffix: "pr-1", local: false, variables: {} }, wallClock);
    expect(await settings()).toMatchObject({ environment: "pr-1", settingsOf: "staging", region: "us-west-2" });
    const local = await findEnvironment({ dir, suffix: "pr-1", local: true, variables: {} }, wallClock);
    expect(await local.settings()).toMatchObject({ settingsOf: "dev", region: "us-east-1" });
  });

  test("credentials of another account than the settings name are refused", async () => {
    await writeFile(join(dir, "tap.yaml"), 'environments:\n  dev:\n    account: "123456789012"\n');
    const { file, settings } = await findEnvironment({ dir, env: "dev", local: false, variables: {} }, wallClock);
    const environment = { file, settings: await settings() };
    expect(() => guardAccount(environment, "123456789012")).not.toThrow();
    expect(() => guardAccount(environment, "999999999999")).toThrow(InputError);
    expect(() => guardAccount(environment, "999999999999")).toThrow(
      'tap.yaml:3: AWS credentials: expected credentials of the account 123456789012, which environments.dev.account names, got "999999999999"',
    );
  });
});

describe("memoised credentials", () => {
  const keys = { accessKeyId: "a", secretAccessKey: "b" };

  test("are fetched once for all who ask, and again shortly before they end", async () => {
    const clock = new VirtualClock();
    let fetched = 0;
    const provider = memoised(async () => {
      fetched++;
      return { ...keys, expiration: new Date(clock.now() + 3_600_000) };
    }, clock);
    await Promise.all([provider(), provider(), provider()]);
    expect(fetched).toBe(1);
    clock.jump(clock.now() + 54 * 60_000);
    await provider();
    expect(fetched).toBe(1);
    clock.jump(clock.now() + 2 * 60_000);
    await Promise.all([provider(), provider()]);
    expect(fetched).toBe(2);
  });

  test("present ones that hold are used while fresh ones cannot be had, which is said once", async () => {
    const clock = new VirtualClock();
    const end = clock.now() + 3_600_000;
    let fetched = 0;
    const said: string[] = [];
    const provider = memoised(
      async () => {
        if (fetched++ > 0) throw new Error("SSO is away");
        return { ...keys, expiration: new Date(end) };
      },
      clock,
      (text) => said.push(text),
    );
    await provider();
    for (const before of [4, 3, 3, 1]) {
      clock.jump(end - before * 60_000);
      expect(await provider()).toMatchObject(keys);
    }
    expect(fetched).toBe(4);
    expect(said).toEqual([
      `fresh credentials cannot be had (SSO is away): the present ones hold until ${new Date(end).toISOString()}`,
    ]);
    clock.jump(end);
    await expect(provider()).rejects.toThrow("SSO is away");
  });

  test("a failure is not remembered", async () => {
    let fetched = 0;
    const provider = memoised(async () => {
      if (fetched++ === 0) throw new Error("not yet");
      return keys;
    }, new VirtualClock());
    await expect(provider()).rejects.toThrow("not yet");
    expect(await provider()).toBe(keys);
  });
});

test("calls are counted by service", () => {
  const counts = new CallCounts();
  for (const mutating of [true, false, false]) counts.add({ service: "s3", mutating });
  counts.add({ service: "ec2", mutating: true });
  expect(counts.byService()).toEqual({ ec2: { calls: 1, mutating: 1 }, s3: { calls: 3, mutating: 1 } });
  expect([counts.calls, counts.mutating]).toEqual([4, 2]);
});

test("the functions' code is known by its hash, and its absence says what to do", async () => {
  const path = join(dir, "trade-service.zip");
  await expect(readCode(path)).rejects.toMatchObject({ advice: expect.stringContaining("npm run build") });
  await writeFile(path, "zip");
  const code = await readCode(path);
  expect(code.sha256).toBe("SnD+mqZDbgLC3qNA+9HjUuTvLYzmylKtJdS5VHH8i/I=");
  expect(Buffer.from(await code.read()).toString()).toBe("zip");
});
