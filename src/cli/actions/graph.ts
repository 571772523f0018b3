import { dot } from "../../pictures/dot.ts";
import { mermaid } from "../../pictures/mermaid.ts";
import { resourceDrawing } from "../../pictures/resources.ts";
import { svg } from "../../pictures/svg.ts";
import { treeText } from "../../pictures/tree.ts";
import { makeReporter } from "../../report/reporter.ts";
import { blueprint } from "../../session/blueprint.ts";
import { isNamed, settingsWithoutAws } from "../../session/environment.ts";
import type { GraphOptions } from "../commands/graph.ts";
import { exitCodes } from "../exit.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap graph`. @returns the exit code */
export async function runGraph<Aws>(world: World<Aws>, options: GraphOptions): Promise<number> {
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
