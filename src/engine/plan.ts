import type { Failure } from "./events.ts";
import type { Json } from "./journal.ts";
import { type Change, isRemovable, type Removal } from "./kind.ts";
import type { Look, Looks } from "./look.ts";
import type { Node, Present } from "./node.ts";
import { predecessors } from "./predecessors.ts";

/**
 * What `up` would do to a node. `follow`: it depends on something that is still to be made, and may have to change.
 * `look`: a look-up in something that is still to be made. `remove`: another one has taken its place.
 */
export type Intended = "create" | "update" | "replace" | "remove" | "wait" | "follow" | "hold" | "look" | "none";

/** One line of the plan of an `up`. */
export interface PlannedChange<Aws> {
  readonly node: Node<Json, Aws>;
  readonly action: Intended;
  readonly changes: readonly Change[];
  /** The needs whose outputs are only known later. */
  readonly after: readonly string[];
  readonly reason?: string;
}

/** What `up` would do, and what forbids it. */
export interface UpPlan<Aws> {
  readonly changes: readonly PlannedChange<Aws>[];
  /** Found before anything is changed: while there are any, nothing is. */
  readonly conflicts: readonly Failure[];
}

/** What `up` would do after this look. Pure. */
export function planUp<Aws>(looks: Looks<Aws>): UpPlan<Aws> {
  const changes: PlannedChange<Aws>[] = [];
  const conflicts: Failure[] = [];
  for (const [node, look] of looks.declared) {
    if (look.is === "error") {
      conflicts.push(look.failure);
      continue;
    }
    // What `up` does not make is in no plan while it is not there.
    if (look.is === "absent" && node.kind.role === "by-product") continue;
    const toCome = node.needs.filter((need) => isToCome(looks.declared.get(need)));
    const after = [...new Set(toCome.map((need) => need.id))];
    const {
      action,
      list = [],
      reason = action === "create" ? announced(node, looks) : undefined,
    } = intended(node, look);
    const refusal = refuse(node, look, action, list, looks);
    if (refusal !== undefined) conflicts.push({ node: node.id, type: node.kind.type, action: "look", ...refusal });
    changes.push({ node, action, changes: list, after, ...(reason === undefined ? {} : { reason }) });
  }
  for (const node of predecessors(looks)) {
    changes.push({ node, action: "remove", changes: [], after: [], reason: "another one has taken its place" });
  }
  return { changes, conflicts };
}

/** What the look-ups that a new resource is made from have to say about it. */
function announced<Aws>(node: Node<Json, Aws>, { declared }: Looks<Aws>): string | undefined {
  const notes = node.needs.flatMap((need) => {
    const look = need.kind.role === "lookup" ? declared.get(need) : undefined;
    return look?.is === "present" ? (look.note ?? []) : [];
  });
  return notes.length === 0 ? undefined : notes.join("; ");
}

/** Whether a plan would change anything, or wait for a change. */
export const isEmptyPlan = <Aws>(plan: UpPlan<Aws>): boolean =>
  plan.changes.every(({ action }) => action === "none" || action === "hold");

/**
 * What a teardown would leave where it is, and why. Only reads.
 *
 * @param how what the teardown is told to keep
 */
export async function planKept<Aws>(
  looks: Looks<Aws>,
  how: Omit<Removal, "token">,
): Promise<ReadonlyMap<Node<Json, Aws>, string>> {
  const present = [...looks.leftOver, ...looks.declared].flatMap(([node, look]) =>
    look.is === "present" && isRemovable(node.kind) ? [{ node, look }] : [],
  );
  const kept = new Map<Node<Json, Aws>, string>();
  await Promise.all(
    present.map(async ({ node, look }) => {
      const why = await look.spares(how);
      if (why !== undefined) kept.set(node, why);
    }),
  );
  for (const { node } of present.filter(({ node }) => node.kind.irreplaceable !== undefined)) {
    const data = present.filter(({ node: d }) => d.kind.holdsData && d.needs.includes(node));
    // What is removed under protection leaves a copy of its data behind.
    const encrypted = data.filter(({ node: d }) => kept.has(d) || how.protect).map(({ node: d }) => d.id);
    if (encrypted.length > 0) kept.set(node, `it encrypts what is kept of ${encrypted.join(", ")}`);
  }
  return kept;
}

const succession = (why: string) => `${why}; another one is made, what uses it moves there, then it is removed`;

const isToCome = (look: Look | undefined) => look?.is === "absent";

interface Intention {
  readonly action: Intended;
  readonly list?: readonly Change[];
  readonly reason?: string;
}

function intended<Aws>(node: Node<Json, Aws>, look: Exclude<Look, { is: "error" }>): Intention {
  if (look.is === "absent") {
    if (node.kind.role === "lookup") return { action: "look" };
    // It comes with its parent, and is then brought to what is wanted.
    if (node.kind.role === "child") return { action: "update" };
    return { action: "create", ...(look.why === undefined ? {} : { reason: look.why }) };
  }
  if (look.is === "blocked") return { action: "follow", reason: `cannot be looked for before ${look.by} is known` };
  const { phase } = look;
  switch (phase.is) {
    case "failed":
      if (phase.update) return compared(node, look);
      return { action: "replace", reason: node.kind.replace === "succeed" ? succession(phase.why) : phase.why };
    case "leaving":
      return { action: "create", reason: `${phase.why} now` };
    case "pending":
      return { action: "wait", reason: phase.why };
    case "held":
      return { action: "hold", reason: phase.why };
    default:
      return compared(node, look);
  }
}

/** What the differences from what is wanted ask for. */
function compared<Aws>(node: Node<Json, Aws>, look: Present): Intention {
  const { changes, missing } = look.compare();
  if (changes === undefined) {
    // What is not removable has nothing of its own to change while what it needs is missing.
    return isRemovable(node.kind)
      ? { action: "follow", reason: `depends on ${missing.join(", ")}` }
      : { action: "none" };
  }
  if (changes.length === 0) return { action: "none" };
  return { action: changes.some((c) => c.fix === "replace") ? "replace" : "update", list: changes };
}

function refuse<Aws>(
  node: Node<Json, Aws>,
  look: Look,
  action: Intended,
  changes: readonly Change[],
  looks: Looks<Aws>,
): { readonly message: string; readonly advice: string } | undefined {
  if (action === "replace" && node.kind.replace === "refuse") {
    const why = look.is === "present" && look.phase.is === "failed" ? look.phase.why : describe(changes);
    return {
      message: `needs to be replaced, which tap refuses for ${node.kind.type}: ${why}`,
      advice: "Put the setting back, or bring up a copy with --suffix and move to it.",
    };
  }
  // What AWS still shows, a key pending deletion, is brought back.
  if (look.is === "absent" && look.why === undefined && node.kind.irreplaceable !== undefined) {
    const standing = [...looks.declared].filter(
      ([other, seen]) => other.kind.holdsData && other.needs.includes(node) && seen.is === "present",
    );
    if (standing.length === 0) return undefined;
    const names = standing.map(([other]) => other.id).join(", ");
    return {
      message: `is gone, though ${names} still need it`,
      advice: node.kind.irreplaceable,
    };
  }
  return undefined;
}

const describe = (changes: readonly Change[]): string =>
  changes
    .filter((c) => c.fix === "replace")
    .map((c) => `${c.path}: ${JSON.stringify(c.live)} → ${JSON.stringify(c.want)}`)
    .join("; ");
