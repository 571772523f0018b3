import type { Ending, Endings } from "./ending.ts";
import { InterruptedError, NotOursError } from "./errors.ts";
import { failure } from "./failure.ts";
import type { Json } from "./journal.ts";
import type { Look, Looks } from "./look.ts";
import type { Node } from "./node.ts";
import { removeNode } from "./remove.ts";
import type { Run } from "./run.ts";

/** What a teardown spares. */
export interface DownOptions {
  /** Keep the data of the environment. */
  readonly protect: boolean;
}

/**
 * Removes everything that was seen, each node as soon as nothing that depends on it is left. Left-overs go first, and
 * in turn, since nothing is known of what they need. A failure stops only what the failed node stands on.
 */
export async function down<Aws>(run: Run<Aws>, looks: Looks<Aws>, options: DownOptions): Promise<Endings<Aws>> {
  const ended = new Map<Node<Json, Aws>, Ending>();
  for (const [node, look] of looks.leftOver) {
    ended.set(node, await takeDown(run, node, look, [], options, () => undefined));
  }

  const dependents = new Map<Node<Json, Aws>, Node<Json, Aws>[]>();
  for (const node of looks.declared.keys()) {
    for (const need of new Set(node.needs)) dependents.set(need, [...(dependents.get(need) ?? []), node]);
    if (node.outlives.length > 0) dependents.set(node, [...(dependents.get(node) ?? []), ...node.outlives]);
  }
  const released = new Map([...looks.declared.keys()].map((node) => [node, Promise.withResolvers<boolean>()]));
  const endings = new Map<Node<Json, Aws>, Promise<Ending>>();
  for (const [node, look] of looks.declared) {
    const release = (ok: boolean) => released.get(node)?.resolve(ok);
    const above = (dependents.get(node) ?? []).map((d) => ({ id: d.id, released: released.get(d)?.promise }));
    const accepted = () => {
      if (node.kind.releases === "leaving") release(true);
    };
    endings.set(
      node,
      takeDown(run, node, look, above, options, accepted).then((ending) => {
        release(ending.is === "removed" || ending.is === "unchanged" || ending.is === "retained");
        return ending;
      }),
    );
  }
  for (const [node, ending] of endings) ended.set(node, await ending);
  return ended;
}

async function takeDown<Aws>(
  run: Run<Aws>,
  node: Node<Json, Aws>,
  look: Look,
  above: readonly { readonly id: string; readonly released: Promise<boolean> | undefined }[],
  options: DownOptions,
  accepted: () => void,
): Promise<Ending> {
  for (const dependent of above) {
    if ((await dependent.released) === false) {
      if (run.signal.aborted) return { is: "interrupted" };
      if (look.is !== "absent") run.emit({ event: "skipped", node: node.id, because: dependent.id });
      return { is: "skipped", because: dependent.id };
    }
  }
  if (node.kind.permanent) return { is: "unchanged" };
  const start = run.clock.now();
  try {
    const removed = await removeNode(run, node, { action: "remove", protect: options.protect, accepted }, look);
    if (removed === false) return { is: "unchanged" };
    if (removed !== true) {
      run.emit({ event: "retained", node: node.id, reason: removed.retained });
      return { is: "retained", why: removed.retained };
    }
    const seconds = (run.clock.now() - start) / 1000;
    run.emit({ event: "done", node: node.id, action: "remove", seconds });
    return { is: "removed" };
  } catch (error) {
    if (error instanceof InterruptedError) return { is: "interrupted" };
    if (error instanceof NotOursError) {
      run.emit({ event: "notice", node: node.id, text: `${error.message}: left as it is` });
      return { is: "unchanged" };
    }
    const failed = failure(run, node, "remove", error);
    run.emit({ event: "failed", node: node.id, action: "remove", error: failed });
    return { is: "failed", failure: failed };
  }
}
