import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Exits, examples, requestOf, withCommon, withEnvironment } from "../options.ts";
import type { World } from "../world.ts";

/** `tap report` */
export function reportCommand<Aws>(world: World<Aws>, exits: Exits): CommandUnknownOpts {
  const command = new Command("report")
    .summary("write an HTML page: architecture, differences, last runs")
    .description(
      "Looks at an environment as `tap status` does, and writes one HTML file about it: the architecture with the status of every resource, the differences, and what the last runs did when. The file needs nothing else, and loads nothing. A file that is there already is overwritten. Changes nothing in AWS.",
    )
    .requiredOption("--out <file>", "where to write it");
  return withCommon(withEnvironment(command))
    .addHelpText(
      "after",
      examples([
        ["tap report --env dev --local --out dev.html", "one on this machine"],
        ["tap report --env prod --out prod.html", "for a colleague"],
      ]),
    )
    .action(
      exits(async ({ out, ...options }) => {
        const { writeReport } = await import("../report.ts");
        return writeReport(world, requestOf(world, options), out);
      }),
    );
}
