import { cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Entry } from "../../src/engine/journal.ts";
import { writeAtomically } from "../../src/state/atomic.ts";
import { StateError, StateWriteError } from "../../src/state/errors.ts";
import { type Disk, listEnvironments, readStateText } from "../../src/state/file.ts";
import { appendDurably } from "../../src/state/journal-file.ts";
import type { StateStore } from "../../src/state/store.ts";
import { temporaryFolder } from "./folder.ts";
import { openState, readState } from "./open-state.ts";

const entry = (id: string): Entry => ({ type: "ec2:vpc", name: `trading-${id}`, id, token: "t" });
const binding = { account: "123456789012", region: "us-east-1" };

/** A disk that fills up: an append that no longer fits gets half of its text there. */
class SmallDisk implements Disk {
  full = false;
  /** What was written: "whole" or "change". */
  readonly log: string[] = [];

  readonly write: Disk["write"] = async (path, text) => {
    if (this.full) throw new Error("ENOSPC: no space left on device");
    this.log.push("whole");
    await writeAtomically(path, text);
  };

  readonly append: Disk["append"] = async (file, text) => {
    if (this.full) {
      await file.appendFile(text.slice(0, text.length / 2));
      throw new Error("ENOSPC: no space left on device");
    }
    this.log.push("change");
    await appendDurably(file, text);
  };
}

async function scene() {
  const dir = await temporaryFolder();
  const place = { dir, environment: "dev", local: false };
  const disk = new SmallDisk();
  const begin = async (): Promise<StateStore> => {
    const store = await openState({ ...place, disk });
    store.bind(binding);
    onTestFinished(() => store.close().catch(() => undefined));
    return store;
  };
  const store = await begin();
  return {
    disk,
    place,
    store,
    begin,
    file: join(dir, "dev.json"),
    journal: join(dir, "dev.journal"),
    /** What a new process finds, as "id=AWS's id". */
    found: async () => [...(await openState(place)).entries()].map(([id, { id: awsId }]) => `${id}=${awsId}`),
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** One write of everything, and two changes in the journal: a is replaced, b comes. */
async function changed(): Promise<Scene> {
  const made = await scene();
  await made.store.put("a", entry("1"));
  await made.store.put("a", entry("2"));
  await made.store.put("b", entry("3"));
  return made;
}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("while a run is at work", () => {
  test("everything is written once, and changes are appended, for the owner only", async () => {
    const { disk, file, journal } = await changed();
    expect(disk.log).toEqual(["whole", "change", "change"]);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ serial: 1, resources: { a: entry("1") } });
    expect((await stat(journal)).mode & 0o777).toBe(0o600);
  });

  test("others read both", async () => {
    const { store, place, found } = await changed();
    await store.delete("a");
    await store.retain("c", { type: "rds:cluster", id: "c-1", reason: "it holds data" });
    await store.release("nothing");
    store.measured("ec2:vpc", "create", 3);
    await store.put("d", entry("4"));
    expect(await found()).toEqual(["b=3", "d=4"]);
    const state = await readState(place);
    expect(state).toMatchObject({ ...binding, serial: 6, retained: { c: { id: "c-1" } } });
    expect(state?.durations).toEqual({ "ec2:vpc": { create: 3 } });
    await store.release("c");
    expect((await readState(place))?.retained).toEqual({});
    expect(await listEnvironments(place.dir, false)).toEqual(["dev"]);
  });

  test("what a change costs does not grow with the state", async () => {
    const { store, journal } = await scene();
    const ids = Array.from({ length: 2_000 }, (_, i) => `n${i}`);
    await Promise.all(ids.map((id) => store.put(id, entry("1"))));
    for (const id of ids.slice(0, 10)) await store.put(id, entry("2"));
    expect((await stat(journal)).size).toBeLessThan(3_000);
  });

  test("when it ends everything is in one file, of the same version", async () => {
    const { store, place, file, found } = await changed();
    await store.close();
    expect(await readdir(place.dir)).toEqual(["dev.json"]);
    expect(JSON.parse(await readFile(file, "utf8")).serial).toBe(3);
    expect(await found()).toEqual(["a=2", "b=3"]);
    await store.close();
    await store.put("c", entry("4"));
    expect(await found()).toEqual(["a=2", "b=3", "c=4"]);
  });

  test("a run that writes once leaves no journal, and one that writes nothing nothing", async () => {
    const { store, begin, disk, place } = await scene();
    await store.put("a", entry("1"));
    await store.close();
    await (await begin()).close();
    expect(disk.log).toEqual(["whole"]);
    expect(await readdir(place.dir)).toEqual(["dev.json"]);
  });

  test("removal takes both away", async () => {
    const { store, place, begin } = await changed();
    await (await begin()).remove();
    expect(await readdir(place.dir)).toEqual([]);
    await store.remove();
    expect(await readdir(place.dir)).toEqual([]);
  });
});

