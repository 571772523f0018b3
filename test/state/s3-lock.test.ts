import { spawnSync } from "node:child_process";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Lock, LockedError, type LockHolder } from "../../src/state/holder.ts";
import { thisProcess } from "../../src/state/process.ts";
import { connectionReset, timeout } from "../cloud/errors.ts";
import { location, SharedBucket } from "./shared-bucket.ts";

const file = "dev.lock";
const command = "tap up --env dev";
const NONCE = "00000000-0000-4000-8000-000000000001";

/** Takes the lock as a process of its own would. */
async function take(shared: SharedBucket): Promise<Lock> {
  const lock = await shared.open().of("dev").lock({ command, clock: shared.clock });
  // A lock that is held gives signs of life for ever.
  onTestFinished(() => lock.release());
  return lock;
}

const locked = async (attempt: Promise<unknown>): Promise<LockedError> => {
  const error = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof LockedError) return error;
  throw new Error("the lock was free", { cause: error });
};

const written = (shared: SharedBucket): LockHolder => JSON.parse(shared.text(file) ?? "null");

function leave(shared: SharedBucket, content: unknown): void {
  const Body = typeof content === "string" ? content : JSON.stringify(content);
  shared.cloud.call(new PutObjectCommand({ Bucket: location.bucket, Key: `trading/${file}`, Body }));
}

const remove = (shared: SharedBucket) =>
  shared.cloud.call(new DeleteObjectCommand({ Bucket: location.bucket, Key: `trading/${file}` }));

/** The lock of a process that was on this machine and has ended, changed as told. */
async function dead(changes: Partial<LockHolder> = {}): Promise<LockHolder> {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const startedAt = "2026-01-05T08:00:00.000Z";
  const { started: _, ...here } = await thisProcess();
  return { ...here, pid, startedAt, heartbeat: startedAt, command: "tap down", nonce: NONCE, ...changes };
}

describe("a lock in S3", () => {
  test("says who, where, since when and what, and is gone after release", async () => {
    const shared = new SharedBucket();
    const lock = await take(shared);
    const { heartbeat, ...rest } = written(shared);
    expect(rest).toEqual({ digest: expect.any(String), ...lock.holder });
    expect(heartbeat?.slice(0, 16)).toBe("2026-01-05T09:00");
    await lock.check();
    await lock.release();
    expect(shared.text(file)).toBeUndefined();
    await lock.release();
    await (await take(shared)).check();
  });

  test("keeps a second run out, and tells it why", async () => {
    const shared = new SharedBucket();
    const { holder } = await take(shared);
    const error = await locked(take(shared));
    expect(error.exitCode).toBe(3);
    for (const part of [holder.owner, holder.startedAt, command, String(process.pid)]) {
      expect(error.message).toContain(part);
    }
    expect(error.advice).toContain('"tap unlock --env dev --state s3://acme-tap-state/trading"');
    expect(error.message).not.toContain("sign of life");
  });

  test("gives a sign of life every 20 seconds, and keeps the lock through it", async () => {
    const shared = new SharedBucket();
    const lock = await take(shared);
    const first = Date.parse(written(shared).heartbeat ?? "");
    await shared.clock.sleep(10 * 60_000);
    const beats = shared.versions(file) - 1;
    expect(beats).toBeGreaterThanOrEqual(28);
    expect(beats).toBeLessThanOrEqual(30);
    expect(Date.parse(written(shared).heartbeat ?? "") - first).toBeGreaterThan(9 * 60_000);
    await lock.check();
    await lock.release();
    const sent = shared.writes().length;
    await shared.clock.sleep(60_000);
    expect(shared.writes()).toHaveLength(sent);
  });

  test("survives an S3 that stays away for minutes", async () => {
    const shared = new SharedBucket();
    const lock = await take(shared);
    shared.cloud.intercept = () => {
      throw connectionReset();
    };
    await shared.clock.sleep(5 * 60_000);
    await expect(lock.check()).rejects.toThrow("cannot be read");
    shared.cloud.intercept = undefined;
    await shared.clock.sleep(60_000);
    await lock.check();
    expect(shared.clock.now() - Date.parse(written(shared).heartbeat ?? "")).toBeLessThan(21_000);
  });

  test("whose holder is silent is shown as such, and never taken", async () => {
    const shared = new SharedBucket();
    const elsewhere = await dead({ host: "elsewhere", owner: "someone@elsewhere" });
    leave(shared, { ...elsewhere, heartbeat: "2026-01-05T08:55:30.000Z" });
    const error = await locked(take(shared));
    expect(error.message).toContain("has given no sign of life for 4 min");
    expect(error.advice).toContain("probably ended");
    expect(await shared.home.of("dev").readLock()).toMatchObject({ stale: false, silentMs: expect.any(Number) });
    leave(shared, { ...elsewhere, heartbeat: "2026-01-05T08:59:30.000Z" });
    expect((await locked(take(shared))).message).not.toContain("sign of life");
  });

  test.each(["", "not ours", '{"pid": 1}'])("that is not tap's (%j) needs a person", async (text) => {
    const shared = new SharedBucket();
    leave(shared, text);
    expect((await locked(take(shared))).message).toContain("which tap did not write");
    expect(await shared.home.of("dev").readLock()).toEqual({ status: "unreadable" });
    expect(await shared.home.of("dev").forceUnlock()).toBe(true);
    await take(shared);
  });
});

