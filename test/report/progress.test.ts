import { describe, expect, test } from "vitest";
import type { Event, Untimed } from "../../src/engine/events.ts";
import type { Task } from "../../src/engine/timetable.ts";
import { Progress } from "../../src/report/progress.ts";
import { makeReporter, makeRunReporter } from "../../src/report/reporter.ts";
import { makeStyle } from "../../src/report/style.ts";
import { timeOfDay, width } from "../../src/report/text.ts";
import { VirtualClock } from "../cloud/clock.ts";
import { expectGolden } from "./golden.ts";
import { failed, hostile } from "./sample.ts";

const start = Date.UTC(2026, 10, 3, 12, 0, 0);

/** A run, with the second at which each thing happened. */
const story: readonly (readonly [second: number, event: Untimed])[] = [
  [0, { event: "unchanged", node: "encryption/key", awsId: "1234abcd" }],
  [0, { event: "started", node: "network/nat-1", type: "ec2:nat-gateway", action: "create", expectedSeconds: 120 }],
  [1, { event: "started", node: "database/cluster", type: "rds:cluster", action: "create", expectedSeconds: 600 }],
  [
    2,
    {
      event: "started",
      node: "artifacts/bucket",
      type: "s3:bucket",
      action: "update",
      expectedSeconds: 0,
      changes: [{ path: "versioning", want: "Enabled", live: "Suspended", fix: "update" }],
    },
  ],
  [3, { event: "done", node: "artifacts/bucket", action: "update", awsId: "trading-artifacts-dev", seconds: 1.2 }],
  [
    4,
    {
      event: "done",
      node: "database/schema",
      action: "update",
      awsId: "arn:aws:rds:us-east-1:123456789012:cluster:trading-cluster-dev",
      result: "migrated to schema 3f2a",
      seconds: 2,
    },
  ],
  ...[5, 20, 29, 36, 50, 70].map((second): readonly [number, Untimed] => [
    second,
    {
      event: "waiting",
      node: "network/nat-1",
      action: "create",
      for: "pending",
      elapsedSeconds: second,
      expectedSeconds: 120,
    },
  ]),
  [
    72,
    {
      event: "retrying",
      node: "database/cluster",
      action: "create",
      class: "dependency",
      reason: `the role cannot be assumed yet ${hostile}`,
      delaySeconds: 2,
    },
  ],
  [80, { event: "notice", node: "dns/zone", text: "set the name servers ns-1, ns-2" }],
  [81, { event: "retained", node: "logs/api", reason: "holds data" }],
  [90, { event: "failed", node: "network/nat-1", action: "create", error: failed }],
  [90, { event: "skipped", node: "network/private-routes-1", because: "network/nat-1" }],
];

// A spread of a union with a field added to each member is that union's timed form.
const events = story.map(([second, event]) => ({ ...event, at: start + second * 1000 }) as Event);

function played(json: boolean): { stdout: string; stderr: string } {
  const out: string[] = [];
  const err: string[] = [];
  const reporter = makeReporter({
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    variables: {},
    clock: new VirtualClock(start),
    json,
  });
  reporter.begin(new Set(story.map(([, { node = "" }]) => node)));
  for (const event of events) reporter.event(event);
  reporter.end();
  reporter.say("that was all");
  return { stdout: out.join(""), stderr: err.join("") };
}

describe("plain progress", () => {
  test("is one line for each event that matters, and waiting at most every 30 seconds", () => {
    const { stdout, stderr } = played(false);
    expectGolden("progress-plain", stdout.trimEnd());
    expect(stdout.match(/for .*: pending/g)).toHaveLength(2);
    expect(stderr).toBe("");
  });
});

describe("JSON progress", () => {
  test("is one event a line, with nothing else on standard output", () => {
    const { stdout, stderr } = played(true);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(events.map(({ event }) => event));
    expect(stderr).toBe("that was all\n");
  });
});

