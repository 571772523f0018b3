import { Command } from "commander";
import { down } from "../../engine/down.ts";
import type { Endings } from "../../engine/ending.ts";
import { lookAtAll } from "../../engine/look.ts";
import { isEmptyPlan, planUp } from "../../engine/plan.ts";
import { isOutside } from "../../engine/status.ts";
import { up } from "../../engine/up.ts";
import { failuresText } from "../../report/failures.ts";
import { known, outputsJson, outputsText } from "../../report/outputs.ts";
import { upPlanJson, upPlanText, whereText } from "../../report/plan.ts";
import { summarise, summaryText } from "../../report/summary.ts";
import { change, toContinue, type Work } from "../change.ts";
import { exitCodes } from "../exit.ts";
import { type ChangeOptions, withChange, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

interface UpOptions extends ChangeOptions {
  readonly prune?: true;
}

/** `tap up` */
export function upCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("up")
    .summary("create what is missing, repair what drifted, leave the rest alone")
    .description(
      "Creates what is missing, repairs what drifted and leaves the rest alone. Shows the plan and asks first.",
    )
    .option("--prune", "remove what is ours but no longer declared")
    .option("--fresh", "start with an empty database, even where a snapshot could be restored");
  withCommon(withChange(withEnvironment(command)));
  withExamples(command, [
    ["tap up --env dev --local --yes", "the whole platform on this machine"],
    ["tap up --env prod", "show the plan, ask, and do it"],
    ["tap up --env dev --suffix pr-42", "an independent copy of dev"],
    ["tap up --env dev --prune", "remove what the settings no longer declare as well"],
  ]);
  return command.action(async (options: UpOptions) => exits(await runUp(world, options)));
}

/** `tap plan`: what `up` would do. */
export function planCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("plan")
    .summary("show what up would do, and change nothing")
    .description("Shows what `tap up` would do, and changes nothing: the same as `tap up --dry-run`.")
    .option("--prune", "plan the removal of what is ours but no longer declared")
    .option("--json", "one JSON event a line, the last one being the summary");
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap plan --env prod", "what is missing or drifted, property by property"],
    ["tap plan --env prod --json", "the same for a script"],
  ]);
  return command.action(async (options: UpOptions) => exits(await runUp(world, { ...options, dryRun: true })));
}

const runUp = <Aws>(world: World<Aws>, options: UpOptions): Promise<number> =>
  change(world, "up", options, (work) => planAndGo(work, options));

async function planAndGo<Aws>(work: Work<Aws>, options: UpOptions): Promise<number> {
  const { dryRun, prune = false } = options;
  const { session, reporter } = work;
  const { account, kinds, local, platform, run, settings } = session;
  const { style } = reporter;
  const looks = await work.race(lookAtAll(run, platform.nodes, kinds));
  const plan = planUp(looks);
  const where = { environment: settings.environment, region: settings.region, account, local };
  if (plan.conflicts.length > 0) {
    for (const conflict of plan.conflicts) reporter.data({ event: "conflict", at: run.clock.now(), ...conflict });
    reporter.warn(
      failuresText(`${whereText(where)} cannot be brought up. Nothing was changed.`, plan.conflicts, style),
    );
    reporter.data({ event: "summary", ...summarise([], work.spent()), failed: plan.conflicts.length });
    return exitCodes.failed;
  }
  const changes = plan.changes.filter(({ node, action }) => action !== "none" || !isOutside(node));
  const view = { ...where, changes, leftOver: looks.leftOver, prune, skipped: platform.skipped };
  reporter.data({ at: run.clock.now(), ...upPlanJson(view) });
  reporter.say(upPlanText(view, style, reporter.columns));
  if (looks.unsearched.length > 0) {
    reporter.warn(failuresText("What is left over could not be searched for", looks.unsearched, style));
  }
  const pruning = prune && looks.leftOver.size > 0;
  const nothingToDo = isEmptyPlan(plan) && !pruning;
  if (dryRun) {
    reporter.data({ event: "summary", ...summarise([], work.spent()) });
    return exitCodes.done;
  }
  if (!nothingToDo && !(await work.agreed(`Bring up ${whereText(where)} like this?`))) {
    reporter.warn("Nothing was changed.");
    return exitCodes.failed;
  }

  // Even when there is nothing to do: what was found is noted, in case the state file was lost.
  const busy = changes.filter(({ action }) => action !== "none" && action !== "hold").map(({ node }) => node);
  work.begin(new Set([...busy, ...(pruning ? looks.leftOver.keys() : [])].map(({ id }) => id)));
  const endings: Endings<Aws>[] = [await up(run, platform.nodes, looks)];
  if (pruning && !endsBadly(endings)) {
    const leftOnly = { ...looks, declared: new Map() };
    endings.push(await down(run, leftOnly, { protect: settings.data === "preserve" }));
  }
  reporter.end();

  const summary = summarise(endings, work.spent());
  const outputs = platform.outputs(run);
  if (!endsBadly(endings)) {
    reporter.data({ event: "outputs", at: run.clock.now(), ...outputsJson(where.environment, where.region, outputs) });
    if (known(outputs).length > 0) reporter.say(`\n${outputsText(outputs)}`);
  }
  reporter.say(`\n${summaryText(endings, summary, style)}`);
  if (summary.interrupted > 0) reporter.warn(toContinue);
  reporter.data({ event: "summary", ...summary });
  if (summary.interrupted > 0) return exitCodes.interrupted;
  return endsBadly(endings) ? exitCodes.failed : exitCodes.done;
}

const endsBadly = <Aws>(all: readonly Endings<Aws>[]): boolean =>
  all.some((endings) =>
    [...endings.values()].some(({ is }) => is === "failed" || is === "skipped" || is === "interrupted"),
  );
