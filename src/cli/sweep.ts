import { type DownOptions, down } from "../engine/down.ts";
import type { Failure } from "../engine/events.ts";
import type { Json } from "../engine/journal.ts";
import { isRemovable } from "../engine/kind.ts";
import type { Node } from "../engine/node.ts";
import type { Outcome, Outcomes } from "../engine/outcome.ts";
import { type Observation, type Observations, refresh } from "../engine/refresh.ts";
import type { Session } from "../session/session.ts";

/** How often the account is searched, for late writers. */
const passes = 3;
/** What a late writer is given to finish, in milliseconds. */
const pause = 5_000;

/** What a sweep has found. */
export interface Swept<Aws> {
  /** What is still there, though it should be gone. */
  readonly remaining: ReadonlyMap<Node<Json, Aws>, Observation>;
  /** Searches that failed: nothing proves that nothing is left. */
  readonly unsearched: readonly Failure[];
  /** How removing what turned up late has ended. */
  readonly endings: readonly Outcomes<Aws>[];
}

/** Everything that a look has found, or could not rule out, and that is to be removed. */
export const standing = <Aws>(looks: Observations<Aws>): Map<Node<Json, Aws>, Observation> => {
  const all = [...looks.leftOver, ...looks.declared];
  return new Map(all.filter(([{ kind }, look]) => look.is !== "absent" && isRemovable(kind)));
};

/** How the teardown ended for what was there. */
export const outcomesOf = <Aws>(looks: Observations<Aws>, endings: Outcomes<Aws>): Outcomes<Aws> => {
  const there = standing(looks);
  return new Map([...endings].filter(([node]) => there.has(node)));
};

/**
 * Searches the account anew after a teardown, and removes what late writers have made again, until nothing is left.
 *
 * @param before how the teardown ended: what it has kept on purpose, or found to be someone else's, may stay
 * @param again whether what is found is to be removed; not when the teardown has failed
 * @param how what the teardown was told to keep
 */
export async function sweep<Aws>(
  session: Session<Aws>,
  before: Outcomes<Aws>,
  again: boolean,
  how: DownOptions,
): Promise<Swept<Aws>> {
  const { kinds, platform, run } = session;
  const ended = new Map([...before].map(([{ id }, ending]) => [id, ending]));
  const endings: Outcomes<Aws>[] = [];
  let goesOn = again;
  for (let pass = 1; ; pass++) {
    const looks = await refresh(run, platform.nodes, kinds);
    const remaining = new Map([...standing(looks)].filter(([{ id }, look]) => !mayStay(ended.get(id), look)));
    const { unsearched } = looks;
    const clean = remaining.size === 0 && unsearched.length === 0;
    // Functions may write a last log line after they are gone, which makes their log group anew; none do so locally.
    const late = pass > 1 || session.local || before.size === 0;
    if ((clean && late) || !goesOn || pass === passes || run.signal.aborted) return { remaining, unsearched, endings };
    if (remaining.size > 0) {
      const removed = outcomesOf(looks, await down(run, looks, how));
      for (const [{ id }, ending] of removed) ended.set(id, ending);
      endings.push(removed);
      // What has failed now would fail again: one more search says what is left.
      goesOn = [...removed.values()].every(({ is }) => is !== "failed");
    }
    // Cut short by an interruption, which the next pass notices.
    await run.clock.sleep(pause, run.signal).catch(() => undefined);
  }
}

/**
 * Whether it was kept on purpose, or, when it cannot be looked at, was found to be someone else's: a removal that
 * finds nothing of ours at a taken name changes nothing and does not fail.
 */
const mayStay = (ending: Outcome | undefined, look: Observation): boolean =>
  ending?.is === "retained" || (ending?.is === "unchanged" && look.is === "error");
