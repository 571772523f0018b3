import { dependents as dependentsOf } from "./dependents.ts";
import { measure } from "./durations.ts";
import { InterruptedError, NotOursError } from "./errors.ts";
import { failure } from "./failure.ts";
import { haltedBefore, skip } from "./halt.ts";
import type { Json } from "./journal.ts";
import { isRemovable, type KindFacts } from "./kind.ts";
import type { Node } from "./node.ts";
import { inTurn } from "./one-at-a-time.ts";
import type { Outcome, Outcomes } from "./outcome.ts";
import { predecessors } from "./predecessors.ts";
import type { Observation, Observations } from "./refresh.ts";
import { removeNode } from "./remove.ts";
import type { Run } from "./run.ts";

/** What a teardown leaves. */
export interface DownOptions {
  /** Keep the data of the environment. */
  readonly protect: boolean;
  /** Destroy even what was kept on purpose. Never together with `protect`. */
  readonly purge?: boolean;
}

/** What stands on a node: how far its removal is, and how that ended. */
interface Dependent {
  readonly id: string;
  readonly kind: KindFacts;
  readonly released: Promise<boolean> | undefined;
  /** When its removal was asked for, in milliseconds since the epoch. */
  asked(): number | undefined;
  ending(): Promise<Outcome> | undefined;
}

/** What others are told of a removal; times are in milliseconds since the epoch. */
interface Hooks {
  accepted(): void;
  gone(asked: number): void;
}

/**
 * Removes everything that was seen, each node as soon as nothing that depends on it is left. Left-overs go first, and
 * in turn, since nothing is known of what they need. A failure stops only what the failed node stands on.
 */
export async function down<Aws>(run: Run<Aws>, looks: Observations<Aws>, options: DownOptions): Promise<Outcomes<Aws>> {
  const ended = new Map<Node<Json, Aws>, Outcome>();
  // What others have taken the place of may still be in use by what is declared: it goes last.
  const last = new Set(predecessors(looks));
  const leftOver = async (isLast: boolean) => {
    for (const [node, look] of looks.leftOver) {
      if (last.has(node) === isLast) ended.set(node, await takeDown(run, node, look, [], options));
    }
  };
  await leftOver(false);

  const dependents = dependentsOf([...looks.declared.keys()].map((node) => [node, node]));
  const asked = new Map<Node<Json, Aws>, number>();
  const released = new Map([...looks.declared.keys()].map((node) => [node, Promise.withResolvers<boolean>()]));
  const endings = new Map<Node<Json, Aws>, Promise<Outcome>>();
  for (const [node, look] of looks.declared) {
    const release = (ok: boolean) => released.get(node)?.resolve(ok);
    const above = (dependents.get(node) ?? []).map((d) => ({
      id: d.id,
      kind: d.kind,
      released: released.get(d)?.promise,
      asked: () => asked.get(d),
      ending: () => endings.get(d),
    }));
    if (node.kind.releases === "at-once") release(true);
    const hooks: Hooks = {
      accepted: () => {
        if (node.kind.releases === "leaving") release(true);
      },
      gone: (at) => asked.set(node, at),
    };
    endings.set(
      node,
      takeDown(run, node, look, above, options, hooks).then((ending) => {
        release(ending.is === "removed" || ending.is === "unchanged" || ending.is === "retained");
        return ending;
      }),
    );
  }
  for (const [node, ending] of endings) ended.set(node, await ending);
  await leftOver(true);
  return ended;
}

async function takeDown<Aws>(
  run: Run<Aws>,
  node: Node<Json, Aws>,
  look: Observation,
  above: readonly Dependent[],
  options: DownOptions,
  hooks?: Hooks,
): Promise<Outcome> {
  for (const dependent of above) {
    if ((await dependent.released) === false) {
      if (run.signal.aborted) return { is: "interrupted" };
      if (look.is === "absent") return { is: "skipped", because: dependent.id };
      return skip(run, node, dependent.id);
    }
  }
  if (!isRemovable(node.kind)) return { is: "unchanged" };
  // AWS works on it only once what stands on it is gone, even where it has accepted the removal before.
  let free = 0;
  for (const dependent of above) {
    void dependent.ending()?.then(() => {
      free = run.clock.now();
    });
  }
  const gone = (asked: number, refused: boolean) => {
    measure(run, node.kind, "remove", run.clock.now() - Math.max(asked, free));
    if (refused && node.kind.occupied) measureOccupation(run, above, asked);
    hooks?.gone(asked);
  };
  const start = run.clock.now();
  try {
    if (look.is === "present" && node.kind.irreplaceable !== undefined) {
      const kept = await keptAbove(above);
      if (kept.length > 0) return await retain(run, node, `it encrypts ${kept.join(", ")}`, look.awsId);
    }
    // It may have come about in this very teardown.
    const seen = node.kind.role === "by-product" ? undefined : look;
    const how = { ...options, action: "remove", accepted: hooks?.accepted, gone } as const;
    const removed = await inTurn(run, node, () => removeNode(run, node, how, seen));
    if (typeof removed !== "boolean") {
      // A name that another environment holds is nothing that was kept.
      if (!node.kind.holdsData) return { is: "unchanged" };
      return await retain(run, node, removed.retained, removed.awsId);
    }
    if (run.journal.retained().has(node.id)) await run.journal.release(node.id);
    if (!removed) return { is: "unchanged" };
    const seconds = (run.clock.now() - start) / 1000;
    run.emit({ event: "done", node: node.id, action: "remove", seconds });
    return { is: "removed" };
  } catch (error) {
    if (error instanceof InterruptedError) return { is: "interrupted" };
    if (error instanceof NotOursError) {
      run.emit({ event: "notice", node: node.id, text: `${error.message}: left as it is` });
      return { is: "unchanged" };
    }
    const halted = haltedBefore(run, node.id, error);
    if (halted !== undefined && run.journal.get(node.id)?.intent === undefined) return skip(run, node, halted);
    const failed = failure(run, node, "remove", error);
    run.emit({ event: "failed", node: node.id, action: "remove", error: failed });
    return { is: "failed", failure: failed };
  }
}

/** Notes how long what stood in a node has kept it from being removed: of several, the last that was asked to go. */
function measureOccupation<Aws>(run: Run<Aws>, above: readonly Dependent[], free: number): void {
  const left = above.flatMap(({ kind, asked }) => {
    const at = asked();
    return at === undefined || kind.seconds.release === undefined ? [] : [{ kind, at }];
  });
  const last = left.sort((a, b) => a.at - b.at).at(-1);
  if (last !== undefined) measure(run, last.kind, "release", free - last.at);
}

/** The data that was kept among what stands on a node. */
async function keptAbove(above: readonly Dependent[]): Promise<string[]> {
  const endings = await Promise.all(above.map(async (d) => ({ ...d, ended: await d.ending() })));
  return endings.filter((d) => d.kind.holdsData && d.ended?.is === "retained").map((d) => d.id);
}

async function retain<Aws>(run: Run<Aws>, node: Node<Json, Aws>, reason: string, awsId: string): Promise<Outcome> {
  await run.journal.retain(node.id, { type: node.kind.type, id: awsId, reason });
  run.emit({ event: "retained", node: node.id, reason });
  return { is: "retained", why: reason };
}
