import type { Failure } from "../engine/events.ts";
import type { Json } from "../engine/journal.ts";
import type { Node } from "../engine/node.ts";
import type { Outcome, Outcomes } from "../engine/outcome.ts";
import { isOutside } from "../engine/status.ts";
import type { Style } from "./style.ts";
import { count, duration, few, sanitise } from "./text.ts";
import { failuresText } from "./words.ts";

type CallsByService = Readonly<Record<string, { readonly calls: number; readonly mutating: number }>>;

/** How a run ended. The fields of the event "summary"; those that scripts rely on come first. */
export interface Summary {
  readonly schema: 1;
  readonly created: number;
  /** Repaired in place or made anew; the latter are counted in `replaced` as well. */
  readonly updated: number;
  readonly removed: number;
  readonly retained: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly calls: number;
  readonly mutatingCalls: number;
  readonly durationMs: number;
  readonly replaced: number;
  /** Waiting for the user. */
  readonly held: number;
  /** Not begun, because something else has failed. */
  readonly skipped: number;
  /** Not finished, because the user has asked to stop. */
  readonly interrupted: number;
  readonly callsByService: CallsByService;
}

/** What was spent on a run. */
export interface Spent {
  readonly calls: number;
  readonly mutating: number;
  readonly durationMs: number;
  byService(): CallsByService;
}

/**
 * Counts how it ended. What is nobody's resource (look-ups, settings of the account) only counts when it failed, and what
 * need not be there only when something was done about it.
 */
export function summarise<Aws>(all: readonly Outcomes<Aws>[], spent: Spent): Summary {
  const endings = all.flatMap((some) => [...some]);
  const counted = endings.filter(
    ([node, { is }]) =>
      is === "failed" || (!isOutside(node) && !(node.kind.role === "by-product" && is === "unchanged")),
  );
  const n = (...some: Outcome["is"][]) => counted.filter(([, { is }]) => some.includes(is)).length;
  return {
    schema: 1,
    created: n("created"),
    updated: n("updated", "replaced"),
    removed: n("removed"),
    retained: n("retained"),
    unchanged: n("unchanged"),
    failed: n("failed"),
    calls: spent.calls,
    mutatingCalls: spent.mutating,
    durationMs: Math.round(spent.durationMs),
    replaced: n("replaced"),
    held: n("held"),
    skipped: n("skipped"),
    interrupted: n("interrupted"),
    callsByService: spent.byService(),
  };
}

/** All failures of a run, each once. */
export const failuresOf = <Aws>(all: readonly Outcomes<Aws>[]): Failure[] =>
  all.flatMap((endings) => [...endings.values()].flatMap((ending) => (ending.is === "failed" ? [ending.failure] : [])));

/** What failed and what was not begun because of it; what waits for the user; and the counts. */
export function summaryText<Aws>(all: readonly Outcomes<Aws>[], summary: Summary, style: Style): string {
  const failures = failuresOf(all);
  const endings = all.flatMap((some) => [...some]);
  const blocks: string[] = [];
  if (failures.length > 0) blocks.push(failuresText(count(failures.length, "failure"), failures, style));
  const skipped = [...skippedBy(endings)];
  for (const [cause, ids] of skipped) {
    const whose = skipped.length > 1 || failures.length > 1 ? sanitise(cause) : "it";
    blocks.push(`Not begun because of ${whose}: ${few(ids)}`);
  }
  const held = new Set(endings.flatMap(([, end]) => (end.is === "held" ? [end.why] : [])));
  for (const why of held) blocks.push(`${style.warn("!")} Left to you: ${sanitise(why)}`);
  const retained = endings.flatMap(([{ id }, end]) =>
    end.is === "retained" ? [`  · ${sanitise(id)}: ${sanitise(end.why)}`] : [],
  );
  if (retained.length > 0) blocks.push(["Kept:", ...retained].join("\n"));
  blocks.push(countsText(summary, style));
  return blocks.join("\n\n");
}

/** What was not begun, by what is the cause of it: what failed, not what was itself not begun because of that. */
function skippedBy<Aws>(endings: readonly (readonly [Node<Json, Aws>, Outcome])[]): Map<string, string[]> {
  const skips = endings.flatMap(([node, ending]) => (ending.is === "skipped" ? [{ node, ...ending }] : []));
  const direct = new Map(skips.map(({ node, because }) => [node.id, because]));
  const causes = new Map<string, string>();
  // In the order of the graph, so that what a node stands on comes before it.
  for (const [id, because] of direct) causes.set(id, causes.get(because) ?? because);
  const counted = skips.filter(({ node }) => !isOutside(node)).map(({ node }) => node.id);
  return Map.groupBy(counted, (id) => causes.get(id) ?? "");
}

function countsText(summary: Summary, style: Style): string {
  const { created, updated, replaced, removed, retained, unchanged, failed, held, skipped, interrupted } = summary;
  const words: readonly (readonly [number, string])[] = [
    [created, "created"],
    [updated - replaced, "updated"],
    [replaced, "replaced"],
    [removed, "removed"],
    [retained, "kept"],
    [unchanged, "unchanged"],
    [held, "waiting for you"],
    [failed, "failed"],
    [skipped, "not begun"],
    [interrupted, "not finished"],
  ];
  const parts = words.filter(([n]) => n > 0).map(([n, word], i) => `${i === 0 ? count(n, "resource") : n} ${word}`);
  const head = failed > 0 ? style.bad("Failed") : interrupted > 0 ? style.warn("Interrupted") : style.good("Done");
  const calls = `${count(summary.calls, "AWS call")}, ${summary.mutatingCalls} of them to change something`;
  return `${head} in ${duration(summary.durationMs / 1000)}: ${parts.join(", ") || "nothing to do"}. ${calls}.`;
}
