import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Io } from "../io.ts";
import { type Runs, requestOf, withCommon, withEnvironment, withExamples } from "../options.ts";

/** `tap report` */
export function reportCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("report")
    .summary("write an HTML page: architecture, differences, last runs")
    .description(
      "Looks at an environment as `tap status` does, and writes one HTML file about it: the architecture with the status of every resource, the differences, and what the last runs did when. The file needs nothing else, and loads nothing. A file that is there already is overwritten. Changes nothing in AWS.",
    )
    .requiredOption("--out <file>", "where to write it");
  const command = withExamples(withCommon(withEnvironment(flags)), [
    ["tap report --env dev --local --out dev.html", "one on this machine"],
    ["tap report --env prod --out prod.html", "for a colleague"],
  ]);
  return runs(command, async ({ out, ...options }) => {
    const { writeReport } = await import("../report.ts");
    return writeReport(io, requestOf(io, options), out);
  });
}
