import { Command, Option } from "commander";
import { type ChangeOptions, withChange, withCommon, withEnvironments, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap up` takes. */
export interface UpOptions extends ChangeOptions {
  readonly prune?: true;
  /** The file of a plan that is to be carried out. */
  readonly plan?: string;
  /** Only of `plan`: the file to keep it in. */
  readonly out?: string;
}

/** `tap up` */
export function upCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("up")
    .summary("create what is missing, repair what drifted, leave the rest alone")
    .description(
      "Creates what is missing, repairs what drifted and leaves the rest alone. Shows the plan and asks first.",
    )
    .option("--prune", "remove what is ours but no longer declared")
    .option("--fresh", "start with an empty database, even where a snapshot could be restored")
    .addOption(
      new Option(
        "--plan <file>",
        "do what `tap plan --out` has kept, without asking: the file is the consent; refused when anything has changed since",
      ).conflicts(["prune", "fresh"]),
    );
  withCommon(withChange(withEnvironments(command)));
  withExamples(command, [
    ["tap up --env dev --local --yes", "the whole platform on this machine"],
    ["tap up --env prod", "show the plan, ask, and do it"],
    ["tap up --env dev --suffix pr-42", "an independent copy of dev"],
    ["tap up --env dev,staging", "both at the same time, after one question"],
    ["tap up --env dev --prune", "remove what the settings no longer declare as well"],
    ["tap up --plan prod.plan", "what `tap plan --env prod --out prod.plan` has shown"],
  ]);
  return command.action(async (options: UpOptions) => {
    const { runUp } = await import("../actions/up.ts");
    exits(await runUp(world, options));
  });
}

/** `tap plan`: what `up` would do. */
export function planCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("plan")
    .summary("show what up would do, and change nothing")
    .description(
      "Shows what `tap up` would do, and changes nothing: the same as `tap up --dry-run`. With --out, keeps the plan in a file.",
    )
    .option("--prune", "plan the removal of what is ours but no longer declared")
    .option("--fresh", "plan an empty database, even where a snapshot could be restored")
    .option("--out <file>", "keep the plan for `tap up --plan`; no value of any property is in it")
    .option("--json", "one JSON event a line, the last one being the summary")
    .option("--no-cost", "leave the estimate of the monthly cost out");
  withCommon(withEnvironments(command));
  withExamples(command, [
    ["tap plan --env prod", "what is missing or drifted, property by property"],
    ["tap plan --env prod --json", "the same for a script"],
    ["tap plan --env prod --out prod.plan", "keep it; `tap up --plan prod.plan` does it"],
  ]);
  return command.action(async (options: UpOptions) => {
    const { runUp } = await import("../actions/up.ts");
    exits(await runUp(world, { ...options, dryRun: true }));
  });
}
