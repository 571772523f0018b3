import { Command, Option } from "commander";
import { type EnvironmentOptions, withCommon, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap graph` takes. */
export interface GraphOptions extends EnvironmentOptions {
  readonly mermaid?: true;
  readonly dot?: true;
  readonly svg?: true;
}

/** `tap graph` */
export function graphCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("graph")
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
  withCommon(command);
  withExamples(command, [
    ["tap graph", "the platform of dev as a tree"],
    ["tap graph --env prod --svg > prod.svg", "a picture of prod, for a browser"],
    ["tap graph --mermaid", "for a Markdown file"],
  ]);
  return command.action(async (options: GraphOptions) => {
    const { runGraph } = await import("../actions/graph.ts");
    exits(await runGraph(world, options));
  });
}
