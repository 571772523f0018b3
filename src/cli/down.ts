import { costOfDown } from "../cost/monthly.ts";
import { down } from "../engine/down.ts";
import { estimateDown } from "../engine/estimate.ts";
import type { Failure } from "../engine/events.ts";
import type { Outcomes } from "../engine/outcome.ts";
import { planKept } from "../engine/plan.ts";
import { type Observation, type Observations, refresh } from "../engine/refresh.ts";
import { unsaid } from "../engine/unseen.ts";
import { downPlanJson, downPlanText } from "../report/plan.ts";
import { failuresOf, type Summary, summarise, summaryText } from "../report/summary.ts";
import { count, sanitise, table } from "../report/text.ts";
import { failuresText, whereText } from "../report/words.ts";
import type { Environment } from "../session/environment.ts";
import { RefusedError } from "../session/errors.ts";
import { exitCodes } from "./exit.ts";
import { type Plan, toContinue, type Work } from "./run-environments.ts";
import { outcomesOf, type Swept, standing, sweep } from "./sweep.ts";

/** What is to be done about an environment. */
export interface Removal {
  /** Only to be shown. */
  readonly dryRun: boolean;
  /** What is protected is destroyed as well. */
  readonly purge: boolean;
  /** What it costs is shown. */
  readonly cost: boolean;
}

/**
 * Refuses what could not be done as the settings want it.
 *
 * @throws {RefusedError}
 */
export async function requireRemovable({ request, settings }: Environment, purge: boolean): Promise<void> {
  const { data, environment } = await settings();
  if (data !== "preserve" || !request.local || purge) return;
  throw new RefusedError(
    `${environment} preserves its data (data: preserve), and the local AWS takes no final snapshots. Nothing was changed.`,
    { advice: `Give --purge to destroy the data, or "tap local reset" to throw the whole local AWS away.` },
  );
}

/** Looks at an environment, and plans to take it down. */
export async function planToTakeDown<Aws>(work: Work<Aws>, { dryRun, purge, cost }: Removal): Promise<Plan> {
  const { session, reporter } = work;
  const { account, kinds, local, platform, run, settings } = session;
  const { environment, region } = settings;
  const where = { environment, region, account, local };
  const how = { protect: settings.data === "preserve" && !purge, purge };
  const looks = await refresh(run, platform.nodes, kinds);
  const there = standing(looks);
  const kept = await planKept(looks, how);
  const costs = cost && !local ? { cost: costOfDown(settings, looks, kept) } : {};
  const estimate = estimateDown(run, looks, kept);
  const present = [...there].filter(([node, { is }]) => is === "present" && !kept.has(node)).length;
  const view = { ...where, ...selected(looks, there), kept, snapshot: how.protect, ...costs, estimate };
  return {
    async show() {
      reporter.data({ at: run.clock.now(), ...downPlanJson(view) });
      if (there.size > 0) await work.tell(downPlanText(view, reporter.style, reporter.columns));
      else reporter.say(`Nothing is there of ${whereText(where)}.`);
      if (dryRun) reporter.data({ event: "summary", ...summarise([], work.spent()) });
    },
    ...(dryRun ? { ends: exitCodes.done } : {}),
    ...(present > 0 ? { subject: `${count(present, "resource")} of ${whereText(where)}` } : {}),
    busy: new Set([...there.keys()].map(({ id }) => id)),
    tasks: estimate?.tasks,
    async go() {
      const first = outcomesOf(looks, await down(run, looks, how));
      if (run.signal.aborted) {
        const summary = summarise([first], work.spent());
        return () => interrupted(work, first, summary);
      }
      const failed = [...first.values()].some(({ is }) => is === "failed");
      const swept = await sweep(session, first, !failed, how);
      const summary = summarise([first, ...swept.endings], work.spent());
      return () => ended(work, [first, ...swept.endings], swept, summary);
    },
  };
}

async function ended<Aws>(
  work: Work<Aws>,
  endings: readonly Outcomes<Aws>[],
  swept: Swept<Aws>,
  summary: Summary,
): Promise<number> {
  const { reporter, session } = work;
  const { clock, signal } = session.run;
  reporter.say(`\n${summaryText(endings, summary, reporter.style)}`);
  const proven = swept.remaining.size === 0 && swept.unsearched.length === 0;
  if (proven && summary.retained === 0) await session.state.remove();
  report(work, swept, { kept: summary.retained > 0, said: failuresOf(endings) });
  reporter.data({ event: "swept", at: clock.now(), ...sweptJson(swept) });
  reporter.data({ event: "summary", ...summary });
  if (signal.aborted && !proven) return exitCodes.interrupted;
  return proven && summary.failed === 0 ? exitCodes.done : exitCodes.failed;
}

function interrupted<Aws>({ reporter }: Work<Aws>, endings: Outcomes<Aws>, summary: Summary): number {
  reporter.say(`\n${summaryText([endings], summary, reporter.style)}`);
  reporter.warn(toContinue);
  reporter.data({ event: "summary", ...summary });
  return exitCodes.interrupted;
}

/** The looks at some nodes, in the order of all. */
const selected = <Aws>(looks: Observations<Aws>, some: ReadonlyMap<unknown, Observation>) => ({
  leftOver: new Map([...looks.leftOver].filter(([node]) => some.has(node))),
  declared: new Map([...looks.declared].filter(([node]) => some.has(node))),
});

/** Whether anything is left, and what. */
function report<Aws>(
  { session, reporter }: Work<Aws>,
  { remaining, unsearched }: Swept<Aws>,
  { kept, said }: { readonly kept: boolean; readonly said: readonly Failure[] },
): void {
  const { style } = reporter;
  if (remaining.size === 0 && unsearched.length === 0) {
    const types = session.kinds.filter(({ revive }) => revive !== undefined).length;
    const searched = `searched ${count(types, "resource type")} and the tags`;
    reporter.say(
      style.good(kept ? `Nothing but what was kept is left: ${searched}.` : `Nothing is left: ${searched}.`),
    );
    return;
  }
  const unseen = [...remaining.values()].flatMap((look) => (look.is === "error" ? [look.failure] : []));
  const failures = unsaid(said, [...unseen, ...unsearched]);
  const unproven = "It is not proven that nothing is left";
  if (failures.length > 0) reporter.warn(failuresText(`${unproven}: these searches failed`, failures, style));
  else if (unseen.length + unsearched.length > 0) reporter.warn(style.bad(`${unproven}, for the same reason.`));
  const there = [...remaining].filter(([, look]) => look.is !== "error");
  if (there.length > 0) {
    const rows = there.map(([{ id, kind }, look]) => [sanitise(id), sanitise(kind.type), sanitise(stillThere(look))]);
    const heading = style.bad(`${count(there.length, "resource is", "resources are")} still there`);
    reporter.warn([heading, ...table(rows).map((row) => `  ${row}`)].join("\n"));
  }
  reporter.warn(`${style.note("→")} Run the same command again.`);
}

const stillThere = (look: Observation): string => (look.is === "present" ? look.awsId : "cannot be looked for");

const sweptJson = <Aws>({ remaining, unsearched }: Swept<Aws>) => ({
  remaining: [...remaining].map(([node, look]) => ({
    node: node.id,
    type: node.kind.type,
    ...(look.is === "present" ? { awsId: look.awsId } : {}),
  })),
  unsearched,
});
