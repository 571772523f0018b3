import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { makeReporter } from "../../report/reporter.ts";
import { exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { orDev, type Runs, requestOf, withCommon, withExamples } from "../options.ts";

/** `tap graph` */
export function graphCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("graph")
    .summary("draw the platform: every resource and what it needs")
    .description(
      "Draws what the settings of an environment declare: every resource, by step, and what it needs. As a tree for a terminal, or as a picture on standard output. Asks AWS nothing; for what is really there, see `tap report`.",
    )
    .option("-e, --env <name>", "the environment: dev, staging, prod, or one of tap.yaml (default: dev)")
    .option("--suffix <suffix>", "an independent copy on the environment's settings (or ENVIRONMENT_SUFFIX)")
    .option("--region <region>", "the AWS region (or AWS_REGION)")
    .addOption(new Option("--mermaid", "as a Mermaid flowchart").conflicts(["dot", "svg"]))
    .addOption(new Option("--dot", "for Graphviz").conflicts(["mermaid", "svg"]))
    .addOption(new Option("--svg", "as an SVG picture").conflicts(["mermaid", "dot"]));
  const command = withExamples(withCommon(flags), [
    ["tap graph", "the platform of dev as a tree"],
    ["tap graph --env prod --svg > prod.svg", "a picture of prod, for a browser"],
    ["tap graph --mermaid", "for a Markdown file"],
  ]);
  return runs(command, async (options) => {
    const [
      { dot },
      { mermaid },
      { resourceDrawing },
      { svg },
      { treeText },
      { blueprint },
      { findEnvironment, settingsWithoutAws },
    ] = await Promise.all([
      import("../../pictures/dot.ts"),
      import("../../pictures/mermaid.ts"),
      import("../../pictures/platform.ts"),
      import("../../pictures/svg.ts"),
      import("../../pictures/tree.ts"),
      import("../../session/blueprint.ts"),
      import("../../session/environment.ts"),
    ]);
    const reporter = makeReporter({ ...io, json: false });
    const environment = await findEnvironment(orDev(requestOf(io, options)), io.clock);
    const settings = await settingsWithoutAws(environment);
    const declared = blueprint(settings);
    const title = `${settings.environment} in ${settings.region}`;
    const drawing = resourceDrawing(declared.nodes);
    if (options.mermaid) reporter.say(mermaid(drawing, "LR"));
    else if (options.dot) reporter.say(dot(drawing));
    else if (options.svg) reporter.say(svg(`Trading platform, ${title}`, drawing));
    else reporter.say(treeText(title, declared, reporter.style, reporter.columns));
    return exitCodes.done;
  });
}
