import { assess, type Verdict } from "./assess.ts";
import { rootCauses } from "./causes.ts";
import type { Failure } from "./events.ts";
import type { Json } from "./journal.ts";
import { type Change, isRemovable, type KindFacts, type Removal } from "./kind.ts";
import type { Node } from "./node.ts";
import { predecessors } from "./predecessors.ts";
import type { Observation, Observations } from "./refresh.ts";

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
  /** Of what may have to follow: the node that it all hangs on. */
  readonly because?: string;
}

/** What `up` would do, and what forbids it. */
export interface UpPlan<Aws> {
  readonly changes: readonly PlannedChange<Aws>[];
  /** Found before anything is changed: while there are any, nothing is. */
  readonly conflicts: readonly Failure[];
}

/** What `up` would do after this look. Pure. */
export function planUp<Aws>(looks: Observations<Aws>): UpPlan<Aws> {
  const changes: PlannedChange<Aws>[] = [];
  const conflicts: Failure[] = [];
  const roots = rootCauses(looks);
  for (const [node, look] of looks.declared) {
    if (look.is === "error") {
      conflicts.push(look.failure);
      continue;
    }
    // What `up` does not make is in no plan while it is not there.
    if (look.is === "absent" && node.kind.role === "by-product") continue;
    const toCome = node.needs.filter((need) => isToCome(looks.declared.get(need)));
    const after = [...new Set(toCome.map((need) => need.id))];
    const intention = intended(node, look);
    const { action, list = [], reason = action === "create" ? announced(node, looks) : undefined } = intention;
    const refusal = refuse(node, look, intention, looks);
    if (refusal !== undefined) conflicts.push({ node: node.id, type: node.kind.type, action: "look", ...refusal });
    const because = action === "follow" ? roots.get(node.id) : undefined;
    changes.push({
      node,
      action,
      changes: list,
      after,
      ...(reason === undefined ? {} : { reason }),
      ...(because === undefined || because === node.id ? {} : { because }),
    });
  }
  for (const node of predecessors(looks)) {
    changes.push({ node, action: "remove", changes: [], after: [], reason: "another one has taken its place" });
  }
  return { changes, conflicts };
}

/** What the look-ups that a new resource is made from have to say about it. */
function announced<Aws>(node: Node<Json, Aws>, { declared }: Observations<Aws>): string | undefined {
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
  looks: Observations<Aws>,
  how: Omit<Removal, "token">,
): Promise<ReadonlyMap<Node<Json, Aws>, string>> {
  const present = [...looks.leftOver, ...looks.declared].flatMap(([node, look]) =>
    look.is === "present" && isRemovable(node.kind) ? [{ node, look }] : [],
  );
  const kept = new Map<Node<Json, Aws>, string>();
  await Promise.all(
    present.map(async ({ node, look }) => {
      const why = await look.retainReason(how);
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

const isToCome = (look: Observation | undefined) => look?.is === "absent";

interface Intention {
  readonly action: Intended;
  readonly list?: readonly Change[];
  readonly reason?: string;
}

function intended<Aws>(node: Node<Json, Aws>, look: Exclude<Observation, { is: "error" }>): Intention {
  if (look.is === "absent") {
    if (node.kind.role === "lookup") return { action: "look" };
    // It comes with its parent, and is then brought to what is wanted.
    if (node.kind.role === "child") return { action: "update" };
    return { action: "create", ...(look.why === undefined ? {} : { reason: look.why }) };
  }
  if (look.is === "blocked") return { action: "follow", reason: `cannot be looked for before ${look.by} is known` };
  return repair(node.kind, assess(look));
}

/** What is to be done to what is there. */
function repair(kind: KindFacts, verdict: Verdict): Intention {
  const { role, replace } = kind;
  switch (verdict.is) {
    case "failed":
      return { action: "replace", reason: replace === "succeed" ? succession(verdict.why) : verdict.why };
    case "failed-update":
      return repair(kind, verdict.compared());
    case "leaving":
      return { action: "create", reason: `${verdict.why} now` };
    case "pending":
      return { action: "wait", reason: verdict.why };
    case "held":
      return { action: "hold", reason: verdict.why };
    case "incomparable":
      // A look-up changes nothing, and a setting of the account waits for nothing that an environment makes.
      if (role === "lookup" || role === "account-setting") return { action: "none" };
      return { action: "follow", reason: `depends on ${verdict.missing.join(", ")}` };
    case "settled":
      return { action: "none" };
    case "update":
    case "replace":
      return { action: verdict.is, list: verdict.changes };
  }
}

function refuse<Aws>(
  node: Node<Json, Aws>,
  look: Observation,
  { action, list = [], reason = describe(list) }: Intention,
  looks: Observations<Aws>,
): { readonly message: string; readonly advice: string } | undefined {
  if (action === "replace" && node.kind.replace === "refuse") {
    return {
      message: `needs to be replaced, which tap refuses for ${node.kind.type}: ${reason}`,
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
