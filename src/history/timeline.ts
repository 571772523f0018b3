import { dependents } from "../engine/dependents.ts";
import type { Action } from "../engine/events.ts";
import { longestPath } from "../engine/timetable.ts";
import type { RecordedRun } from "./files.ts";
import type { Begun, Happened } from "./records.ts";

/** Times are milliseconds since the epoch. */
export interface Wait {
  readonly from: number;
  readonly to: number;
  readonly for: string;
}

/** A call that AWS has put off. */
export interface Retry {
  readonly at: number;
  readonly reason: string;
}

/** What a run did to one resource, from the first call to the last look. */
export interface Bar {
  readonly node: string;
  readonly type: string;
  readonly action: Action;
  readonly from: number;
  readonly to: number;
  /** `unfinished`: the run ended before it did. */
  readonly outcome: "done" | "failed" | "retained" | "unfinished";
  /** What AWS said, or why it was kept. */
  readonly message?: string;
  readonly waits: readonly Wait[];
  readonly retries: readonly Retry[];
}

/** A run as a report draws it. */
export interface Timeline {
  readonly from: number;
  readonly to: number;
  /** In the order in which they began. */
  readonly bars: readonly Bar[];
  /** What was not begun, because something else had failed. */
  readonly skipped: readonly { readonly node: string; readonly because: string }[];
  /** The chain of resources that determined the end, the first one first. */
  readonly critical: readonly Bar[];
}

/** Puts the events of a run together, resource by resource. */
export function timelineOf({ begun, events, ended }: RecordedRun): Timeline {
  const to = Math.max(begun.at, ended?.at ?? 0, ...events.slice(-1).map(({ at }) => at));
  const byNode = Map.groupBy(events, ({ node }) => node);
  const bars = [...byNode].flatMap(([node, own]) => barOf(node, own, begun, to) ?? []).sort((a, b) => a.from - b.from);
  const skipped = events.flatMap((event) => (event.event === "skipped" ? [event] : []));
  return {
    from: begun.at,
    to,
    bars,
    skipped: skipped.map(({ node, because }) => ({ node, because })),
    critical: criticalPath(bars, begun),
  };
}

function barOf(node: string, events: readonly Happened[], begun: Begun, end: number): Bar | undefined {
  const first = events.find(({ event }) => event !== "skipped");
  const last = events.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const started = events.find((event) => event.event === "started");
  const outcome =
    last.event === "done" || last.event === "failed" || last.event === "retained" ? last.event : undefined;
  const message = last.event === "failed" ? last.message : last.event === "retained" ? last.reason : undefined;
  const to = outcome === undefined ? end : last.at;
  return {
    node,
    type: started?.type ?? begun.nodes[node]?.type ?? "",
    action: started?.action ?? "create",
    from: first.at,
    to,
    outcome: outcome ?? "unfinished",
    ...(message === undefined ? {} : { message }),
    // A wait lasts until something else happens.
    waits: events.flatMap((event, i) =>
      event.event === "waiting" ? [{ from: event.at, to: events[i + 1]?.at ?? to, for: event.for }] : [],
    ),
    retries: events.flatMap((event) => (event.event === "retrying" ? [{ at: event.at, reason: event.reason }] : [])),
  };
}

/** What a resource waits for is what it needs, or, when it is removed, what needs it. */
function criticalPath(bars: readonly Bar[], { nodes }: Begun): Bar[] {
  const barOf = new Map(bars.map((bar) => [bar.node, bar]));
  const above = dependents(Object.entries(nodes));
  const before = (action: Action) => (node: string) =>
    (action === "remove" ? above.get(node) : nodes[node]?.needs) ?? [];
  return longestPath(
    bars,
    ({ to }) => to,
    (bar, path) => lastRelease(bar, barOf, before(bar.action), new Set(path.map(({ node }) => node))),
  );
}

/** Of all that a resource had to wait for, near or behind what was left alone, what let it go on last. */
function lastRelease(
  bar: Bar,
  barOf: ReadonlyMap<string, Bar>,
  before: (node: string) => readonly string[],
  seen: Set<string>,
): Bar | undefined {
  let best: { readonly bar: Bar; readonly at: number } | undefined;
  const open = [...before(bar.node)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const other = barOf.get(node);
    if (other === undefined) open.push(...before(node));
    const at = other && releasedAt(other, bar.from);
    if (other !== undefined && at !== undefined && at > (best?.at ?? Number.NEGATIVE_INFINITY))
      best = { bar: other, at };
  }
  return best?.bar;
}

/**
 * When a resource let another one go on that began at a given time: at its end, or, where its outputs were known or its
 * removal was accepted before, when it began to wait for AWS.
 */
function releasedAt({ from, to, waits }: Bar, began: number): number | undefined {
  if (to <= began) return to;
  const waiting = waits[0]?.from;
  if (waiting !== undefined && waiting <= began) return waiting;
  return from <= began ? from : undefined;
}