describe("after a crash", () => {
  test("at any byte of the last append, all that was promised is there", async () => {
    const { journal, found, store } = await changed();
    const before = (await readFile(journal, "utf8")).length;
    await store.put("c", entry("4"));
    const text = await readFile(journal, "utf8");
    for (let length = before; length < text.length; length += 7) {
      await writeFile(journal, text.slice(0, length));
      expect(await found()).toEqual(["a=2", "b=3"]);
    }
    await writeFile(journal, `${text.slice(0, before)}${"\0".repeat(text.length - before - 1)}\n`);
    expect(await found()).toEqual(["a=2", "b=3"]);
    // All but the newline: it is there.
    await writeFile(journal, text.slice(0, -1));
    expect(await found()).toEqual(["a=2", "b=3", "c=4"]);
  });

  test("a block in the middle of the last append that never reached the disk is an end that was torn", async () => {
    const { journal, found, store } = await changed();
    const before = (await readFile(journal)).length;
    await store.put("c", { ...entry("4"), outputs: "x".repeat(2_000) });
    const bytes = await readFile(journal);
    const block = 512 * Math.ceil((before + 100) / 512);
    await writeFile(journal, bytes.fill(0, block, block + 512));
    expect(await found()).toEqual(["a=2", "b=3"]);
  });

  test("while the journal was begun, the file stands", async () => {
    const { journal, found } = await changed();
    const [first = "", second = ""] = (await readFile(journal, "utf8")).split("\n");
    for (const text of ["", first.slice(0, 10), first, `${first}\n`, `${first}\n${second.slice(0, -1)}`]) {
      await writeFile(journal, text);
      expect(await found()).toEqual(["a=1"]);
    }
  });

  test("between writing everything and removing the journal, the journal counts no longer", async () => {
    const { store, journal, found, place } = await changed();
    await store.delete("b");
    await cp(journal, `${journal}.kept`);
    await store.close();
    await cp(`${journal}.kept`, journal);
    expect(await found()).toEqual(["a=2"]);
    expect((await readState(place))?.serial).toBe(4);
  });

  test("the next run goes on from there, and begins with writing everything", async () => {
    const { journal, begin, disk, found } = await changed();
    await writeFile(journal, (await readFile(journal, "utf8")).slice(0, -5));
    const next = await begin();
    expect(next.serial).toBe(2);
    await next.put("c", entry("4"));
    expect(disk.log.at(-1)).toBe("whole");
    await next.put("d", entry("5"));
    expect(await found()).toEqual(["a=2", "c=4", "d=5"]);
    await next.close();
    expect(await found()).toEqual(["a=2", "c=4", "d=5"]);
  });
});

