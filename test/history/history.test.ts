import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Event } from "../../src/engine/events.ts";
import { readRuns } from "../../src/history/files.ts";
import { makeRecorder } from "../../src/history/recorder.ts";
import { listEnvironments } from "../../src/state/file.ts";

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "tap-history-")), "state");
});
afterEach(() => rm(join(dir, ".."), { recursive: true }));

const place = () => ({ dir, environment: "dev", local: false });
const runs = () => join(dir, "dev.runs");
const start = Date.UTC(2026, 10, 3, 12, 0, 0, 123);

function record(troubles: string[] = []) {
  return makeRecorder(
    place(),
    (at) => ({
      event: "begun",
      schema: 1,
      at,
      command: "tap up --env dev",
      environment: "dev",
      region: "us-east-1",
      account: "123456789012",
      local: false,
      nodes: { "network/vpc": { type: "ec2:vpc", needs: [] } },
    }),
    (text) => troubles.push(text),
  );
}

const started = (at: number): Event => ({
  event: "started",
  at,
  node: "network/vpc",
  type: "ec2:vpc",
  action: "update",
  changes: [{ path: "environment.PASSWORD", want: "s3cret", live: "0ld", fix: "update" }],
  expectedSeconds: 2,
});
const waiting = (at: number, what: string): Event => ({
  event: "waiting",
  at,
  node: "network/vpc",
  action: "update",
  for: what,
  elapsedSeconds: 1,
  expectedSeconds: 2,
});
const done = (at: number): Event => ({ event: "done", at, node: "network/vpc", action: "update", seconds: 3 });
const failed = (at: number): Event => ({
  event: "failed",
  at,
  node: "network/vpc",
  action: "update",
  error: { node: "network/vpc", type: "ec2:vpc", action: "update", code: "Denied", message: "not allowed" },
});

describe("the history of runs", () => {
  test("keeps what happened, with its times, and reads it back", async () => {
    const recorder = record();
    for (const event of [
      started(start),
      waiting(start + 1000, "it"),
      waiting(start + 2000, "it"),
      done(start + 3000),
    ]) {
      recorder.add(event);
    }
    await recorder.end(start + 4000, false);
    expect(await readdir(runs())).toEqual(["2026-11-03T12-00-00.123Z.jsonl"]);
    const [run] = await readRuns(place());
    expect(run?.begun).toMatchObject({ at: start, command: "tap up --env dev", environment: "dev" });
    expect(run?.events).toEqual([
      { event: "started", at: start, node: "network/vpc", type: "ec2:vpc", action: "update" },
      { event: "waiting", at: start + 1000, node: "network/vpc", for: "it" },
      { event: "done", at: start + 3000, node: "network/vpc" },
    ]);
    expect(run?.ended).toEqual({ event: "ended", at: start + 4000, outcome: "done" });
  });

  test("keeps no property's value, and lets nobody else read", async () => {
    const recorder = record();
    recorder.add(started(start));
    await recorder.end(start, false);
    const [name = ""] = await readdir(runs());
    const text = await readFile(join(runs(), name), "utf8");
    expect(text).not.toMatch(/s3cret|0ld|PASSWORD/);
    expect((await stat(join(runs(), name))).mode & 0o077).toBe(0);
    expect((await stat(runs())).mode & 0o077).toBe(0);
  });

  test.each([
    ["failed", false, [started(start), failed(start + 1)]],
    ["interrupted", true, [started(start)]],
  ] as const)("knows a run that was %s", async (outcome, interrupted, events) => {
    const recorder = record();
    for (const event of events) recorder.add(event);
    await recorder.end(start + 5, interrupted);
    expect((await readRuns(place()))[0]?.ended).toEqual({ event: "ended", at: start + 5, outcome });
  });

  test("leaves nothing of a run that changed nothing", async () => {
    const recorder = record();
    recorder.add({ event: "unchanged", at: start, node: "network/vpc", awsId: "vpc-1" });
    await recorder.end(start, false);
    expect(await readRuns(place())).toEqual([]);
    await expect(readdir(dir)).rejects.toThrow("ENOENT");
  });

  test("keeps the last ten runs, and nothing that is not one", async () => {
    await mkdir(runs(), { recursive: true });
    await writeFile(join(runs(), "notes.txt"), "mine");
    for (let i = 0; i < 12; i++) {
      const recorder = record();
      recorder.add(done(start + i * 1000));
      await recorder.end(start + i * 1000, false);
    }
    const kept = await readRuns(place());
    expect(kept.map(({ begun }) => (begun.at - start) / 1000)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    expect(await readdir(runs())).toContain("notes.txt");
  });

  test("reads a run whose process was killed in the middle of a line", async () => {
    const recorder = record();
    recorder.add(started(start));
    await recorder.end(start, false);
    const file = join(runs(), (await readdir(runs()))[0] ?? "");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.slice(0, text.lastIndexOf('"event":"ended"')));
    await writeFile(join(runs(), "2026-11-04T00-00-00.000Z.jsonl"), "not a run\n");
    const [run, ...others] = await readRuns(place());
    expect(others).toEqual([]);
    expect(run?.events).toHaveLength(1);
    expect(run?.ended).toBeUndefined();
  });

  test("says once that nothing can be written, and fails nothing", async () => {
    await mkdir(dir);
    await writeFile(runs(), "in the way");
    const troubles: string[] = [];
    const recorder = record(troubles);
    recorder.add(started(start));
    await recorder.end(start, false);
    recorder.add(done(start + 1));
    await recorder.end(start + 1, false);
    expect(troubles).toEqual([expect.stringMatching(/is not kept for `tap report`: E/)]);
  });

  test("is no environment", async () => {
    const recorder = record();
    recorder.add(started(start));
    await recorder.end(start, false);
    expect(await listEnvironments(dir, false)).toEqual([]);
  });
});
