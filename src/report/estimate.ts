import type { Estimate } from "../engine/estimate.ts";
import { roughly, sanitise, truncate, width } from "./text.ts";

/** Where nothing says how wide a line may be. */
const usualColumns = 100;

/**
 * "Time: about 12 min; longest path: network/vpc → … → database/reader-1", with as many names as there is room for;
 * undefined when there is nothing to wait for.
 */
export function estimateText({ seconds, criticalPath }: Estimate, columns: number): string | undefined {
  if (criticalPath.length === 0) return undefined;
  const about = `Time: about ${roughly(seconds < 180 ? seconds : Math.round(seconds / 60) * 60)}`;
  const names = criticalPath.map(({ node }) => sanitise(node));
  const longest = criticalPath.reduce(
    (most, one, i) => (one.seconds > (criticalPath[most]?.seconds ?? 0) ? i : most),
    0,
  );
  const all = names.map((_, i) => i);
  const kept = [all, [0, longest, names.length - 1], [0, longest], [longest]];
  const lines = kept.map((some) => `${about}; longest path: ${shortened(names, new Set(some))}`);
  const room = Math.min(columns, usualColumns);
  return lines.find((line) => width(line) <= room) ?? truncate(about, columns);
}

/** The path with only some of its nodes named, by their places. */
function shortened(names: readonly string[], kept: ReadonlySet<number>): string {
  const words = names.map((name, i) => (kept.has(i) ? name : "…"));
  return words.filter((word, i) => word !== "…" || words[i - 1] !== "…").join(" → ");
}

/** The fields that the estimate adds to the event `plan`. */
export const estimateJson = (estimate: Estimate | undefined) =>
  estimate === undefined
    ? {}
    : { estimateSeconds: Math.round(estimate.seconds), criticalPath: estimate.criticalPath.map(rounded) };

const rounded = ({ node, startSeconds, seconds }: Estimate["criticalPath"][number]) => ({
  node,
  startSeconds: Math.round(startSeconds),
  seconds: Math.round(seconds),
});
