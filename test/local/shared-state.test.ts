import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wallClock } from "../../src/engine/clock.ts";
import type { LocalCredentials } from "../../src/local/endpoint.ts";
import { startLocalAws, stopLocalAws } from "../../src/local/local-aws.ts";
import { StateChangedError, StateError } from "../../src/state/errors.ts";
import { s3Backend } from "../../src/state/s3/backend.ts";
import { openSlot } from "../../src/state/store.ts";
import { progress } from "../progress.ts";
import { linkEmulator } from "./installed.ts";

/** How many come at once. */
const many = 16;
// LOCK=50 npx vitest run test/local/shared-state.test.ts: 50 rounds instead of a sample.
const rounds = Number(process.env["LOCK"] ?? 12);

const location = { bucket: "shared-state", prefix: "locks" };

let dir: string;
let endpoint: string;
let credentials: LocalCredentials;
let s3: S3Client;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tap-shared-"));
  const home = join(dir, "aws");
  await linkEmulator(home);
  ({ endpoint, credentials } = await startLocalAws({ dir: home }));
  s3 = new S3Client({ region: "us-east-1", endpoint, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: location.bucket }));
});
afterAll(async () => {
  await stopLocalAws({ dir: join(dir, "aws") });
  await rm(dir, { recursive: true, force: true });
});

const open = () => s3Backend({ location, region: "us-east-1", credentials, clock: wallClock, endpoint });

test("a bucket without versions is refused, until it has them", async () => {
  const lock = () => open().of("dev").lock({ command: "tap up --env dev", clock: wallClock });
  await expect(lock()).rejects.toThrow(StateError);
  const VersioningConfiguration = { Status: "Enabled" as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: location.bucket, VersioningConfiguration }));
  const taken = await lock();
  await taken.check();
  await taken.release();
});

test("a state is written, read, guarded and removed over HTTP", async () => {
  const binding = { account: "000000000000", region: "us-east-1" };
  const stores = [];
  for (let i = 0; i < 2; i++) {
    const store = await openSlot(open().of("dev"), wallClock);
    store.bind(binding);
    stores.push(store);
  }
  const [ours, theirs] = stores;
  const entry = { type: "ec2:vpc", name: "vpc", token: "t" };
  await theirs?.put("a", entry);
  await expect(ours?.put("b", entry)).rejects.toThrow(StateChangedError);
  await theirs?.put("c", entry);
  const again = await openSlot(open().of("dev"), wallClock);
  expect([...again.entries().keys()]).toEqual(["a", "c"]);
  expect(await open().environments()).toEqual(["dev"]);
  await theirs?.remove();
  expect(await open().environments()).toEqual([]);
});

test(`of ${many} processes that come at once, exactly one wins, ${rounds} times, and the others know who`, async () => {
  const children = Array.from({ length: many }, () => new Child());
  try {
    for (const child of children) expect(await child.hear()).toBe("ready");
    const done = progress("lock in S3", rounds);
    for (let round = 0; round < rounds; round++) {
      const environment = `round-${round}`;
      for (const child of children) child.tell(environment);
      const answers = await Promise.all(children.map((child) => child.hear()));
      const winners = children.filter((_, i) => answers[i] === "won");
      expect(winners).toHaveLength(1);
      const pid = String(winners[0]?.pid);
      expect(answers.filter((answer) => answer !== "won")).toEqual(Array.from({ length: many - 1 }, () => pid));
      expect(await open().of(environment).readLock()).toMatchObject({ status: "held", stale: false });
      done();
    }
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }
  console.log(`lock: ${rounds} rounds, ${rounds} with exactly one winner`);
  // Their machine is this one, so it is known that they have ended.
  const place = open().of("round-0");
  expect(await place.readLock()).toMatchObject({ status: "held", stale: true });
  const lock = await place.lock({ command: "tap up", clock: wallClock });
  await lock.release();
  expect(await place.readLock()).toEqual({ status: "free" });
});

/** A process that tries to take locks. */
class Child {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    const script = join(import.meta.dirname, "..", "state", "s3-lock-child.ts");
    this.#process = spawn(process.execPath, [script, endpoint, location.bucket], {
      env: { ...process.env, AWS_SESSION_TOKEN: credentials.sessionToken },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  tell(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  async hear(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the process ended without a word");
    return value;
  }

  async kill(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}