describe("when an append fails half-way", () => {
  test("the change is refused, what was durable stays, and the next write writes everything", async () => {
    const { store, disk, found } = await changed();
    disk.full = true;
    expect(await rejection(store.put("c", entry("4")))).toBeInstanceOf(StateWriteError);
    expect(() => store.check()).toThrow(StateWriteError);
    expect(await found()).toEqual(["a=2", "b=3"]);
    expect(await rejection(store.put("d", entry("5")))).toBeInstanceOf(StateWriteError);
    expect(await found()).toEqual(["a=2", "b=3"]);
    disk.full = false;
    await store.put("e", entry("6"));
    expect(() => store.check()).not.toThrow();
    expect(disk.log.slice(3)).toEqual(["whole"]);
    await store.put("f", entry("7"));
    expect(disk.log.slice(3)).toEqual(["whole", "change"]);
    expect(await found()).toEqual(["a=2", "b=3", "c=4", "d=5", "e=6", "f=7"]);
  });

  test("the very first as well", async () => {
    const { store, disk, found } = await scene();
    await store.put("a", entry("1"));
    disk.full = true;
    await expect(store.put("a", entry("2"))).rejects.toThrow(StateWriteError);
    expect(await found()).toEqual(["a=1"]);
    disk.full = false;
    await store.put("b", entry("3"));
    expect(await found()).toEqual(["a=2", "b=3"]);
  });

  test("a run that then ends loses nothing that was promised", async () => {
    const { store, disk, found, file } = await changed();
    disk.full = true;
    await expect(store.close()).rejects.toThrow(StateWriteError);
    expect(await found()).toEqual(["a=2", "b=3"]);
    disk.full = false;
    await store.close();
    expect(JSON.parse(await readFile(file, "utf8")).serial).toBe(3);
  });

  test("a run that then ends tries once more to write what could not be written", async () => {
    const { store, disk, found, place } = await scene();
    await store.put("a", entry("1"));
    disk.full = true;
    await expect(store.put("a", entry("2"))).rejects.toThrow(StateWriteError);
    disk.full = false;
    await store.close();
    expect(await found()).toEqual(["a=2"]);
    expect(await readdir(place.dir)).toEqual(["dev.json"]);
  });
});

describe("a journal that cannot be used", () => {
  const lines = async ({ journal }: Scene) => (await readFile(journal, "utf8")).split("\n");

  test.each([
    ["damaged in the middle", (all: string[]) => [all[0], "{", ...all.slice(2)], "in line 2: it is not what", "Move"],
    ["without its first line", (all: string[]) => all.slice(1), "in line 1: schema", "Move"],
    ["without its second line", (all: string[]) => [all[0], ...all.slice(2)], "in line 2: it is not what", "Move"],
    ["damaged in its last line", (all: string[]) => all.map((line) => line.replace('"3"', '"2"')), "in line 3", "Move"],
    [
      "whose last newline is another character",
      (all: string[]) => [`${all.slice(0, 3).join("\n")}\v`],
      "in line 3",
      "",
    ],
    ["of a newer tap", (all: string[]) => ['{"schema":3}\t?', ...all.slice(1)], "newer tap", "Upgrade tap"],
    ["of a newer tap without digests", (all: string[]) => ['{"schema":3}', ...all.slice(1)], "newer tap", "Upgrade"],
    [
      "that says to continue another file",
      ([first = "", ...all]: string[]) => [first.replace(/[0-9a-f]{8}"/, '00000000"'), ...all],
      "in line 1: it is not what",
      "Move",
    ],
  ] as const)("%s: is refused with advice, and stays as it is", async (_, damage, message, advice) => {
    const made = await changed();
    const text = damage(await lines(made)).join("\n");
    await writeFile(made.journal, text);
    const error = await rejection(openState(made.place));
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({
      message: expect.stringContaining(made.journal),
      advice: expect.stringContaining(advice),
      exitCode: 2,
    });
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(await readFile(made.journal, "utf8")).toBe(text);
  });

  test("beside a state file that was rolled back, or is of another account: likewise", async () => {
    const { store, file, journal, place } = await scene();
    await store.put("a", entry("1"));
    const old = await readFile(file, "utf8");
    await store.put("a", entry("2"));
    await store.close();
    await store.put("a", entry("3"));
    await store.put("a", entry("4"));
    const current = await readFile(file, "utf8");
    const other = current.replace("123456789012", "210987654321").replace(/ *"digest".*\n/, "");
    for (const text of [old, other]) {
      await writeFile(file, text);
      await expect(openState(place)).rejects.toThrow("does not continue the state file beside it");
    }
    await rm(journal);
    expect((await openState(place)).binding?.account).toBe("210987654321");
  });

  test("whose state file was deleted counts for nothing", async () => {
    const { file, journal, begin, disk, place } = await changed();
    await rm(file);
    expect(await readStateText(file)).toBeUndefined();
    expect(await listEnvironments(place.dir, false)).toEqual([]);
    const next = await begin();
    expect(next.entries().size).toBe(0);
    // It is gone before another state file is there, whatever happens in between.
    disk.full = true;
    await expect(next.put("z", entry("9"))).rejects.toThrow(StateWriteError);
    await expect(stat(journal)).rejects.toThrow("ENOENT");
  });
});
