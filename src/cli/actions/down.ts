import { InputError } from "../../config/errors.ts";
import { costOfDown } from "../../cost/monthly.ts";
import { down } from "../../engine/down.ts";
import type { Endings } from "../../engine/ending.ts";
import { type Look, type Looks, lookAtAll } from "../../engine/look.ts";
import { planKept } from "../../engine/plan.ts";
import { failuresText } from "../../report/failures.ts";
import { downPlanJson, downPlanText, whereText } from "../../report/plan.ts";
import { summarise, summaryText } from "../../report/summary.ts";
import { clean, count, table } from "../../report/text.ts";
import { resolveEnvironment } from "../../session/environment.ts";
import { RefusedError } from "../../session/errors.ts";
import { change, toContinue, type Work } from "../change.ts";
import type { RemovalOptions } from "../commands/down.ts";
import { exitCodes } from "../exit.ts";
import { requestOf } from "../options.ts";
import { endingsOf, type Swept, standing, sweep } from "../sweep.ts";
import type { World } from "../world.ts";

/** Runs `tap down`. @returns the exit code */
export async function runDown<Aws>(world: World<Aws>, options: RemovalOptions): Promise<number> {
  const { settings } = await resolveEnvironment(requestOf(world, options), world.clock);
  const { environment } = settings;
  const { purge = false, confirm, local = false } = options;
  if (confirm !== undefined && confirm !== environment) {
    throw new InputError([{ path: "--confirm", value: confirm, expected: `the environment's name, ${environment}` }]);
  }
  if (settings.data === "preserve" && local && !purge) {
    throw new RefusedError(
      `${environment} preserves its data (data: preserve), and the local AWS takes no final snapshots. Nothing was changed.`,
      { advice: `Give --purge to destroy the data, or "tap local reset" to throw the whole local AWS away.` },
    );
  }
  // Neither a "y" nor --yes destroys what is protected: the name has to be typed, or given.
  const { yes: _, ...unconfirmed } = options;
  const asked = purge ? { ...unconfirmed, ...(confirm === undefined ? {} : { yes: true as const }) } : options;
  return change(world, "down", asked, (work) => planAndGo(work, options));
}

async function planAndGo<Aws>(work: Work<Aws>, options: RemovalOptions): Promise<number> {
  const { dryRun, purge = false, cost = true } = options;
  const { session, reporter } = work;
  const { account, kinds, local, platform, run, settings } = session;
  const { style } = reporter;
  const { environment } = settings;
  const where = { environment, region: settings.region, account, local };
  const how = { protect: settings.data === "preserve" && !purge, purge };
  const looks = await work.race(lookAtAll(run, platform.nodes, kinds));
  const there = standing(looks);
  const kept = await work.race(planKept(looks, how));
  const costs = cost && !local ? { cost: costOfDown(settings, looks, kept) } : {};
  const view = { ...selected(looks, there), kept, snapshot: how.protect, ...costs };
  reporter.data({ at: run.clock.now(), ...downPlanJson(where, there, kept, costs.cost) });
  if (there.size > 0) reporter.say(downPlanText(where, view, style, reporter.columns));
  else reporter.say(`Nothing is there of ${whereText(where)}.`);
  if (dryRun) {
    reporter.data({ event: "summary", ...summarise([], work.spent()) });
    return exitCodes.done;
  }
  const present = [...there].filter(([node, { is }]) => is === "present" && !kept.has(node)).length;
  const question = `Remove ${count(present, "resource")} of ${whereText(where)}?`;
  const agreed = () =>
    purge ? work.agreed(`${question} This destroys its data for good.`, environment) : work.agreed(question);
  if (present > 0 && !(await agreed())) {
    reporter.warn("Nothing was changed.");
    return exitCodes.failed;
  }

  work.begin(new Set([...there.keys()].map(({ id }) => id)));
  const first = endingsOf(looks, await down(run, looks, how));
  if (run.signal.aborted) return interrupted(work, first);
  const failed = [...first.values()].some(({ is }) => is === "failed");
  const swept = await sweep(session, first, !failed, how);
  reporter.end();

  const endings = [first, ...swept.endings];
  const summary = summarise(endings, work.spent());
  reporter.say(`\n${summaryText(endings, summary, style)}`);
  const proven = swept.remaining.size === 0 && swept.unsearched.length === 0;
  if (proven && summary.retained === 0) await session.state.remove();
  report(work, swept, summary.retained > 0);
  reporter.data({ event: "swept", at: run.clock.now(), ...sweptJson(swept) });
  reporter.data({ event: "summary", ...summary });
  if (run.signal.aborted && !proven) return exitCodes.interrupted;
  return proven && summary.failed === 0 ? exitCodes.done : exitCodes.failed;
}

function interrupted<Aws>({ reporter, spent }: Work<Aws>, endings: Endings<Aws>): number {
  reporter.end();
  const summary = summarise([endings], spent());
  reporter.say(`\n${summaryText([endings], summary, reporter.style)}`);
  reporter.warn(toContinue);
  reporter.data({ event: "summary", ...summary });
  return exitCodes.interrupted;
}

/** The looks at some nodes, in the order of all. */
const selected = <Aws>(looks: Looks<Aws>, some: ReadonlyMap<unknown, Look>) => ({
  leftOver: new Map([...looks.leftOver].filter(([node]) => some.has(node))),
  declared: new Map([...looks.declared].filter(([node]) => some.has(node))),
});

/** Whether anything is left, and what. */
function report<Aws>({ session, reporter }: Work<Aws>, { remaining, unsearched }: Swept<Aws>, kept: boolean): void {
  const { style } = reporter;
  if (remaining.size === 0 && unsearched.length === 0) {
    const searched = `searched ${count(session.kinds.length, "resource type")} and the tags`;
    reporter.say(
      style.good(kept ? `Nothing but what was kept is left: ${searched}.` : `Nothing is left: ${searched}.`),
    );
    return;
  }
  if (unsearched.length > 0) {
    reporter.warn(failuresText("It is not proven that nothing is left: these searches failed", unsearched, style));
  }
  if (remaining.size > 0) {
    const rows = [...remaining].map(([{ id, kind }, look]) => [clean(id), clean(kind.type), clean(stillThere(look))]);
    const heading = style.bad(`${count(remaining.size, "resource is", "resources are")} still there`);
    reporter.warn([heading, ...table(rows).map((row) => `  ${row}`)].join("\n"));
  }
  reporter.warn(`${style.note("→")} Run the same command again.`);
}

function stillThere(look: Look): string {
  if (look.is === "present") return look.awsId;
  return look.is === "error" ? `cannot be looked at: ${look.failure.message}` : "cannot be looked for";
}

const sweptJson = <Aws>({ remaining, unsearched }: Swept<Aws>) => ({
  remaining: [...remaining].map(([node, look]) => ({
    node: node.id,
    type: node.kind.type,
    ...(look.is === "present" ? { awsId: look.awsId } : {}),
  })),
  unsearched,
});
