import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { StateWriteError } from "../../src/state/errors.ts";
import { LockedError, type LockHolder } from "../../src/state/holder.ts";
import { acquireLock, forceUnlock, readLock } from "../../src/state/lock.ts";
import { hasEnded, thisProcess } from "../../src/state/process.ts";
import { progress } from "../progress.ts";
import { temporaryFolder } from "./folder.ts";

const NONCE = "00000000-0000-4000-8000-00000000000";

async function place() {
  return { dir: await temporaryFolder(), environment: "dev", local: false, command: "tap up --env dev" };
}

/** The pid of a process that has ended. */
function deadPid(): number {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  return pid;
}

/** A lock of this machine whose holder has ended, changed as told. */
async function holder(changes: Partial<LockHolder> = {}): Promise<LockHolder> {
  const startedAt = "2026-01-05T09:00:00.000Z";
  const dead = {
    ...(await thisProcess()),
    pid: deadPid(),
    startedAt,
    command: "tap down --env dev",
    nonce: `${NONCE}1`,
  };
  return { ...dead, ...changes };
}

const write = (dir: string, name: string, content: unknown) => writeFile(join(dir, name), JSON.stringify(content));

const locked = async (attempt: Promise<unknown>): Promise<LockedError> => {
  const error = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof LockedError) return error;
  throw new Error("the lock was free", { cause: error });
};

describe("a lock", () => {
  test("says who, where, since when and what, and is gone after release", async () => {
    const at = await place();
    const lock = await acquireLock({ ...at, clock: { now: () => 0, sleep: async () => undefined } });
    const written = JSON.parse(await readFile(join(at.dir, "dev.lock"), "utf8"));
    expect(written).toEqual({ digest: expect.any(String), ...lock.holder });
    expect(written).toMatchObject({
      ...(await thisProcess()),
      startedAt: "1970-01-01T00:00:00.000Z",
      command: at.command,
    });
    expect((await stat(join(at.dir, "dev.lock"))).mode & 0o777).toBe(0o600);
    expect(await readdir(at.dir)).toEqual(["dev.lock"]);
    await lock.check();
    await lock.release();
    expect(await readdir(at.dir)).toEqual([]);
    await lock.release();
  });

  test("keeps a second run out, and tells it why", async () => {
    const at = await place();
    const lock = await acquireLock(at);
    const error = await locked(acquireLock(at));
    expect(error.exitCode).toBe(3);
    expect(error.holder).toEqual(lock.holder);
    for (const part of [lock.holder.owner, lock.holder.startedAt, at.command, String(process.pid)]) {
      expect(error.message).toContain(part);
    }
    expect(error.advice).toContain('"tap unlock --env dev"');
    expect(await readdir(at.dir)).toEqual(["dev.lock"]);
    await lock.release();
    await (await acquireLock(at)).release();
  });

  test("of a local environment is another one", async () => {
    const at = await place();
    await acquireLock(at);
    await acquireLock({ ...at, local: true });
    expect(await readdir(join(at.dir, "local"))).toEqual(["dev.lock"]);
    expect((await locked(acquireLock({ ...at, local: true }))).advice).toContain("--local");
  });

  test("that was taken away stops its holder, who leaves the new one alone", async () => {
    const at = await place();
    const lost = await acquireLock(at);
    expect(await forceUnlock(at, lost.holder.nonce)).toBe(true);
    await expect(lost.check()).rejects.toThrow(LockedError);
    const lock = await acquireLock(at);
    await expect(lost.check()).rejects.toThrow(lock.holder.owner);
    await lost.release();
    await lock.check();
  });

  test("is removed by force only when it is the one that was shown", async () => {
    const at = await place();
    expect(await forceUnlock(at)).toBe(false);
    const lock = await acquireLock(at);
    expect(await forceUnlock(at, `${NONCE}9`)).toBe(false);
    await lock.check();
    expect(await forceUnlock(at)).toBe(true);
    expect(await readLock(at)).toEqual({ status: "free" });
  });

  test("that cannot be made says so", async () => {
    const dir = join(await temporaryFolder(), "taken");
    await writeFile(dir, "a file, not a folder");
    const attempt = acquireLock({ dir, environment: "dev", local: false, command: "tap up" });
    await expect(attempt).rejects.toThrow(StateWriteError);
  });
});

