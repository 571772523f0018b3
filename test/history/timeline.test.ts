import { describe, expect, test } from "vitest";
import type { Happened } from "../../src/history/records.ts";
import { timelineOf } from "../../src/history/timeline.ts";
import { begun, noon } from "../pictures/sample.ts";

const at = (seconds: number) => noon + seconds * 1000;
const needs = (...ids: string[]) => ({ type: "toy:thing", needs: ids });
type Action = Extract<Happened, { event: "started" }>["action"];

const bar = (node: string, from: number, to: number, action: Action = "create", waits?: number): Happened[] => [
  { event: "started", at: at(from), node, type: "toy:thing", action },
  ...(waits === undefined ? [] : [{ event: "waiting", at: at(waits), node, for: "creating" } as const]),
  { event: "done", at: at(to), node },
];

const timeline = (nodes: Parameters<typeof begun>[0], ...events: Happened[][]) =>
  timelineOf({ begun: begun(nodes), events: events.flat().sort((a, b) => a.at - b.at) });

const path = ({ critical }: ReturnType<typeof timeline>) => critical.map(({ node }) => node);

describe("the timeline of a run", () => {
  test("has a bar for each resource, with its waits and retries", () => {
    const events: Happened[] = [
      { event: "started", at: at(1), node: "a", type: "toy:thing", action: "create" },
      { event: "retrying", at: at(2), node: "a", reason: "Throttling", delaySeconds: 1 },
      { event: "waiting", at: at(4), node: "a", for: "creating" },
      { event: "waiting", at: at(6), node: "a", for: "attaching" },
      { event: "failed", at: at(9), node: "a", message: "it broke" },
      { event: "skipped", at: at(9), node: "b", because: "a" },
    ];
    const { bars, skipped, from, to } = timeline({ a: needs(), b: needs("a") }, events);
    expect(bars).toEqual([
      {
        node: "a",
        type: "toy:thing",
        action: "create",
        from: at(1),
        to: at(9),
        outcome: "failed",
        message: "it broke",
        waits: [
          { from: at(4), to: at(6), for: "creating" },
          { from: at(6), to: at(9), for: "attaching" },
        ],
        retries: [{ at: at(2), reason: "Throttling" }],
      },
    ]);
    expect(skipped).toEqual([{ node: "b", because: "a" }]);
    expect([from, to]).toEqual([noon, at(9)]);
  });

  test("draws what was not finished up to the end", () => {
    const events: Happened[] = [{ event: "started", at: at(1), node: "a", type: "toy:thing", action: "remove" }];
    const { bars } = timelineOf({
      begun: begun({}),
      events,
      ended: { event: "ended", at: at(30), outcome: "interrupted" },
    });
    expect(bars).toMatchObject([{ from: at(1), to: at(30), outcome: "unfinished", action: "remove" }]);
  });

  test("follows the critical path from the end back to what had let each one go on last", () => {
    const nodes = { a: needs(), b: needs(), c: needs("a", "b"), d: needs("c"), aside: needs("a") };
    const run = timeline(nodes, bar("a", 0, 5), bar("b", 0, 9), bar("c", 9, 20), bar("d", 20, 21), bar("aside", 5, 15));
    expect(path(run)).toEqual(["b", "c", "d"]);
  });

  test("knows that a resource may be used before it is finished", () => {
    const nodes = { role: needs(), cluster: needs(), writer: needs("cluster"), code: needs("cluster", "role") };
    const cluster = bar("cluster", 0, 60, "create", 2);
    expect(path(timeline(nodes, cluster, bar("writer", 2, 90)))).toEqual(["cluster", "writer"]);
    // The role was what it had waited for: the cluster's address was known long before.
    expect(path(timeline(nodes, cluster, bar("role", 0, 10), bar("code", 10, 90)))).toEqual(["role", "code"]);
  });

  test("looks through what was left alone", () => {
    const nodes = { a: needs(), unchanged: needs("a"), c: needs("unchanged") };
    expect(path(timeline(nodes, bar("a", 0, 5), bar("c", 5, 8)))).toEqual(["a", "c"]);
  });

  test("goes the other way round where things are removed", () => {
    const nodes = {
      vpc: needs(),
      subnet: needs("vpc"),
      group: needs("vpc"),
      role: { ...needs(), outlives: ["group"] },
    };
    const remove = (node: string, from: number, to: number) => bar(node, from, to, "remove");
    const run = timeline(nodes, remove("group", 0, 30), remove("subnet", 0, 4), remove("vpc", 30, 31));
    expect(path(run)).toEqual(["group", "vpc"]);
    expect(path(timeline(nodes, remove("group", 0, 30), remove("role", 30, 40)))).toEqual(["group", "role"]);
  });
});
