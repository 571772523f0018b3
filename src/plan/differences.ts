import type { PlannedResource, PlanRecord } from "./record.ts";

/** Where a plan does not fit any more. */
export interface Difference {
  /** Absent when it is not about one resource. */
  readonly node?: string;
  readonly text: string;
}

/** What has changed between a plan that was kept and the one that would be made now. */
export function differences(kept: PlanRecord, now: PlanRecord): Difference[] {
  const found: Difference[] = [];
  if (kept.tap !== now.tap) found.push({ text: `it was made by tap ${kept.tap}; this is ${now.tap}` });
  if (kept.settings !== now.settings) found.push({ text: "the settings are different ones" });
  if (kept.code !== now.code) found.push({ text: "the functions' code is different" });
  const [before, after] = [byNode(kept), byNode(now)];
  for (const node of new Set([...before.keys(), ...after.keys()])) {
    const text = difference(before.get(node), after.get(node));
    if (text !== undefined) found.push({ node, text });
  }
  return found;
}

const byNode = ({ resources }: PlanRecord) => new Map(resources.map((resource) => [resource.node, resource]));

function difference(before: PlannedResource | undefined, after: PlannedResource | undefined): string | undefined {
  if (before === undefined) return after && `was not there; now: ${describe(after)}`;
  if (after === undefined) return `planned: ${describe(before)}; now: neither declared nor there`;
  const [was, is] = [describe(before), describe(after)];
  if (was !== is) return `planned: ${was}; now: ${is}`;
  return before.seen === after.seen ? undefined : `planned: ${is}; it is not as it was seen then`;
}

/** What people are told of an action, where its name does not say it. */
const words: Readonly<Record<string, string>> = {
  none: "leave as it is",
  leave: "leave it, though it is left over",
  follow: "change it, perhaps",
  look: "look it up",
  hold: "wait for you",
};

/** "update engineVersion, port" */
export const describe = ({ action, changes }: PlannedResource): string =>
  [words[action] ?? action, changes.join(", ")].join(" ").trim();
