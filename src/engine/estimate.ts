import { dependents } from "./dependents.ts";
import { expectedSeconds } from "./durations.ts";
import type { Json } from "./journal.ts";
import { isRemovable } from "./kind.ts";
import type { Node } from "./node.ts";
import type { PlannedChange } from "./plan.ts";
import type { Observation, Observations } from "./refresh.ts";
import type { Run } from "./run.ts";
import { inOrder, longestPath, type Stretch, type Task, timetable, type Wait } from "./timetable.ts";

/** How long a call takes to be answered, in seconds. */
const answer = 0.5;
/** What a repair takes, and a look that finds nothing to do. */
const repair = 1;

/** How long a run is expected to take, and why. */
export interface Estimate {
  readonly seconds: number;
  /** The longest path: each of its nodes, and when it begins and how long it takes, in seconds. */
  readonly criticalPath: readonly { readonly node: string; readonly startSeconds: number; readonly seconds: number }[];
  /** Everything that is done, in an order in which it can be done. */
  readonly tasks: readonly Task[];
}

/**
 * How long `up` is expected to take after this plan, by the rules by which the engine starts it. `undefined` when it is
 * not known of some kind how long it takes.
 *
 * @param leftOver what is removed afterwards, one after another
 */
export function estimateUp<Aws>(
  run: Run<Aws>,
  changes: readonly PlannedChange<Aws>[],
  leftOver: ReadonlyMap<Node<Json, Aws>, Observation> = new Map(),
): Estimate | undefined {
  const last = changes.map(({ node }): Wait => ({ on: node.id, until: "ended" }));
  return estimate([...tasksOfUp(run, changes), ...inTurn(run, leftOver, last)]);
}

/** What `up` does by this plan, in its order; `undefined` where it is not known how long it takes. */
export function tasksOfUp<Aws>(run: Run<Aws>, changes: readonly PlannedChange<Aws>[]): (Task | undefined)[] {
  const now = run.clock.now();
  return changes.map(({ node, action }): Task | undefined => {
    const { kind } = node;
    const begins = node.needs.map(
      (need): Wait => ({
        on: need.id,
        until: need.kind.usable === "ready" || node.after.includes(need) ? "ended" : "accepted",
      }),
    );
    const task = (seconds: number | undefined, accepted = seconds): Task | undefined =>
      seconds === undefined || accepted === undefined
        ? undefined
        : { id: node.id, seconds, accepted: Math.min(seconds, accepted), begins, works: [] };
    const create = expectedSeconds(run, kind, "create");
    switch (action) {
      case "create":
      case "look":
        return task(create, answer);
      case "replace": {
        const remove = expectedSeconds(run, kind, "remove");
        return create === undefined || remove === undefined ? undefined : task(remove + create, remove + answer);
      }
      case "wait": {
        const intent = run.journal.get(node.id)?.intent;
        const elapsed = intent?.action === "create" ? Math.max(0, now - intent.at) / 1000 : 0;
        return create === undefined ? undefined : task(Math.max(repair, create - elapsed), 0);
      }
      case "update":
        return task(repair);
      case "remove":
        return task(expectedSeconds(run, kind, "remove"));
      default:
        return task(0);
    }
  });
}

/**
 * How long `down` is expected to take after this look, by the rules by which the engine starts it. `undefined` when it
 * is not known of some kind how long it takes.
 *
 * @param kept what stays where it is
 */
export function estimateDown<Aws>(
  run: Run<Aws>,
  looks: Pick<Observations<Aws>, "declared" | "leftOver">,
  kept: ReadonlyMap<Node<Json, Aws>, string>,
): Estimate | undefined {
  const first = inTurn(run, looks.leftOver, []);
  const before = first.at(-1);
  const above = dependents([...looks.declared.keys()].map((node) => [node, node]));
  const tasks = [...looks.declared].map(([node, look]): Task | undefined => {
    const { kind } = node;
    const stays = look.is !== "present" || !isRemovable(kind) || kept.has(node);
    const seconds = stays ? 0 : expectedSeconds(run, kind, "remove");
    if (seconds === undefined) return undefined;
    const begins: Wait[] = before === undefined ? [] : [{ on: before.id, until: "ended" }];
    const works: Wait[] = [];
    for (const dependent of above.get(node) ?? []) {
      const on = dependent.id;
      const { releases } = dependent.kind;
      if (kind.irreplaceable !== undefined || releases === "gone") begins.push({ on, until: "ended" });
      else if (releases === "leaving") {
        begins.push({ on, until: "accepted" });
        works.push({ on, until: "ended" });
      }
      const delay = expectedSeconds(run, dependent.kind, "release");
      const occupies = kind.occupied && delay !== undefined && looks.declared.get(dependent)?.is === "present";
      if (occupies) works.push({ on, until: "accepted", delay });
    }
    return { id: node.id, seconds, accepted: Math.min(seconds, answer), begins, works };
  });
  return estimate([...first, ...tasks]);
}

/** What is removed one after another. */
function inTurn<Aws>(
  run: Run<Aws>,
  nodes: ReadonlyMap<Node<Json, Aws>, Observation>,
  first: readonly Wait[],
): (Task | undefined)[] {
  let begins = first;
  return [...nodes.keys()].map(({ id, kind }) => {
    const seconds = expectedSeconds(run, kind, "remove");
    if (seconds === undefined) return undefined;
    const task: Task = { id, seconds, accepted: seconds, begins, works: [] };
    begins = [{ on: id, until: "ended" }];
    return task;
  });
}

function estimate(all: readonly (Task | undefined)[]): Estimate | undefined {
  const known = all.filter((task) => task !== undefined);
  if (known.length < all.length) return undefined;
  const tasks = inOrder(known);
  const table = timetable(tasks);
  const before = ({ by }: Stretch) => (by === undefined ? undefined : table.get(by));
  const path = longestPath(table.values(), ({ ended }) => ended, before).filter(({ begun, ended }) => ended > begun);
  return {
    seconds: path.at(-1)?.ended ?? 0,
    criticalPath: path.map(({ id, begun, ended }) => ({ node: id, startSeconds: begun, seconds: ended - begun })),
    tasks,
  };
}
