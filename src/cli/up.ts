import manifest from "../../package.json" with { type: "json" };
import { InputError, type Problem } from "../config/errors.ts";
import { costOfUp } from "../cost/monthly.ts";
import { down } from "../engine/down.ts";
import { estimateUp } from "../engine/estimate.ts";
import type { Outcomes } from "../engine/outcome.ts";
import { isEmptyPlan, planUp } from "../engine/plan.ts";
import { refresh } from "../engine/refresh.ts";
import { isOutside, type StatusRow, statusRows } from "../engine/status.ts";
import { up } from "../engine/up.ts";
import { type Difference, differences } from "../plan/differences.ts";
import { writePlan } from "../plan/file.ts";
import { type PlanRecord, recordPlan } from "../plan/record.ts";
import { known, outputsJson, outputsText } from "../report/listings.ts";
import { upPlanJson, upPlanText } from "../report/plan.ts";
import { liftable } from "../report/status.ts";
import type { Style } from "../report/style.ts";
import { type Summary, summarise, summaryText } from "../report/summary.ts";
import { sanitise } from "../report/text.ts";
import { failuresText, whereText } from "../report/words.ts";
import { exitCodes } from "./exit.ts";
import { type Plan, toContinue, type Work } from "./run-environments.ts";

/** A plan that was kept in a file. */
export interface Kept {
  /** How messages call the file. */
  readonly name: string;
  readonly record: PlanRecord;
}

/** What is to be done about an environment. */
export interface Intention {
  /** Only to be shown. */
  readonly dryRun: boolean;
  /** What is left over is removed. */
  readonly prune: boolean;
  /** What limits a resource and is to be lifted, each as "resource:finding". */
  readonly lift: readonly string[];
  /** A database that is not there starts empty. */
  readonly fresh: boolean;
  /** What it costs is shown. */
  readonly cost: boolean;
  /** The plan that is carried out if it still fits. */
  readonly kept: Kept | undefined;
  /** The file that the plan is kept in. */
  readonly out: { readonly name: string; readonly path: string } | undefined;
}

/** After an interruption the world is not what the plan was made for. */
const toContinuePlan = "What was begun is noted: `tap up` without --plan continues, and so does a new plan.";

/** Looks at an environment, and plans to bring it up. @throws {InputError} when a kept plan is of another account */
export async function planToBringUp<Aws>(work: Work<Aws>, intention: Intention): Promise<Plan> {
  const { dryRun, prune, lift, fresh, cost, kept, out } = intention;
  const { session, reporter } = work;
  const { account, kinds, local, platform, run, settings } = session;
  const { style } = reporter;
  if (kept !== undefined) requireSame(kept, { account });
  const looks = await refresh(run, platform.nodes, kinds, true);
  const plan = planUp(looks);
  const rows = statusRows(looks);
  requireLiftable(lift, rows);
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
    flagged: rows.filter(({ findings }) => findings !== undefined),
    ...(cost && !local ? { cost: costOfUp(settings, changes, prune ? leftOver : new Map()) } : {}),
    estimate,
  };
  const record = recordPlan(session, { tap: manifest.version, changes: plan.changes, looks, prune, fresh });
  const found = kept === undefined ? [] : differences(kept.record, record);
  const isOutdated = kept !== undefined && found.length > 0;
  // Even when there is nothing to do: what was found is noted, in case the state file was lost.
  const busy = changes
    .filter(({ node, action }) => action !== "none" && action !== "hold" && !isOutside(node))
    .map(({ node }) => node);
  return {
    async show() {
      reporter.data({ at: run.clock.now(), ...upPlanJson(view) });
      await work.tell(upPlanText(view, style, reporter.columns));
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
          reporter.say(`Kept in ${sanitise(out.name)}: \`tap up --plan ${sanitise(out.name)}\` does this, or nothing.`);
        }
        reporter.data({ event: "summary", ...summarise([], work.spent()) });
      }
    },
    ...(isOutdated ? { ends: exitCodes.failed } : dryRun ? { ends: exitCodes.done } : {}),
    ...(isEmptyPlan(plan) && !pruning ? {} : { subject: whereText(where) }),
    busy: new Set([...busy, ...(pruning ? leftOver.keys() : [])].map(({ id }) => id)),
    tasks: estimate?.tasks,
    async go() {
      const endings: Outcomes<Aws>[] = [await up(run, platform.nodes, looks)];
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
  endings: readonly Outcomes<Aws>[],
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
  if (platform.lacks !== undefined) reporter.warn(`${reporter.style.warn("!")} ${platform.lacks}`);
  if (summary.interrupted > 0) reporter.warn(advice);
  reporter.data({ event: "summary", ...summary });
  if (summary.interrupted > 0) return exitCodes.interrupted;
  return endsBadly(endings) ? exitCodes.failed : exitCodes.done;
}

