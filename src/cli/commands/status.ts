import { Command, InvalidArgumentError, Option } from "commander";
import { type EnvironmentOptions, withCommon, withEnvironments, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap status` takes. */
export interface StatusOptions extends EnvironmentOptions {
  readonly all?: true;
  /** Seconds between two looks; true is a minute. */
  readonly watch?: number | true;
  readonly markdown?: true;
  readonly json?: true;
  readonly exitCode?: true;
}

/** `tap status` */
export function statusCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("status")
    .summary("report what is in sync, drifted, missing or left over")
    .description(
      "Says what differs from what is declared (drifted, with each property's live and wanted value; missing; left over) and which command mends it. Without --env, for every known environment: those with a state or an entry in tap.yaml, and those on the local AWS. Changes nothing.",
    )
    .option("--all", "a line for every resource, also for those in sync")
    .addOption(watchOption())
    .addOption(new Option("--markdown", "the report for a comment on a pull request").conflicts(["json", "all"]))
    .option("--json", "the report as JSON")
    .option("--exit-code", "exit with 2 when anything is not in sync");
  withCommon(withEnvironments(command));
  withExamples(command, [
    ["tap status", "every known environment"],
    ["tap status --env dev --local", "one on this machine"],
    ["tap status --env prod --exit-code", "for a nightly check: 2 means drift"],
    ["tap status --env dev --watch 30", "again and again, until Ctrl-C"],
    ["tap status --env dev --markdown", "for a comment on a pull request"],
    ["tap status --json", "for a script"],
  ]);
  return command.action(async (options: StatusOptions) => {
    const { runStatus } = await import("../actions/status.ts");
    exits(await runStatus(world, options));
  });
}

const watchOption = (): Option =>
  new Option("--watch [seconds]", "look again every so often (60, at least 5), until Ctrl-C (exit code 0)")
    .conflicts(["json", "markdown", "exitCode"])
    .argParser((text) => {
      const seconds = Number(text);
      if (!/^\d+$/.test(text) || seconds < 5 || seconds > 86_400) {
        throw new InvalidArgumentError("expected whole seconds, 5 to 86400.");
      }
      return seconds;
    });
