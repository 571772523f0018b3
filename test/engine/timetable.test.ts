import { expect, test } from "vitest";
import type { Event, Untimed } from "../../src/engine/events.ts";
import {
  Forecast,
  inOrder,
  longestPath,
  pathsAhead,
  renamed,
  type Task,
  timetable,
  type Wait,
} from "../../src/engine/timetable.ts";

const task = (id: string, seconds: number, begins: readonly Wait[] = [], works: readonly Wait[] = []): Task => ({
  id,
  seconds,
  accepted: Math.min(1, seconds),
  begins,
  works,
});

test("a task begins when what it waits for is accepted, or over, and ends after what AWS waits for", () => {
  const cluster = task("cluster", 45);
  const writer = task("writer", 480, [{ on: "cluster", until: "accepted" }]);
  const schema = task("schema", 5, [{ on: "writer", until: "ended" }]);
  const late = task("late", 10, [{ on: "cluster", until: "accepted" }], [{ on: "writer", until: "ended", delay: 20 }]);
  const tasks = inOrder([late, schema, writer, cluster]);
  expect(tasks.map(({ id }) => id)).toEqual(["cluster", "writer", "late", "schema"]);
  const table = timetable(tasks);
  expect([...table.values()].map(({ id, begun, ended }) => [id, begun, ended])).toEqual([
    ["cluster", 0, 45],
    ["writer", 1, 481],
    ["late", 1, 511],
    ["schema", 481, 486],
  ]);
  expect(
    longestPath(
      table.values(),
      ({ ended }) => ended,
      ({ by = "" }) => table.get(by),
    ).map(({ id }) => id),
  ).toEqual(["cluster", "writer", "late"]);
});

test("what the longest path begins with is the most urgent, whether it waits for an answer or for the end", () => {
  const cluster = task("cluster", 45);
  const writer = task("writer", 480, [{ on: "cluster", until: "accepted" }]);
  const schema = task("schema", 5, [{ on: "writer", until: "ended" }]);
  const secret = task("secret", 30);
  const login = task("login", 2, [{ on: "secret", until: "accepted" }]);
  expect([...pathsAhead([cluster, writer, schema, secret, login])].reverse()).toEqual([
    ["cluster", 1 + 480 + 5],
    ["writer", 480 + 5],
    ["schema", 5],
    ["secret", 30],
    ["login", 2],
  ]);
});

test("tasks that wait for one another are refused", () => {
  const wait = (on: string): Wait => ({ on, until: "ended" });
  expect(() => inOrder([task("a", 1, [wait("b")]), task("b", 1, [wait("a")])])).toThrow("wait for one another");
});

test("tasks of two environments keep apart under names of their own", () => {
  const tasks = [task("a/first", 10), task("a/second", 5, [{ on: "a/first", until: "ended" }])];
  const both = ["dev", "prod"].flatMap((environment) => renamed(tasks, (id) => `${environment} ${id}`));
  const table = timetable(both, new Map([["dev a/first", { begun: 0, ended: 2 }]]), 3);
  expect([table.get("dev a/second")?.ended, table.get("prod a/second")?.ended]).toEqual([8, 18]);
});

/** A forecast of one task after another, and what happens. */
function forecast(...events: readonly (readonly [second: number, event: Untimed])[]): Forecast {
  const tasks = inOrder([task("a/first", 100), task("a/second", 50, [{ on: "a/first", until: "ended" }])]);
  const made = new Forecast(tasks, 0);
  // A spread of a union with a field added to each member is that union's timed form.
  for (const [second, event] of events) made.add({ ...event, at: second * 1000 } as Event);
  return made;
}

const started = { event: "started", node: "a/first", type: "x", action: "create", expectedSeconds: 100 } as const;
const done = { event: "done", node: "a/first", action: "create", seconds: 1 } as const;

test("what is overdue moves the end on without a jump, and never into the past", () => {
  const late = forecast([0, started]);
  let before = late.look(0).left;
  expect(before).toBe(150);
  for (let second = 1; second < 1000; second++) {
    const { left } = late.look(second * 1000);
    expect(left).toBeGreaterThan(50);
    expect(Math.abs(left - before)).toBeLessThanOrEqual(1.001);
    before = left;
  }
});

test("what ends early brings the end nearer, and what ends last leaves nothing", () => {
  expect(forecast([0, started], [10, done]).look(10_000).left).toBe(50);
  const second = { ...started, node: "a/second" };
  const over = forecast([0, started], [10, done], [10, second], [60, { ...done, node: "a/second" }]);
  expect(over.look(60_000).left).toBe(0);
});

test("what waits for the user is waited for no longer, nor what stands on it", () => {
  const held = forecast([0, started], [10, { event: "notice", node: "a/first", text: "set the servers", held: true }]);
  expect(held.look(10_000).left).toBe(0);
});
