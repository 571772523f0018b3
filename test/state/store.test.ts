import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Entry } from "../../src/engine/journal.ts";
import { writeAtomically } from "../../src/state/atomic.ts";
import { AccountMismatch, StateError, StateWriteError } from "../../src/state/errors.ts";
import { type Disk, listEnvironments } from "../../src/state/file.ts";
import { type AppendFile, appendDurably } from "../../src/state/journal-file.ts";
import { readLock } from "../../src/state/lock.ts";
import { parseState } from "../../src/state/schema.ts";
import { temporaryFolder } from "./folder.ts";
import { openState, readState, type StateOptions } from "./open-state.ts";

const entry = (id: string): Entry => ({ type: "ec2:vpc", name: `trading-${id}`, id, token: "t" });
const binding = { account: "123456789012", region: "us-east-1" };
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);

async function openBound(options: Partial<StateOptions> = {}) {
  const place = { dir: await temporaryFolder(), environment: "dev", local: false, ...options };
  const store = await openState(place);
  store.bind(binding);
  onTestFinished(async () => {
    if (options.disk instanceof SlowDisk) options.disk.hurry();
    await store.close().catch(() => undefined);
  });
  return { store, place };
}

/** The change that an append is about, without its digest; the first one begins with the journal's first line. */
const changeOf = (appended: string): string => appended.trimEnd().split("\n").at(-1)?.split("\t")[0] ?? "";

/** A disk that does the same for a text that is written whole and for a change that is appended. */
const diskOf = (write: (text: string) => Promise<void>): Disk => ({
  write: (_, text) => write(text),
  append: (_, text) => write(changeOf(text)),
});

/** A disk on which a write takes until it is let go, and which keeps what was written. */
class SlowDisk implements Disk {
  readonly texts: string[] = [];
  #pending: (() => void)[] = [];
  #announce: (() => void)[] = [];
  #hurries = false;

  readonly append: AppendFile = (_, text) => this.write("", changeOf(text));

