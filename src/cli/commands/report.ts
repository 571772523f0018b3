import { Command } from "commander";
import { type EnvironmentOptions, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap report` takes. */
export interface ReportOptions extends EnvironmentOptions {
  readonly out: string;
}

/** `tap report` */
export function reportCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("report")
    .summary("write an HTML page: architecture, differences, last runs")
    .description(
      "Looks at an environment as `tap status` does, and writes one HTML file about it: the architecture with the status of every resource, the differences, and what the last runs did when. The file needs nothing else, and loads nothing. A file that is there already is overwritten. Changes nothing in AWS.",
    )
    .requiredOption("--out <file>", "where to write it");
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap report --env dev --local --out dev.html", "one on this machine"],
    ["tap report --env prod --out prod.html", "for a colleague"],
  ]);
  return command.action(async (options: ReportOptions) => {
    const { runReport } = await import("../actions/report.ts");
    exits(await runReport(world, options));
  });
}
