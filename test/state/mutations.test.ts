import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Entry } from "../../src/engine/journal.ts";
import { StateError } from "../../src/state/errors.ts";
import { acquireLock, readLock } from "../../src/state/lock.ts";
import type { Place } from "../../src/state/paths.ts";
import { type Mutation, mutations } from "../mutations.ts";
import { temporaryFolder } from "./folder.ts";
import { openState, readState } from "./open-state.ts";

const entry = (id: string): Entry => ({
  type: "ec2:vpc",
  name: `trading-${id}`,
  id,
  token: `t-${id}`,
  outputs: { id },
});
const binding = { account: "123456789012", region: "us-east-1" };

/** A state file that a run has begun, and the journal of its changes; and what the state was after each of them. */
async function changed(changes: number) {
  const place: Place = { dir: await temporaryFolder(), environment: "dev", local: false };
  const store = await openState(place);
  store.bind(binding);
  onTestFinished(() => store.close().catch(() => undefined));
  const states: unknown[] = [];
  for (let i = 0; i <= changes; i++) {
    await store.put(`node-${i % 5}`, entry(`vpc-${i}`));
    states.push(await readState(place));
  }
  return { place, states, file: join(place.dir, "dev.json"), journal: join(place.dir, "dev.journal") };
}

/** What becomes of a file when it is read: "refused", or what it says. */
async function outcome(read: () => Promise<unknown>): Promise<unknown> {
  const began = process.cpuUsage();
  try {
    return await read();
  } catch (error) {
    expect(error).toBeInstanceOf(StateError);
    return "refused";
  } finally {
    // Of this process alone: a busy machine makes nothing longer.
    const { user, system } = process.cpuUsage(began);
    expect(user + system).toBeLessThan(1_000_000);
  }
}

describe("a file that is not as it was written is refused, or says exactly what it said", () => {
  const check = async (
    file: string,
    mutation: Mutation,
    read: () => Promise<unknown>,
    expected: readonly unknown[],
  ) => {
    await writeFile(file, mutation.bytes);
    const is = await outcome(read);
    if (is !== "refused") expect(expected, mutation.what).toContainEqual(is);
    return is === "refused";
  };

  test("500 mutations of a journal", async () => {
    const { place, states, journal } = await changed(12);
    const whole = await readFile(journal);
    let refused = 0;
    for (const mutation of mutations(whole, 500)) {
      // What is cut off at the end is what a crash leaves: the state as it was after an earlier change.
      const may = mutation.isCut ? states : states.slice(-1);
      if (await check(journal, mutation, () => readState(place), may)) refused++;
    }
    expect(refused).toBeGreaterThan(300);
  });

  test("200 mutations of a state", async () => {
    const { place, states, file } = await changed(0);
    let refused = 0;
    for (const mutation of mutations(await readFile(file), 200)) {
      if (await check(file, mutation, () => readState(place), states)) refused++;
    }
    expect(refused).toBeGreaterThan(150);
  });

  test("200 mutations of a lock", async () => {
    const place = { dir: await temporaryFolder(), environment: "dev", local: false, command: "tap up --env dev" };
    await acquireLock(place);
    const file = join(place.dir, "dev.lock");
    const held = await readLock(place);
    let refused = 0;
    for (const mutation of mutations(await readFile(file), 200)) {
      const readable = async () => {
        const lock = await readLock(place);
        return lock.status === "unreadable" ? "refused" : lock;
      };
      if (await check(file, mutation, readable, [held])) refused++;
      // Whatever it says by now: nobody else gets it.
      await expect(acquireLock(place)).rejects.toThrow("dev is locked");
    }
    expect(refused).toBeGreaterThan(150);
  });

  test("nested without end", async () => {
    const { place, file, journal } = await changed(1);
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    const state = JSON.stringify({ schema: 1, ...binding, environment: "dev", serial: 1, resources: {}, retained: {} });
    const texts = [
      deep,
      state.replace('"resources":{}', `"resources":{"a":{"type":"t","name":"n","token":"t","key":${deep}}}`),
    ];
    for (const text of [...texts, ...texts.map((one) => one.replace("{", '{"digest":"0",'))]) {
      await writeFile(file, text);
      expect(await outcome(() => readState(place))).toBe("refused");
      await writeFile(join(place.dir, "dev.lock"), text);
      expect(await readLock(place)).toEqual({ status: "unreadable" });
    }
    await writeFile(journal, `{"schema":1,"continues":""}\n${deep}\n`);
    expect(await outcome(() => readState(place))).toBe("refused");
  });
});