describe("a lock that was taken away", () => {
  test("stops its holder, who leaves the new one alone", async () => {
    const shared = new SharedBucket();
    const lost = await take(shared);
    expect(await shared.home.of("dev").forceUnlock(lost.holder.nonce)).toBe(true);
    await expect(lost.check()).rejects.toThrow("has lost the lock of dev to nobody that is known");
    const lock = await take(shared);
    await expect(lost.check()).rejects.toThrow(LockedError);
    await lost.release();
    await lock.check();
  });

  test("is noticed by the next sign of life as well, which does not bring it back", async () => {
    const shared = new SharedBucket();
    const lost = await take(shared);
    await shared.home.of("dev").forceUnlock();
    await shared.clock.sleep(60_000);
    expect(shared.text(file)).toBeUndefined();
    const asked = shared.cloud.log.length;
    await expect(lost.check()).rejects.toThrow(LockedError);
    expect(shared.cloud.log).toHaveLength(asked);
  });

  test("is noticed by a check even while another has yet to get its answer", async () => {
    const shared = new SharedBucket();
    const lost = await take(shared);
    let late: Promise<void> = Promise.reject(new Error("nobody has looked"));
    late.catch(() => undefined);
    shared.once("GetObject", (apply) => {
      const answer = apply();
      // While the answer is on its way.
      remove(shared);
      late = expect(lost.check()).rejects.toThrow(LockedError);
      return answer;
    });
    await lost.check();
    await late;
  });

  test("is only the one that was shown", async () => {
    const shared = new SharedBucket();
    const place = shared.home.of("dev");
    expect(await place.forceUnlock()).toBe(false);
    const lock = await take(shared);
    expect(await place.forceUnlock(NONCE)).toBe(false);
    await lock.check();
  });

  test("may have given a sign of life in between", async () => {
    const shared = new SharedBucket();
    const { holder } = await take(shared);
    shared.once("DeleteObject", (apply) => {
      leave(shared, { ...holder, heartbeat: "2026-01-05T09:00:30.000Z" });
      return apply();
    });
    expect(await shared.home.of("dev").forceUnlock(holder.nonce)).toBe(true);
    expect(shared.text(file)).toBeUndefined();
  });
});

describe("a lock that was left behind", () => {
  test("by a process of this machine that has ended is taken over", async () => {
    const shared = new SharedBucket();
    const holder = await dead();
    leave(shared, holder);
    expect(await shared.home.of("dev").readLock()).toMatchObject({ status: "held", holder, stale: true });
    const lock = await take(shared);
    await lock.check();
    expect(written(shared).nonce).toBe(lock.holder.nonce);
  });

  test.each<[string, Partial<LockHolder>]>([
    ["another host", { host: "elsewhere" }],
    ["another machine of the same name", { machine: "other/pid:[1]" }],
  ])("on %s is never taken over", async (_, changes) => {
    const shared = new SharedBucket();
    leave(shared, await dead(changes));
    expect((await locked(take(shared))).holder).toMatchObject(changes);
    expect(written(shared).nonce).toBe(NONCE);
  });
});

describe("a call whose outcome is unknown", () => {
  test.each([
    ["was carried out", true],
    ["never arrived", false],
  ])("and %s does not lose the lock", async (_, arrives) => {
    const shared = new SharedBucket();
    shared.once("PutObject", (apply) => {
      if (arrives) apply();
      throw timeout();
    });
    const lock = await take(shared);
    await lock.check();
    await locked(take(shared));
    shared.once("DeleteObject", (apply) => {
      if (arrives) apply();
      throw timeout();
    });
    await lock.release();
    expect(shared.text(file)).toBeUndefined();
  });

  test("does not give the lock to two", async () => {
    const shared = new SharedBucket();
    shared.once("PutObject", (apply) => {
      apply();
      throw timeout();
    });
    const outcomes = await Promise.allSettled([take(shared), take(shared)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("of 16 who come at once, exactly one wins", () => {
  test.each([
    ["a free lock", false],
    ["a dead one's lock", true],
  ])("%s, 25 times", async (_, stale) => {
    for (let round = 0; round < 25; round++) {
      // Each call takes its own time, and every third round some replies are lost.
      let calls = round;
      const shared = new SharedBucket({ latency: () => 20 + ((++calls * 7919) % 200) });
      if (round % 3 === 0) {
        shared.cloud.intercept = (call, apply) => {
          const output = apply();
          if (call.operation === "PutObject" && ++calls % 4 === 0) throw connectionReset();
          return output;
        };
      }
      if (stale) leave(shared, await dead());
      const locks: Lock[] = [];
      const takers = Array.from({ length: 16 }, async () => {
        const lock = await shared.open().of("dev").lock({ command, clock: shared.clock });
        locks.push(lock);
      });
      const outcomes = await Promise.allSettled(takers);
      const lost = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
      const [winner, ...more] = locks;
      expect(more).toEqual([]);
      expect(lost).toHaveLength(15);
      for (const error of lost) {
        expect(error).toBeInstanceOf(LockedError);
        expect(error).toMatchObject({ holder: { nonce: winner?.holder.nonce } });
      }
      await winner?.check();
      await winner?.release();
      expect(shared.text(file)).toBeUndefined();
      shared.cloud.disconnect();
    }
  });
});