const endsBadly = <Aws>(all: readonly Outcomes<Aws>[]): boolean =>
  all.some((endings) =>
    [...endings.values()].some(({ is }) => is === "failed" || is === "skipped" || is === "interrupted"),
  );

/** What a kept plan asks for, as far as the user does not say so. Having the plan is consent to it. */
export const askedBy = <Options extends object>(record: PlanRecord, given: Options) => ({
  env: record.settingsOf,
  ...(record.environment === record.settingsOf ? {} : { suffix: record.environment }),
  region: record.region,
  ...(record.local ? { local: true as const } : {}),
  ...given,
  ...(record.prune ? { prune: true as const } : {}),
  ...(record.fresh ? { fresh: true as const } : {}),
  yes: true as const,
});

/** Refuses to lift what does not limit anything. @throws {InputError} */
function requireLiftable(lift: readonly string[], rows: readonly StatusRow[]): void {
  const lifted = new Set(rows.flatMap(({ id, changes }) => changes.map(({ path }) => `${id}:${path}`)));
  const others = liftable(rows);
  const expected = others.length > 0 ? `one of ${others.join(", ")}` : "nothing: there is nothing that could be lifted";
  const wrong = lift.filter((name) => !lifted.has(name));
  if (wrong.length > 0) throw new InputError(wrong.map((value) => ({ path: "--lift", value, expected })));
}

/** Refuses a plan that is of somewhere else. @throws {InputError} */
export function requireSame({ name, record }: Kept, meant: Partial<PlanRecord>): void {
  const problems = (["environment", "settingsOf", "region", "local", "account"] as const).flatMap((path): Problem[] => {
    const expected = meant[path];
    if (expected === undefined || expected === record[path]) return [];
    return [{ path, value: record[path], expected: `${expected}, which is meant`, source: name }];
  });
  if (problems.length > 0) throw new InputError(problems);
}

/** How many differences people are told: of a plan that was carried out already, everything is different. */
const shown = 15;

/** Why a plan is not carried out, and what to do. */
function outdatedText({ name, record }: Kept, found: readonly Difference[], style: Style): string {
  const { environment, settingsOf, local, plannedAt, prune, fresh } = record;
  const copy = environment === settingsOf ? "" : ` --suffix ${environment}`;
  const flags = [copy, local ? " --local" : "", prune ? " --prune" : "", fresh ? " --fresh" : ""].join("");
  const again = `tap plan --env ${settingsOf}${flags} --out ${name}   makes a new one`;
  return [
    style.bad(`The plan in ${sanitise(name)}, made at ${plannedAt}, does not fit any more. Nothing was changed.`),
    ...found.slice(0, shown).map(({ node, text }) => {
      const what = node === undefined ? "" : `${style.strong(sanitise(node))}: `;
      return `  ${style.bad("≠")} ${what}${sanitise(text)}`;
    }),
    ...(found.length > shown ? [`  and ${found.length - shown} more, which --json names`] : []),
    `${style.note("→")} ${sanitise(again)}`,
  ].join("\n");
}
