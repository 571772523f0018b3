import { Command } from "commander";
import { type EnvironmentOptions, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap status` takes. */
export interface StatusOptions extends EnvironmentOptions {
  readonly json?: true;
  readonly exitCode?: true;
}

/** `tap status` */
export function statusCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("status")
    .summary("report what is in sync, drifted, missing or left over")
    .description(
      "Reports on every resource: in sync, drifted (each property, live and wanted), missing, left over. Without --env, on every known environment: those with a state or an entry in tap.yaml, and those on the local AWS. Changes nothing.",
    )
    .option("--json", "the report as JSON")
    .option("--exit-code", "exit with 2 when anything is not in sync");
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap status", "every known environment"],
    ["tap status --env dev --local", "one on this machine"],
    ["tap status --env prod --exit-code", "for a nightly check: 2 means drift"],
    ["tap status --json", "for a script"],
  ]);
  return command.action(async (options: StatusOptions) => {
    const { runStatus } = await import("../actions/status.ts");
    exits(await runStatus(world, options));
  });
}
