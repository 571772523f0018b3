import { Command } from "commander";
import { type ChangeOptions, withChange, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap up` takes. */
export interface UpOptions extends ChangeOptions {
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
  return command.action(async (options: UpOptions) => {
    const { runUp } = await import("../actions/up.ts");
    exits(await runUp(world, options));
  });
}

/** `tap plan`: what `up` would do. */
export function planCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("plan")
    .summary("show what up would do, and change nothing")
    .description("Shows what `tap up` would do, and changes nothing: the same as `tap up --dry-run`.")
    .option("--prune", "plan the removal of what is ours but no longer declared")
    .option("--json", "one JSON event a line, the last one being the summary")
    .option("--no-cost", "leave the estimate of the monthly cost out");
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap plan --env prod", "what is missing or drifted, property by property"],
    ["tap plan --env prod --json", "the same for a script"],
  ]);
  return command.action(async (options: UpOptions) => {
    const { runUp } = await import("../actions/up.ts");
    exits(await runUp(world, { ...options, dryRun: true }));
  });
}
