import { Convergence } from "./converge.ts";
import { down } from "./down.ts";
import { InterruptedError } from "./errors.ts";
import { tasksOfUp } from "./estimate.ts";
import { failure } from "./failure.ts";
import { haltedBefore, skip } from "./halt.ts";
import type { Json } from "./journal.ts";
import type { Node } from "./node.ts";
import { inTurn } from "./one-at-a-time.ts";
import type { Outcome, Outcomes } from "./outcome.ts";
import { planUp } from "./plan.ts";
import { predecessors } from "./predecessors.ts";
import { lookAt, type Observations } from "./refresh.ts";
import type { Run } from "./run.ts";
import { pathsAhead } from "./timetable.ts";

/**
 * Creates what is missing and repairs what drifted, each node as soon as what it needs can be used. A failure stops
 * only what depends on it. Last, what others have taken the place of is removed.
 *
 * @param looks a look at the same graph, without errors
 */
export async function up<Aws>(
  run: Run<Aws>,
  graph: readonly Node<Json, Aws>[],
  looks: Observations<Aws>,
): Promise<Outcomes<Aws>> {
  const usable = new Map<Node<Json, Aws>, Promise<Usable>>();
  const endings = new Map<Node<Json, Aws>, Promise<Outcome>>();
  // What has the longest path ahead of it goes first wherever calls have to wait.
  const tasks = tasksOfUp(run, planUp(looks).changes).filter((task) => task !== undefined);
  const ahead = pathsAhead(tasks);

  for (const node of graph) {
    const { promise, resolve: settle } = Promise.withResolvers<Usable>();
    usable.set(node, promise);
    endings.set(
      node,
      run
        .urgently(ahead.get(node.id) ?? 0, () => converge(run, node, looks, usable, endings, settle))
        .then((ending) => {
          // A node that ended well has said so itself; whoever still waits for it will not get it.
          settle({ is: "unusable", ending });
          return ending;
        }),
    );
  }
  const ended = new Map<Node<Json, Aws>, Outcome>();
  for (const [node, ending] of endings) ended.set(node, await ending);
  // While anything is not as wanted, it may still use what another one is to take the place of.
  if ([...ended.values()].every(isGood)) {
    for (const [node, ending] of await removePredecessors(run, looks)) ended.set(node, ending);
  }
  return ended;
}

/** Removes what others have taken the place of, in this run or in one before. */
async function removePredecessors<Aws>(run: Run<Aws>, looks: Observations<Aws>): Promise<Outcomes<Aws>> {
  const gone = predecessors(looks, (node) => run.journal.get(node.id)?.id);
  const seen = await lookAt(run, gone, run.clock.now());
  const leftOver = new Map([...seen].filter(([, look]) => look.is !== "absent"));
  return down(run, { ...looks, declared: new Map(), leftOver }, { protect: false });
}

const isGood = ({ is }: Outcome) => is === "created" || is === "updated" || is === "replaced" || is === "unchanged";

/** Whether a node's outputs may be used, and whether this run has changed anything about it. */
type Usable =
  | { readonly is: "usable"; readonly changed: boolean }
  | { readonly is: "unusable"; readonly ending: Outcome };

async function converge<Aws>(
  run: Run<Aws>,
  node: Node<Json, Aws>,
  looks: Observations<Aws>,
  usable: ReadonlyMap<Node<Json, Aws>, Promise<Usable>>,
  endings: ReadonlyMap<Node<Json, Aws>, Promise<Outcome>>,
  settle: (usable: Usable) => void,
): Promise<Outcome> {
  let changed = false;
  for (const need of node.needs) {
    let state = await usable.get(need);
    if (state === undefined) throw new Error(`${node.id} needs ${need.id}, which does not come before it in the graph`);
    if (node.after.includes(need)) {
      const ending = await endings.get(need);
      if (ending !== undefined && !isGood(ending)) state = { is: "unusable", ending };
    }
    if (state.is === "unusable") {
      if (state.ending.is === "interrupted" || state.ending.is === "held") return state.ending;
      return skip(run, node, need.id);
    }
    changed ||= state.changed;
  }
  const work = new Convergence(run, node, (did) => settle({ is: "usable", changed: did }));
  try {
    // What was seen at the beginning still holds, unless this run has changed something that the node needs, or what
    // it sits in was not ready by then.
    const seen = looks.declared.get(node);
    const holds = seen !== undefined && seen.is !== "error" && seen.is !== "blocked";
    return await inTurn(run, node, () => work.run(holds && !changed ? { sight: seen, at: looks.at } : undefined));
  } catch (error) {
    if (error instanceof InterruptedError) return { is: "interrupted" };
    const halted = haltedBefore(run, node.id, error);
    if (halted !== undefined && !work.begun) return skip(run, node, halted);
    const failed = failure(run, node, work.action, error);
    run.emit({ event: "failed", node: node.id, action: work.action, error: failed });
    return { is: "failed", failure: failed };
  }
}
