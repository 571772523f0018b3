import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Background, endProcesses, processesWith, startInBackground } from "../../src/local/processes.ts";

let dir: string;
beforeEach(async () => {
  // Its name is an argument of every program below; with a space, as a user's folder may have one.
  dir = await mkdtemp(join(tmpdir(), "tap processes-"));
});
afterEach(async () => {
  await endProcesses(() => processesWith(dir), 0);
  await rm(dir, { recursive: true, force: true });
});

const logged = () => readFile(join(dir, "log"), "utf8");

/** Starts Node.js with this script, which is up once it has written "ready" to the log. */
const start = (script: string, told: Partial<Background> = {}) =>
  startInBackground({
    program: process.execPath,
    args: ["-e", script, dir],
    cwd: dir,
    log: { file: join(dir, "log"), flags: "w" },
    answers: async () => (await logged()).includes("ready"),
    timeoutMs: 60_000,
    ...told,
  });

const goOn = 'console.log("ready"); setInterval(() => {}, 1000);';

test("a program is started, told its input, found by its whole argument, and ended in order", async () => {
  const numbers: number[] = [];
  const onSpawn = async (pid: number) => void numbers.push(pid);
  const script = `process.stdin.on("data", (data) => console.log(String(data))); ${goOn}`;
  const pid = await start(script, { onSpawn, input: "what it is to read" });
  expect([pid]).toEqual(numbers);
  expect(await processesWith(dir, "no such argument")).toEqual([pid]);
  expect(await processesWith(dir.slice(0, -1))).toEqual([]);
  await expect.poll(logged).toContain("what it is to read");
  expect(await endProcesses(() => processesWith(dir), 60_000)).toBe(true);
  expect(await processesWith(dir)).toEqual([]);
  expect(await endProcesses(() => processesWith(dir), 60_000)).toBe(true);
});

test("one that does not end by itself is ended the hard way, and that is said", async () => {
  await start(`process.on("SIGTERM", () => {}); ${goOn}`);
  expect(await endProcesses(() => processesWith(dir), 50)).toBe(false);
  expect(await processesWith(dir)).toEqual([]);
});

test("one that does not answer in time is given up, and nothing of it is left", async () => {
  const script = `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", ${JSON.stringify(dir)}]); ${goOn}`;
  const answers = async () => {
    await expect.poll(logged).toContain("ready");
    return false;
  };
  expect(await start(script, { answers, timeoutMs: 1 })).toBe("silent");
  await expect.poll(() => processesWith(dir)).toEqual([]);
});

test("one that ends, or cannot be started, is given up at once", async () => {
  expect(await start('console.log("why it ended")', { answers: async () => false })).toBe("ended");
  expect(await logged()).toContain("why it ended");
  expect(await start("", { program: join(dir, "none") })).toMatchObject({ message: expect.stringContaining("ENOENT") });
});
