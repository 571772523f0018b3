import manifest from "../../../package.json" with { type: "json" };
import { InputError } from "../../config/errors.ts";
import { costOfUp } from "../../cost/monthly.ts";
import { down } from "../../engine/down.ts";
import type { Endings } from "../../engine/ending.ts";
import { estimateUp } from "../../engine/estimate.ts";
import { lookAtAll } from "../../engine/look.ts";
import { isEmptyPlan, planUp } from "../../engine/plan.ts";
import { isOutside } from "../../engine/status.ts";
import { up } from "../../engine/up.ts";
import { differences } from "../../plan/differences.ts";
import { writePlan } from "../../plan/file.ts";
import { recordPlan } from "../../plan/record.ts";
import { known, outputsJson, outputsText } from "../../report/outputs.ts";
import { upPlanJson, upPlanText } from "../../report/plan.ts";
import { type Summary, summarise, summaryText } from "../../report/summary.ts";
import { clean } from "../../report/text.ts";
import { failuresText, whereText } from "../../report/words.ts";
import { change, toContinue } from "../change.ts";
import type { UpOptions } from "../commands/up.ts";
import { requestsOf } from "../environments.ts";
import { exitCodes } from "../exit.ts";
import type { Plan, Work } from "../fleet.ts";
import { requestOf } from "../options.ts";
import { outdatedText, type Prepared, prepare, requireSame } from "../planned.ts";
import type { World } from "../world.ts";

/** After an interruption the world is not what the plan was made for. */
const toContinuePlan = "What was begun is noted: `tap up` without --plan continues, and so does a new plan.";

/** Runs `tap up`; with `dryRun`, `tap plan`. @returns the exit code */
export async function runUp<Aws>(world: World<Aws>, given: UpOptions): Promise<number> {
  const prepared = await prepare(world, given);
  const { options, out, file } = prepared;
  const requests = await requestsOf(world, { ...requestOf(world, options), ...(file && { file }) });
  if (out !== undefined && requests.length > 1) {
    throw new InputError([{ path: "--out", value: out.name, expected: "--env to name one environment only" }]);
  }
  return change(world, requests, options, {
    name: "up",
    plan: (work) => planned(work, prepared),
    question: (subjects) => `Bring up ${subjects} like this?`,
  });
}

async function planned<Aws>(work: Work<Aws>, { options, kept, out }: Prepared): Promise<Plan> {
  const { dryRun, prune = false, fresh = false, cost = true } = options;
  const { session, reporter } = work;
  const { account, kinds, local, platform, run, settings } = session;
  const { style } = reporter;
  if (kept !== undefined) requireSame(kept.name, kept.record, { account });
  const looks = await lookAtAll(run, platform.nodes, kinds);
  const plan = planUp(looks);
  const where = { environment: settings.environment, region: settings.region, account, local };
  if (plan.conflicts.length > 0) {
    const heading = `${whereText(where)} cannot be brought up. Nothing was changed.`;
    return {
      show() {
        for (const conflict of plan.conflicts) reporter.data({ event: "conflict", at: run.clock.now(), ...conflict });
        reporter.warn(failuresText(heading, plan.conflicts, style));
        reporter.data({ event: "summary", ...summarise([], work.spent()), failed: plan.conflicts.length });
      },
      ends: exitCodes.failed,
      busy: new Set(),
      go: async () => () => exitCodes.failed,
    };
  }
  const changes = plan.changes.filter(({ node, action }) => action !== "none" || !isOutside(node));
  // What others have taken the place of goes anyway.
  const going = new Set(changes.filter(({ action }) => action === "remove").map(({ node }) => node));
  const leftOver = new Map([...looks.leftOver].filter(([node]) => !going.has(node)));
  const pruning = prune && leftOver.size > 0;
  const estimate = estimateUp(run, plan.changes, prune ? leftOver : undefined);
  const view = {
    ...where,
    changes,
    leftOver,
    prune,
    retained: new Set(run.journal.retained().keys()),
    skipped: platform.skipped,
    ...(cost && !local ? { cost: costOfUp(settings, changes, prune ? leftOver : new Map()) } : {}),
    estimate,
  };
  const record = recordPlan(session, { tap: manifest.version, changes: plan.changes, looks, prune, fresh });
  const found = kept === undefined ? [] : differences(kept.record, record);
  const isOutdated = kept !== undefined && found.length > 0;
  // Even when there is nothing to do: what was found is noted, in case the state file was lost.
  const busy = changes.filter(({ action }) => action !== "none" && action !== "hold").map(({ node }) => node);
  return {
    async show() {
      reporter.data({ at: run.clock.now(), ...upPlanJson(view) });
      reporter.say(upPlanText(view, style, reporter.columns));
      if (looks.unsearched.length > 0) {
        reporter.warn(failuresText("What is left over could not be searched for", looks.unsearched, style));
      }
      if (isOutdated) {
        reporter.data({ event: "outdated", at: run.clock.now(), differences: found });
        reporter.warn(outdatedText(kept, found, style));
        reporter.data({ event: "summary", ...summarise([], work.spent()), failed: found.length });
      } else if (dryRun) {
        if (out !== undefined) {
          await writePlan(out.path, record);
          reporter.say(`Kept in ${clean(out.name)}: \`tap up --plan ${clean(out.name)}\` does this, or nothing.`);
        }
        reporter.data({ event: "summary", ...summarise([], work.spent()) });
      }
    },
    ...(isOutdated ? { ends: exitCodes.failed } : dryRun ? { ends: exitCodes.done } : {}),
    ...(isEmptyPlan(plan) && !pruning ? {} : { subject: whereText(where) }),
    busy: new Set([...busy, ...(pruning ? leftOver.keys() : [])].map(({ id }) => id)),
    tasks: estimate?.tasks,
    async go() {
      const endings: Endings<Aws>[] = [await up(run, platform.nodes, looks)];
      if (pruning && !endsBadly(endings)) {
        const leftOnly = { ...looks, declared: new Map(), leftOver };
        endings.push(await down(run, leftOnly, { protect: settings.data === "preserve" }));
      }
      const summary = summarise(endings, work.spent());
      return () => ended(work, endings, summary, kept === undefined ? toContinue : toContinuePlan);
    },
  };
}

function ended<Aws>(
  { session, reporter }: Work<Aws>,
  endings: readonly Endings<Aws>[],
  summary: Summary,
  advice: string,
): number {
  const { platform, run, settings } = session;
  const outputs = platform.outputs(run);
  if (!endsBadly(endings)) {
    const { environment, region } = settings;
    reporter.data({ event: "outputs", at: run.clock.now(), ...outputsJson(environment, region, outputs) });
    if (known(outputs).length > 0) reporter.say(`\n${outputsText(outputs)}`);
  }
  reporter.say(`\n${summaryText(endings, summary, reporter.style)}`);
  if (summary.interrupted > 0) reporter.warn(advice);
  reporter.data({ event: "summary", ...summary });
  if (summary.interrupted > 0) return exitCodes.interrupted;
  return endsBadly(endings) ? exitCodes.failed : exitCodes.done;
}

const endsBadly = <Aws>(all: readonly Endings<Aws>[]): boolean =>
  all.some((endings) =>
    [...endings.values()].some(({ is }) => is === "failed" || is === "skipped" || is === "interrupted"),
  );