describe("a lock that was left behind", () => {
  test.each<[string, (here: LockHolder) => Partial<LockHolder>]>([
    ["by a process that has ended", () => ({})],
    ["by one whose pid now belongs to another", () => ({ pid: process.pid, started: "boot/1" })],
    ["where no start time is known", () => ({ started: undefined })],
  ])("%s is taken over", async (_, changes) => {
    const at = await place();
    const dead = JSON.parse(JSON.stringify({ ...(await holder()), ...changes(await holder()) }));
    await write(at.dir, "dev.lock", dead);
    expect(await readLock(at)).toEqual({ status: "held", holder: dead, stale: true });
    const lock = await acquireLock(at);
    await lock.check();
    expect(await readLock(at)).toEqual({ status: "held", holder: lock.holder, stale: false });
    expect(await readdir(at.dir)).toEqual(["dev.lock"]);
  });

  test.each<[string, Partial<LockHolder>]>([
    ["another host", { host: "elsewhere", owner: "someone@elsewhere" }],
    ["another machine of the same name", { machine: "other/pid:[1]" }],
  ])("on %s is never taken over", async (_, changes) => {
    const at = await place();
    const other = await holder(changes);
    await write(at.dir, "dev.lock", other);
    expect((await locked(acquireLock(at))).holder).toEqual(other);
    expect(await readLock(at)).toEqual({ status: "held", holder: other, stale: false });
  });

  test.each(["", "not ours", '{"pid": 1}'])("and is not tap's (%j) needs a person", async (text) => {
    const at = await place();
    await writeFile(join(at.dir, "dev.lock"), text);
    expect((await locked(acquireLock(at))).message).toContain("which tap did not write");
    expect(await readLock(at)).toEqual({ status: "unreadable" });
    expect(await forceUnlock(at)).toBe(true);
    await (await acquireLock(at)).release();
  });

  test.each<[what: string, make: (path: string) => Promise<unknown>]>([
    ["a link that leads nowhere", (path) => symlink("/nowhere/at/all", path)],
    ["a link to itself's folder", (path) => symlink(".", path)],
    ["a folder", (path) => mkdir(path)],
    ["a pipe", async (path) => spawnSync("mkfifo", [path])],
    ["a device without an end", (path) => symlink("/dev/zero", path)],
  ])("and is %s is refused at once, and removed by force", async (_, make) => {
    const at = await place();
    await make(join(at.dir, "dev.lock"));
    expect((await locked(acquireLock(at))).advice).toContain('"tap unlock --env dev" removes it');
    expect(await readLock(at)).toEqual({ status: "unreadable" });
    expect(await forceUnlock(at)).toBe(true);
    await (await acquireLock(at)).release();
  });

  test("and is a folder with something in it is nothing that tap removes", async () => {
    const at = await place();
    await mkdir(join(at.dir, "dev.lock"));
    await writeFile(join(at.dir, "dev.lock", "thesis.txt"), "years of work");
    await expect(forceUnlock(at)).rejects.toThrow("cannot be removed");
    expect(await readdir(join(at.dir, "dev.lock"))).toEqual(["thesis.txt"]);
  });

  test("half written, before it had its name, is no lock, and is cleared away", async () => {
    const at = await place();
    await writeFile(join(at.dir, ".dev.lock.crashed.tmp"), '{"owner": "so');
    await acquireLock(at);
    expect(await readdir(at.dir)).toEqual(["dev.lock"]);
  });

  test("by a zombie is taken over", async () => {
    // The shell becomes `sleep`, which never asks after the child that it did not start.
    const parent = spawn("sh", ["-c", 'sh -c "exit 0" & echo $!; exec sleep 1000'], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const pid = Number(await nextLine(linesOf(parent.stdout)));
    const identity = { ...(await thisProcess()), pid };
    const { started: _, ...zombie } = identity;
    await expect.poll(() => hasEnded(zombie), { interval: 1 }).toBe(true);
  });

  describe("by one who died while taking over", () => {
    const claim = (nonce: string) => `.dev.lock.${nonce}.claim.tmp`;

    test("is taken over, however often that happened", async () => {
      const at = await place();
      await write(at.dir, "dev.lock", await holder());
      await write(at.dir, claim(`${NONCE}1`), await holder({ nonce: `${NONCE}2` }));
      await write(at.dir, claim(`${NONCE}2`), await holder({ nonce: `${NONCE}3` }));
      const lock = await acquireLock(at);
      await lock.check();
      expect(await readdir(at.dir)).toEqual(["dev.lock"]);
    });

    test("is not, while another who takes over is alive", async () => {
      const at = await place();
      await write(at.dir, "dev.lock", await holder());
      const alive = { ...(await holder()), ...(await thisProcess()), nonce: `${NONCE}2` };
      await write(at.dir, claim(`${NONCE}1`), alive);
      expect((await locked(acquireLock(at))).holder).toEqual(alive);
      expect((await readdir(at.dir)).sort()).toEqual([claim(`${NONCE}1`), "dev.lock"].sort());
    });
  });
});

describe("of 16 who come at once, exactly one wins", () => {
  test.each([
    ["a free lock", false],
    ["a dead one's lock", true],
  ])("%s, in one process, 30 times", async (_, stale) => {
    for (let round = 0; round < 30; round++) {
      const at = await place();
      if (stale) await write(at.dir, "dev.lock", await holder());
      const outcomes = await Promise.allSettled(Array.from({ length: 16 }, () => acquireLock(at)));
      const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
      const lost = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(won).toHaveLength(1);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(LockedError);
      await won[0]?.value.check();
      expect(await readdir(at.dir)).toEqual(["dev.lock"]);
    }
  });

  // LOCK=50 npx vitest run test/state/lock.test.ts: 50 rounds instead of a sample.
  const rounds = Number(process.env["LOCK"] ?? 4);
  test(`in 16 processes, free locks and dead ones' in turn, ${rounds} times`, async () => {
    const { dir } = await place();
    const children = Array.from({ length: 16 }, () => startChild(dir));
    for (const child of children) expect(await nextLine(child.lines)).toBe("ready");
    const done = progress("lock in a folder", rounds);
    for (let round = 0; round < rounds; round++) {
      const environment = `round-${round}`;
      if (round % 2 === 1) await write(dir, `${environment}.lock`, await holder());
      for (const child of children) child.process.stdin.write(`${environment}\n`);
      const outcomes = await Promise.all(children.map((child) => nextLine(child.lines)));
      expect(outcomes.sort()).toEqual([...Array.from({ length: 15 }, () => "LockedError"), "won"]);
      expect(await readLock({ dir, environment, local: false })).toMatchObject({ status: "held", stale: false });
      done();
    }
    console.log(`lock: ${rounds} rounds, ${rounds} with exactly one winner`);
  });

  test("and the winner's lock is free for the taking once it was killed", async () => {
    const at = await place();
    await mkdir(at.dir, { recursive: true });
    const child = startChild(at.dir);
    await nextLine(child.lines);
    child.process.stdin.write("dev\n");
    expect(await nextLine(child.lines)).toBe("won");
    expect((await locked(acquireLock(at))).holder?.pid).toBe(child.process.pid);
    const ended = new Promise((resolve) => child.process.once("exit", resolve));
    child.process.kill("SIGKILL");
    await ended;
    await (await acquireLock(at)).check();
  });
});

interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: Lines;
}

/** What a process says, line by line; lines that nobody waits for yet are kept. */
type Lines = AsyncIterator<string>;

function linesOf(output: Readable): Lines {
  return createInterface({ input: output })[Symbol.asyncIterator]();
}

function startChild(dir: string): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, "lock-child.ts"), dir], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { process: child, lines: linesOf(child.stdout) };
}

async function nextLine(lines: Lines): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error("the process ended without a word");
  return value;
}