  readonly write = async (_: string, text: string): Promise<void> => {
    await new Promise<void>((resolve) => {
      this.#pending.push(resolve);
      for (const announce of this.#announce.splice(0)) announce();
      if (this.#hurries) this.finish();
    });
    this.texts.push(text);
  };

  /** Resolves once a write is under way. */
  async begun(): Promise<void> {
    if (this.#pending.length === 0) await new Promise<void>((resolve) => this.#announce.push(resolve));
  }

  finish(): void {
    this.#pending.shift()?.();
  }

  /** From here on it takes no time. */
  hurry(): void {
    this.#hurries = true;
  }
}

describe("the file", () => {
  test("is for the owner only, and says where and how often it was written", async () => {
    const { store, place } = await openBound();
    await store.put("network/vpc", entry("vpc-1"));
    await store.put("network/vpc", entry("vpc-2"));
    await store.close();
    const path = join(place.dir, "dev.json");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      schema: 2,
      ...binding,
      environment: "dev",
      serial: 2,
      resources: { "network/vpc": entry("vpc-2") },
      retained: {},
    });
    expect(await readdir(place.dir)).toEqual(["dev.json"]);
  });

  test("of a local environment is in a folder of its own", async () => {
    const { store, place } = await openBound({ local: true });
    await store.put("a", entry("1"));
    expect(await readdir(place.dir)).toEqual(["local"]);
    expect(await listEnvironments(place.dir, true)).toEqual(["dev"]);
    expect(await listEnvironments(place.dir, false)).toEqual([]);
    expect(await readState({ ...place, local: false })).toBeUndefined();
  });

  test("keeps durations and goes on counting after a restart", async () => {
    const { store, place } = await openBound();
    store.measured("ec2:nat-gateway", "create", 105);
    store.measured("ec2:nat-gateway", "remove", 50);
    await store.put("a", entry("1"));
    const again = await openState(place);
    expect(again.durations().get("ec2:nat-gateway")).toEqual({ create: 105, remove: 50 });
    expect(again.serial).toBe(1);
  });

  test("is gone after remove, and can be made again", async () => {
    const { store, place } = await openBound();
    await Promise.all([store.put("a", entry("1")), store.remove()]);
    expect(await readdir(place.dir)).toEqual([]);
    await store.put("b", entry("2"));
    expect([...(await openState(place)).entries().keys()]).toEqual(["b"]);
  });

  test("looking makes nothing", async () => {
    const dir = join(await temporaryFolder(), "state");
    const place = { dir, environment: "dev", local: false };
    const store = await openState(place);
    store.bind(binding);
    store.measured("ec2:vpc", "create", 1);
    await store.delete("nothing");
    await store.release("nothing");
    await readState(place);
    await listEnvironments(dir, false);
    expect(await readLock(place)).toEqual({ status: "free" });
    await expect(stat(dir)).rejects.toThrow("ENOENT");
  });
});

describe("writes", () => {
  test("are shared by the changes of one turn, and by those that come while one is under way", async () => {
    const disk = new SlowDisk();
    const { store } = await openBound({ disk });
    const first = Promise.all(numbers(100).map((id) => store.put(id, entry(id))));
    await disk.begun();
    const second = Promise.all(numbers(50).map((id) => store.put(`late-${id}`, entry(id))));
    disk.finish();
    await first;
    await disk.begun();
    disk.finish();
    await second;
    expect(disk.texts.map((text) => Object.keys(JSON.parse(text).resources).length)).toEqual([100, 50]);
    expect(disk.texts.map((text) => JSON.parse(text).serial)).toEqual([1, 2]);
  });

  test("that failed stop whatever would change AWS, until one has come through", async () => {
    let full = true;
    const write = async () => {
      if (full) throw new Error("ENOSPC");
    };
    const { store } = await openBound({ disk: diskOf(write) });
    expect(() => store.check()).not.toThrow();
    await expect(store.put("a", entry("1"))).rejects.toThrow();
    expect(() => store.check()).toThrow();
    full = false;
    await store.put("a", entry("1"));
    expect(() => store.check()).not.toThrow();
  });

  test("are durable before the change resolves", async () => {
    const disk = new SlowDisk();
    const { store } = await openBound({ disk });
    let resolved = false;
    const change = store.put("a", entry("1")).then(() => {
      resolved = true;
    });
    await disk.begun();
    await new Promise((resolve) => setImmediate(resolve));
    expect(resolved).toBe(false);
    disk.finish();
    await change;
    expect(disk.texts).toHaveLength(1);
  });

  test("a change that comes during a write is not taken for written by it", async () => {
    const disk = new SlowDisk();
    const { store } = await openBound({ disk });
    const first = store.put("a", entry("1"));
    await disk.begun();
    const second = store.put("a", entry("2"));
    disk.finish();
    await first;
    expect(JSON.parse(disk.texts[0] ?? "").resources.a.id).toBe("1");
    await disk.begun();
    disk.finish();
    await second;
    expect(JSON.parse(disk.texts[1] ?? "").resources.a.id).toBe("2");
  });

  test("one after another never stall", async () => {
    let writes = 0;
    const disk = diskOf(async () => {
      writes++;
    });
    const { store } = await openBound({ disk });
    for (const id of numbers(500)) await store.put(id, entry(id));
    expect(writes).toBe(500);
  });

  test("that fail reject their changes, and the next write carries them", async () => {
    const texts: string[] = [];
    let full = true;
    const disk = diskOf(async (text) => {
      if (full) throw new Error("ENOSPC: no space left on device");
      texts.push(text);
    });
    const { store } = await openBound({ disk });
    const outcomes = await Promise.allSettled([store.put("a", entry("1")), store.put("b", entry("2"))]);
    for (const outcome of outcomes) {
      expect(outcome.status === "rejected" && outcome.reason).toBeInstanceOf(StateWriteError);
    }
    full = false;
    await store.put("c", entry("3"));
    expect(Object.keys(JSON.parse(texts[0] ?? "").resources)).toEqual(["a", "b", "c"]);
    expect(JSON.parse(texts[0] ?? "").serial).toBe(2);
  });

  test("a deletion that failed is written when it is asked for again", async () => {
    let full = false;
    const orFull =
      <To>(write: (to: To, text: string) => Promise<void>) =>
      async (to: To, text: string) => {
        if (full) throw new Error("ENOSPC");
        await write(to, text);
      };
    const disk = { write: orFull(writeAtomically), append: orFull(appendDurably) };
    const { store, place } = await openBound({ disk });
    await store.put("a", entry("1"));
    full = true;
    await expect(store.delete("a")).rejects.toThrow(StateWriteError);
    full = false;
    await store.delete("a");
    expect((await openState(place)).entries().size).toBe(0);
  });

  test("that cannot succeed name the file and what to do", async () => {
    const dir = join(await temporaryFolder(), "taken");
    const store = await openState({ dir, environment: "dev", local: false });
    store.bind(binding);
    await writeFile(dir, "a file, not a folder");
    const failure = await store.put("a", entry("1")).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StateWriteError);
    expect(failure).toMatchObject({ message: expect.stringContaining(join(dir, "dev.json")), exitCode: 1 });
  });

  test("need a binding", async () => {
    const store = await openState({ dir: await temporaryFolder(), environment: "dev", local: false });
    await expect(store.put("a", entry("1"))).rejects.toThrow("bind()");
  });

  test("are never seen half done", async () => {
    const path = join(await temporaryFolder(), "dev.json");
    const texts = ["x".repeat(100_000), "y".repeat(300_000)];
    await writeAtomically(path, texts[0] ?? "");
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 40; i++) await writeAtomically(path, texts[i % 2] ?? "");
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      expect(texts.includes(await readFile(path, "utf8"))).toBe(true);
      reads++;
    }
    await writer;
    expect(reads).toBeGreaterThan(0);
  });
});