describe("live progress", () => {
  const style = makeStyle(false);
  const at = (second: number, columns: number, rows: number, tasks?: readonly Task[]): string[] => {
    const named = ["network/nat-1", "network/private-routes-1", "artifacts/bucket", "database/schema", "logs/api"];
    const planned = [...Array(5).keys(), ...named].map(String);
    const progress = new Progress(start, new Set(planned), tasks);
    for (const event of events.filter(({ at }) => at <= start + second * 1000)) progress.add(event);
    return progress.lines(start + second * 1000, columns, rows, style);
  };

  test("shows what runs, for how long, and what it waits for", () => {
    const screens = [at(2, 80, 24), at(75, 80, 24), at(75, 40, 24), at(95, 80, 24)];
    expectGolden("progress-live", screens.map((lines) => lines.join("\n")).join("\n\n"));
  });

  test("shows when it will be over, where that is known, and how long each thing is expected to take", () => {
    const task = (id: string, seconds: number, begins: Task["begins"] = []): Task => ({
      id,
      seconds,
      accepted: 1,
      begins,
      works: [],
    });
    const tasks = [
      task("network/nat-1", 200),
      task("database/cluster", 500),
      task("database/writer", 300, [{ on: "database/cluster", until: "ended" }]),
    ];
    const screens = [at(75, 80, 24, tasks), at(75, 40, 24, tasks), at(75, 30, 2, tasks)];
    const text = screens.map((lines) => lines.join("\n")).join("\n\n");
    // 12:00 in UTC is another time of day elsewhere.
    expectGolden("progress-eta", text.replaceAll(timeOfDay(start + 801_000), "HH:MM"));
  });

  test("is never wider nor higher than the terminal", () => {
    const progress = new Progress(start, new Set());
    for (let i = 0; i < 50; i++) {
      const node = `database/日本語-${i}`;
      progress.add({ event: "started", node, type: "x", action: "create", expectedSeconds: 600, at: start });
    }
    for (const [columns, rows] of [
      [80, 24],
      [40, 10],
      [12, 3],
      [1, 1],
    ] as const) {
      const lines = progress.lines(start + 1000, columns, rows, style);
      expect(lines.length).toBeLessThanOrEqual(Math.max(rows, 1));
      for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
    }
    expect(progress.lines(start, 80, 24, style)).toContain("  and 30 more");
  });

  test("in a terminal, finished lines and warnings scroll by and the cursor comes back", async () => {
    const out: string[] = [];
    const err: string[] = [];
    const stream = { write: (text: string) => out.push(text), isTTY: true, columns: 80, rows: 24 };
    const reporter = await makeRunReporter({
      stdout: stream,
      stderr: { ...stream, write: (text: string) => err.push(text) },
      variables: { TERM: "xterm" },
      clock: new VirtualClock(start),
      json: false,
    });
    reporter.begin(new Set(story.map(([, { node = "" }]) => node)));
    for (const event of events) reporter.event(event);
    reporter.warn("the clock is wrong");
    reporter.end();
    // Written beside the live part, it would be written over.
    expect(err).toEqual([]);
    const text = out.join("");
    expect(text).toContain("artifacts/bucket: updated");
    expect(text).toContain("the clock is wrong");
    expect(text.lastIndexOf("\u001b[?25h")).toBeGreaterThan(text.lastIndexOf("\u001b[?25l"));
  });

  test("in a terminal that gets narrower, what it has wrapped anew is erased", async () => {
    const out: string[] = [];
    const stream = { write: (text: string) => out.push(text), isTTY: true, columns: 80, rows: 24 };
    const clock = new VirtualClock(start);
    const reporter = await makeRunReporter({
      stdout: stream,
      stderr: stream,
      variables: { TERM: "xterm" },
      clock,
      json: false,
    });
    reporter.begin(new Set());
    // 0 of 0 done, 0 running, and a bar of 40 columns: 2 lines of 40. 0.0 s so far: 1 line.
    stream.columns = 40;
    out.length = 0;
    reporter.say("something else");
    expect(out[0]).toBe("\u001b[3A\r\u001b[J");
    expect(out[1]).toContain("something else");
    reporter.end();
  });
});
