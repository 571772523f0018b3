import { Command, Option } from "commander";
import { exitCodes } from "../exit.ts";
import { type EnvironmentOptions, requestOf, withCommon, withExamples } from "../options.ts";
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
    exits(await runGraph(world, options));
  });
}

/** Runs `tap graph`. @returns the exit code */
async function runGraph<Aws>(world: World<Aws>, options: GraphOptions): Promise<number> {
  const [
    { dot },
    { mermaid },
    { resourceDrawing },
    { svg },
    { treeText },
    { makeReporter },
    { blueprint },
    { isNamed, settingsWithoutAws },
  ] = await Promise.all([
    import("../../pictures/dot.ts"),
    import("../../pictures/mermaid.ts"),
    import("../../pictures/resources.ts"),
    import("../../pictures/svg.ts"),
    import("../../pictures/tree.ts"),
    import("../../report/reporter.ts"),
    import("../../session/blueprint.ts"),
    import("../../session/environment.ts"),
  ]);
  const reporter = makeReporter({ ...world, json: false });
  const request = requestOf(world, options);
  const settings = await settingsWithoutAws(isNamed(request) ? request : { ...request, env: "dev" });
  const declared = blueprint(settings);
  const title = `${settings.environment} in ${settings.region}`;
  const drawing = resourceDrawing(declared.nodes);
  if (options.mermaid) reporter.say(mermaid(drawing, "LR"));
  else if (options.dot) reporter.say(dot(drawing));
  else if (options.svg) reporter.say(svg(`Trading platform, ${title}`, drawing));
  else reporter.say(treeText(title, declared, reporter.style, reporter.columns));
  return exitCodes.done;
}