describe("what a crashed writer left", () => {
  test("is ignored, and cleared away by the next write of the same environment", async () => {
    const { store, place } = await openBound();
    await store.put("a", entry("1"));
    await writeFile(join(place.dir, ".dev.json.torn.tmp"), '{"schema": 1, "acc');
    await writeFile(join(place.dir, ".dev-2.json.other.tmp"), "another environment's");
    expect(await listEnvironments(place.dir, false)).toEqual(["dev"]);
    const again = await openState(place);
    expect(again.get("a")).toEqual(entry("1"));
    again.bind(binding);
    await again.put("b", entry("2"));
    expect((await readdir(place.dir)).sort()).toEqual([".dev-2.json.other.tmp", "dev.json"]);
  });

  test("a write that fails leaves no file behind", async () => {
    const dir = await temporaryFolder();
    // A folder cannot be replaced by a file.
    await mkdir(join(dir, "dev.json"));
    await expect(writeAtomically(join(dir, "dev.json"), "text")).rejects.toThrow();
    expect(await readdir(dir)).toEqual(["dev.json"]);
  });
});

describe("a file that cannot be used", () => {
  const good = { schema: 1, ...binding, environment: "dev", serial: 3, resources: {}, retained: {} };

  test.each([
    ["torn", '{"schema": 1, "account": "1234', "it is not JSON", "Move"],
    ["empty", "", "it is not JSON", "Move"],
    ["of another shape", "[]", "is damaged", "Move"],
    ["without a version", JSON.stringify({ ...good, schema: undefined }), "schema", "Move"],
    ["older than the first", JSON.stringify({ ...good, schema: 0 }), "schema", "Move"],
    ["newer", JSON.stringify({ schema: 3, digest: "?", whatever: true }), "newer tap", "Upgrade tap"],
    ["with an unknown part", JSON.stringify({ ...good, extra: 1 }), "extra", "Move"],
    [
      "with a broken entry",
      JSON.stringify({ ...good, resources: { "a/b": { type: 1 } } }),
      "resources.a/b.type",
      "Move",
    ],
    ["of another environment", JSON.stringify({ ...good, environment: "prod" }), "state of prod", "Move"],
  ])("%s: is refused with advice, and stays as it is", async (_, text, message, advice) => {
    const dir = await temporaryFolder();
    const path = join(dir, "dev.json");
    await writeFile(path, text);
    const error = await openState({ dir, environment: "dev", local: false }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({
      message: expect.stringContaining(message),
      advice: expect.stringContaining(advice),
      exitCode: 2,
    });
    expect(error instanceof Error && error.message).toContain(path);
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await readdir(dir)).toEqual(["dev.json"]);
  });

  test.each<[is: string, make: (path: string) => Promise<unknown>]>([
    ["is a folder", (path) => mkdir(path)],
    ["is a link that leads nowhere", (path) => symlink("/nowhere/at/all", path)],
    ["is a pipe or a device", async (path) => spawnSync("mkfifo", [path])],
    ["is a pipe or a device", (path) => symlink("/dev/zero", path)],
    ["cannot be read (ELOOP)", (path) => symlink("dev.json", path)],
    ["is larger than 16384 kB", (path) => writeFile(path, "").then(() => truncate(path, 40 * 1024 * 1024))],
  ])("what %s is refused at once", async (is, make) => {
    const dir = await temporaryFolder();
    await make(join(dir, "dev.json"));
    const opening = openState({ dir, environment: "dev", local: false });
    await expect(opening).rejects.toThrow(StateError);
    await expect(opening).rejects.toThrow(is);
  });

  test("its text is not quoted", () => {
    expect(() => parseState("hunter2", "dev.json", "dev")).toThrow(expect.not.stringContaining("hunter2"));
  });
});

describe("account and region", () => {
  test("are recorded by the first write, with whose settings it was made", async () => {
    const { store, place } = await openBound();
    store.bind({ ...binding, settingsOf: "staging" });
    await store.put("a", entry("1"));
    expect((await openState(place)).binding).toEqual({ ...binding, settingsOf: "staging" });
  });

  test.each([
    ["account", { ...binding, account: "210987654321" }],
    ["region", { ...binding, region: "us-west-2" }],
  ] as const)("another %s is refused", async (path, other) => {
    const { store, place } = await openBound();
    await store.put("a", entry("1"));
    const again = await openState(place);
    expect(() => again.bind(other)).toThrow(AccountMismatch);
    expect(() => again.bind(other)).toThrow(
      `${path}: expected ${binding[path]}, where dev was made, got "${other[path]}"`,
    );
    expect(again.binding).toEqual(binding);
  });
});

test("listEnvironments gives the environments that have a state file", async () => {
  const dir = await temporaryFolder();
  for (const name of [
    "prod.json",
    "dev.json",
    "dev.lock",
    "old.journal",
    ".gitkeep",
    ".dev.json.1.tmp",
    "Not a suffix.json",
  ]) {
    await writeFile(join(dir, name), "");
  }
  await mkdir(join(dir, "local"));
  expect(await listEnvironments(dir, false)).toEqual(["dev", "prod"]);
});
