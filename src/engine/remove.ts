import { hiddenUntil } from "./consistency.ts";
import { expectedSeconds } from "./durations.ts";
import { DeadlineError, TapError } from "./errors.ts";
import type { Json } from "./journal.ts";
import type { Node, Present, Sight } from "./node.ts";
import { checkInterrupted, pause } from "./pause.ts";
import { pollInterval } from "./poll-interval.ts";
import type { Observation } from "./refresh.ts";
import { send } from "./retry.ts";
import type { Run } from "./run.ts";

/** What a removal is part of, and what it must spare. */
export interface RemoveOptions {
  readonly action: "remove" | "replace";
  readonly protect: boolean;
  readonly purge?: boolean;
  /** Called as soon as AWS has accepted the removal. */
  readonly accepted?: (() => void) | undefined;
  /**
   * Called once it is gone, if this run alone has removed it.
   *
   * @param asked when the removal that AWS has accepted was sent, in milliseconds since the epoch
   * @param refused whether AWS has refused it before
   */
  readonly gone?: (asked: number, refused: boolean) => void;
}

/** Left where it is, and why. */
export interface Retained {
  readonly retained: string;
  readonly awsId: string;
}

const sparing = ({ protect, purge = false }: RemoveOptions) => ({ protect, purge });

/**
 * Removes one node and waits until it is gone.
 *
 * @param seen the look that the run began with
 * @returns whether there was anything to remove, or why it was left where it is
 * @throws what AWS said, or {@link DeadlineError} naming what holds the removal up
 */
export async function removeNode<Aws>(
  run: Run<Aws>,
  node: Node<Json, Aws>,
  options: RemoveOptions,
  seen?: Observation,
): Promise<boolean | Retained> {
  const since = run.clock.now();
  const deadline = since + node.kind.minutes.remove * 60_000;
  let sight: Sight = seen === undefined || seen.is === "error" ? await node.look(run, since) : seen;
  let looked = since;
  let waiting: Waiting | undefined;
  let removed = false;
  let asked: Asked | undefined;
  for (;;) {
    checkInterrupted(run);
    if (sight.is === "blocked") {
      // What it sits in says why: what sits in something that is not ours is not ours either.
      await node.parent?.look(run, run.clock.now());
      throw new TapError(`cannot be looked for before ${sight.by} is known`);
    }
    if (sight.is === "absent") {
      const shown = sight.why === undefined ? await lookForHidden(run, node, options) : sight;
      if (shown.is !== "present") break;
      sight = shown;
    }
    const why = sight.phase.is === "leaving" ? undefined : await sight.retainReason(sparing(options));
    if (why !== undefined) return { retained: why, awsId: sight.awsId };
    if (!removed && options.action === "remove") {
      const expected = expectedSeconds(run, node.kind, "remove") ?? 0;
      const { type } = node.kind;
      run.emit({ event: "started", node: node.id, type, action: "remove", expectedSeconds: expected });
    }
    if (sight.phase.is !== "leaving") {
      const answer = await askForRemoval(run, node, options, sight, deadline);
      if (!removed) asked = answer;
      // Where nothing had to be sent, what was read before still holds.
      sight = await node.look(run, looked);
    }
    removed = true;
    if (sight.is === "present") {
      if (sight.phase.is === "leaving") options.accepted?.();
      waiting = await waitForRemoval(run, node, options, sight, { since, deadline }, waiting);
      looked = run.clock.now();
      sight = await node.look(run, looked);
    }
  }
  if (asked !== undefined) options.gone?.(asked.at, asked.refused);
  if (run.journal.get(node.id) !== undefined) await run.journal.delete(node.id);
  return removed;
}

/**
 * Looks for what a run that has died since was creating, until it would show if it were there. The look that this run
 * began with may be older than that.
 */
async function lookForHidden<Aws>(run: Run<Aws>, node: Node<Json, Aws>, options: RemoveOptions): Promise<Sight> {
  const since = run.clock.now();
  const until = hiddenUntil(run.journal.get(node.id), node.kind, since, since);
  if (until === undefined) return { is: "absent" };
  for (;;) {
    const now = run.clock.now();
    const sight = await node.look(run, now);
    if (sight.is !== "absent" || sight.why !== undefined || now >= until) return sight;
    run.emit({
      event: "waiting",
      node: node.id,
      action: options.action,
      for: "what was being created when the run before stopped",
      elapsedSeconds: (now - since) / 1000,
      expectedSeconds: (until - since) / 1000,
    });
    await pause(run, pollInterval(now, since, (until - since) / 1000));
  }
}

/** The call that AWS has accepted: when it was sent, in milliseconds since the epoch, and whether others were refused. */
interface Asked {
  readonly at: number;
  readonly refused: boolean;
}

async function askForRemoval<Aws>(
  run: Run<Aws>,
  node: Node<Json, Aws>,
  options: RemoveOptions,
  present: Present,
  deadline: number,
): Promise<Asked | undefined> {
  const entry = run.journal.get(node.id);
  const token = entry?.intent?.action === "remove" ? entry.token : run.mint();
  if (entry?.intent?.action !== "remove" || entry.id !== present.awsId) {
    const key = node.key(run)?.value;
    await run.journal.put(node.id, {
      type: node.kind.type,
      name: node.name,
      id: present.awsId,
      token,
      intent: { action: "remove", at: run.clock.now() },
      ...(key === undefined ? {} : { key }),
    });
  }
  const explain = () => present.blockers();
  const sendings: number[] = [];
  const remove = () => {
    sendings.push(run.clock.now());
    return present.remove({ token, ...sparing(options) });
  };
  const sent = await send(run, node, options.action, deadline, remove, explain);
  if (sent.is === "look" && sent.class === "exists") throw sent.error;
  const at = sendings.at(-1);
  return sent.is === "done" && at !== undefined ? { at, refused: sendings.length > 1 } : undefined;
}

/** What holds a removal up, and since when, in milliseconds since the epoch. */
interface Waiting {
  readonly why: string;
  readonly since: number;
}

async function waitForRemoval<Aws>(
  run: Run<Aws>,
  node: Node<Json, Aws>,
  options: RemoveOptions,
  present: Present,
  { since, deadline }: { readonly since: number; readonly deadline: number },
  before: Waiting | undefined,
): Promise<Waiting> {
  const now = run.clock.now();
  const why = (await present.blockers()) ?? (present.phase.is === "ready" ? "its removal" : present.phase.why);
  if (now >= deadline) {
    throw new DeadlineError(`still there after ${node.kind.minutes.remove} minutes: ${why}`, {
      advice: "Run the same command again to go on waiting.",
    });
  }
  const expected = expectedSeconds(run, node.kind, "remove") ?? 0;
  const elapsedSeconds = (now - since) / 1000;
  const { action } = options;
  run.emit({ event: "waiting", node: node.id, action, for: why, elapsedSeconds, expectedSeconds: expected });
  // What it takes by itself begins when the last thing that has held it up is gone.
  const waiting = before?.why === why ? before : { why, since: now };
  await pause(run, pollInterval(now, waiting.since, expected));
  return waiting;
}
