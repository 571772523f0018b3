import { describe, expect, test } from "vitest";
import type { Entry, Journal } from "../../src/engine/journal.ts";
import type { Retention } from "../../src/state/store.ts";
import { temporaryFolder } from "./folder.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { openState } from "./open-state.ts";

const entry = (id: string): Entry => ({
  type: "ec2:vpc",
  name: `trading-${id}`,
  id,
  token: "t",
  outputs: { deep: [1] },
});

type Opened = Journal & Retention;

/** Opens a journal, and a function that opens it again as a new process would. */
const kinds: Record<string, () => Promise<{ journal: Opened; again: () => Promise<Opened> }>> = {
  "in a file": async () => {
    const options = { dir: await temporaryFolder(), environment: "dev", local: false, clock: { now: () => 7, sleep } };
    const open = async () => {
      const store = await openState(options);
      store.bind({ account: "123456789012", region: "us-east-1" });
      return store;
    };
    return { journal: await open(), again: open };
  },
  "in memory": async () => {
    const clock = { now: () => 7, sleep };
    const journal = new MemoryJournal({ clock });
    return { journal, again: async () => new MemoryJournal({ clock, from: journal.toJSON() }) };
  },
};

async function sleep(): Promise<void> {
  throw new Error("a journal never sleeps");
}

describe.each(Object.entries(kinds))("a journal %s", (_, open) => {
  test("gives back what was put, at once and after a restart", async () => {
    const { journal, again } = await open();
    const done = journal.put("network/vpc", entry("vpc-1"));
    expect(journal.get("network/vpc")).toEqual(entry("vpc-1"));
    await done;
    const later = await again();
    expect(later.get("network/vpc")).toEqual(entry("vpc-1"));
    expect([...later.entries().keys()]).toEqual(["network/vpc"]);
  });

  test("forgets what was deleted, and does not mind deleting nothing", async () => {
    const { journal, again } = await open();
    await journal.put("a", entry("1"));
    await journal.put("b", entry("2"));
    await journal.delete("a");
    await journal.delete("never there");
    expect([...(await again()).entries().keys()]).toEqual(["b"]);
  });

  test("the latest put wins", async () => {
    const { journal, again } = await open();
    await Promise.all([journal.put("a", entry("1")), journal.put("a", entry("2"))]);
    expect((await again()).get("a")?.id).toBe("2");
  });

  test("keeps what was retained until it is released", async () => {
    const { journal, again } = await open();
    await journal.retain("encryption/key", { type: "kms:key", id: "key-1", reason: "encrypts a snapshot" });
    expect([...(await again()).retained()]).toEqual([
      ["encryption/key", { type: "kms:key", id: "key-1", reason: "encrypts a snapshot", at: 7 }],
    ]);
    await journal.release("encryption/key");
    expect((await again()).retained().size).toBe(0);
  });
});

describe("the journal in memory crashes", () => {
  test("before a write: nothing of it is durable", async () => {
    const journal = new MemoryJournal({
      beforeWrite: ({ number }) => {
        if (number === 2) throw new Error("crash");
      },
    });
    await journal.put("a", entry("1"));
    await expect(journal.put("b", entry("2"))).rejects.toThrow("crash");
    expect(Object.keys(journal.toJSON().resources)).toEqual(["a"]);
  });

  test("after a write: it is durable, and the version before is still known", async () => {
    const journal = new MemoryJournal({
      afterWrite: ({ id }) => {
        if (id === "b") throw new Error("crash");
      },
    });
    await journal.put("a", entry("1"));
    await expect(journal.put("b", entry("2"))).rejects.toThrow("crash");
    expect(Object.keys(journal.toJSON().resources)).toEqual(["a", "b"]);
    expect(Object.keys(journal.previous().resources)).toEqual(["a"]);
    expect(journal.writes).toBe(2);
  });

  test("and what it gave out before does not change afterwards", async () => {
    const journal = new MemoryJournal();
    await journal.put("a", entry("1"));
    const early = journal.toJSON();
    await journal.put("b", entry("2"));
    expect(Object.keys(early.resources)).toEqual(["a"]);
  });
});
