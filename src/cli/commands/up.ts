import { resolve } from "node:path";
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { makeReporter } from "../../report/reporter.ts";
import type { Environment } from "../../session/environment.ts";
import { exitCodes } from "../exit.ts";
import { listening } from "../interrupt.ts";
import type { Io } from "../io.ts";
import {
  folderOf,
  type OptionsOf,
  type Runs,
  requestOf,
  type SharedOptions,
  withChange,
  withCommon,
  withEnvironments,
  withExamples,
} from "../options.ts";

/** Of an option that may be given several times, all that it was given. */
const gather = (one: string, before: readonly string[] = []): readonly string[] => [...before, one];

const upFlags = () =>
  new Command("up")
    .summary("create what is missing, repair what drifted, leave the rest alone")
    .description(
      "Creates what is missing, repairs what drifted and leaves the rest alone. Shows the plan and asks first.",
    )
    .option("--prune", "remove what is ours but no longer declared")
    .option(
      "--lift <resource:finding>",
      "take away what limits a resource, named as status names it; repeatable",
      gather,
    )
    .option("--fresh", "start with an empty database, even where a snapshot could be restored")
    .addOption(
      new Option(
        "--plan <file>",
        "do what `tap plan --out` has kept, without asking: the file is the consent; refused when anything has changed since",
      ).conflicts(["prune", "fresh", "lift"]),
    );

const planFlags = () =>
  new Command("plan")
    .summary("show what up would do, and change nothing")
    .description(
      "Shows what `tap up` would do, and changes nothing: the same as `tap up --dry-run`. With --out, keeps the plan in a file.",
    )
    .option("--prune", "plan the removal of what is ours but no longer declared")
    .option(
      "--lift <resource:finding>",
      "plan to take away what limits a resource, named as status names it; repeatable",
      gather,
    )
    .option("--fresh", "plan an empty database, even where a snapshot could be restored")
    .option("--out <file>", "keep the plan for `tap up --plan`; no value of any property is in it")
    .option("--json", "one JSON event a line, the last one being the summary")
    .option("--no-cost", "leave the estimate of the monthly cost out");

type UpOptions = SharedOptions & OptionsOf<typeof upFlags> & Partial<OptionsOf<typeof planFlags>>;

/** `tap up` */
export const upCommand = <Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts =>
  runs(
    withExamples(withCommon(withChange(withEnvironments(upFlags()))), [
      ["tap up --env dev --local --yes", "the whole platform on this machine"],
      ["tap up --env prod", "show the plan, ask, and do it"],
      ["tap up --env dev --suffix pr-42", "an independent copy of dev"],
      ["tap up --env dev,staging", "both at the same time, after one question"],
      ["tap up --env dev --prune", "remove what the settings no longer declare as well"],
      ["tap up --plan prod.plan", "what `tap plan --env prod --out prod.plan` has shown"],
    ]),
    (options) => runUp(io, options),
  );

/** `tap plan`: what `up` would do. */
export function planCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  // What follows `show` is its own.
  const flags = planFlags().enablePositionalOptions();
  const command = runs(
    withExamples(withCommon(withEnvironments(flags)), [
      ["tap plan --env prod", "what is missing or drifted, property by property"],
      ["tap plan --env prod --json", "the same for a script"],
      ["tap plan --env prod --out prod.plan", "keep it; `tap up --plan prod.plan` does it"],
    ]),
    (options) => runUp(io, { ...options, dryRun: true }),
  );
  return command.addCommand(showCommand(io, runs));
}

/** `tap plan show`: what a file says that `tap plan --out` has written. */
function showCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("show")
    .description("Shows a plan that `tap plan --out` has kept. Looks at nothing but the file, which holds no values.")
    .argument("<file>", "the plan");
  const command = withExamples(flags, [["tap plan show prod.plan", "what `tap up --plan prod.plan` would do"]]);
  return runs(command, async (file) => {
    const [{ readPlan }, { keptPlanText }] = await Promise.all([
      import("../../plan/file.ts"),
      import("../kept-plan.ts"),
    ]);
    const reporter = makeReporter({ ...io, json: false });
    const record = await readPlan(resolve(io.cwd, file), file);
    reporter.say(keptPlanText(record, io.clock.now(), reporter.style));
    return exitCodes.done;
  });
}

/** Runs `tap up`; with `dryRun`, `tap plan`. @returns the exit code */
async function runUp<Aws>(io: Io<Aws>, given: UpOptions): Promise<number> {
  const [{ InputError }, { readPlan, requireUnexpired }, { requireOutFile }, environmentsOf, { change }, loaded] =
    await Promise.all([
      import("../../config/errors.ts"),
      import("../../plan/file.ts"),
      import("../out-file.ts"),
      import("../../session/environment.ts"),
      import("../run-environments.ts"),
      import("../up.ts"),
    ]);
  const { findEnvironment, namedEnvironments } = environmentsOf;
  const { askedBy, planToBringUp, requireSame } = loaded;
  const { plan, out: name, ...asked } = given;
  const kept = plan === undefined ? undefined : { name: plan, record: await readPlan(resolve(io.cwd, plan), plan) };
  const out = name === undefined ? undefined : { name, path: resolve(io.cwd, name) };
  if (out !== undefined) await requireOutFile(out, folderOf(io, asked));
  if (kept !== undefined) requireUnexpired(kept.record, kept.name, io.clock.now());
  // What the plan says, as far as the user does not; having it is consent to it.
  const options: UpOptions = kept === undefined ? asked : askedBy(kept.record, asked);
  return listening(io, async (interruption) => {
    const { race, signal } = interruption;
    const request = requestOf(io, options, signal);
    const found =
      kept === undefined
        ? namedEnvironments(request, io.clock)
        : findEnvironment(request, io.clock).then((one) => [one] as const);
    const environments = await race<readonly [Environment, ...Environment[]]>(found);
    if (kept !== undefined) requireSame(kept, { ...(await race(environments[0].settings())), local: request.local });
    const { lift: named } = options;
    if (out !== undefined && named !== undefined) {
      throw new InputError([
        { path: "--out", value: name, expected: "no --lift: what is lifted is not kept in a plan" },
      ]);
    }
    if (out !== undefined && environments.length > 1) {
      throw new InputError([{ path: "--out", value: name, expected: "--env to name one environment only" }]);
    }
    const { dryRun = false, prune = false, lift = [], fresh = false, cost = true } = options;
    return change(io, interruption, environments, options, {
      name: "up",
      fresh,
      lift,
      plan: (work) => planToBringUp(work, { dryRun, prune, lift, fresh, cost, kept, out }),
      question: (subjects) => `Bring up ${subjects} like this?`,
    });
  });
}
