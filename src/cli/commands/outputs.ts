import { Command, Option } from "commander";
import { exitCodes } from "../exit.ts";
import { type EnvironmentOptions, requestOf, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap outputs` takes. */
export interface OutputsOptions extends EnvironmentOptions {
  readonly json?: true;
  readonly shell?: true;
}

/** `tap outputs` */
export function outputsCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("outputs")
    .summary("print the API's URL and other addresses and names")
    .description(
      "Prints the API's URL, the database's endpoints and other addresses and names, as AWS has them now. Never a secret.",
    )
    .option("--json", "as JSON")
    .addOption(new Option("--shell", "as export lines for a shell").conflicts("json"));
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap outputs --env dev --local", "a table"],
    ['eval "$(tap outputs --env dev --shell)"', 'then curl "$TAP_API_URL/trade"'],
    ["tap outputs --env prod --json", "for a script"],
  ]);
  return command.action(async (options: OutputsOptions) => {
    exits(await runOutputs(world, options));
  });
}

/** Runs `tap outputs`. @returns the exit code */
async function runOutputs<Aws>(world: World<Aws>, options: OutputsOptions): Promise<number> {
  const [
    { lookAtAll },
    { failuresText },
    { known, outputsJson, outputsShell, outputsText },
    { makeReporter },
    { listen },
  ] = await Promise.all([
    import("../../engine/look.ts"),
    import("../../report/words.ts"),
    import("../../report/outputs.ts"),
    import("../../report/reporter.ts"),
    import("../../session/interrupt.ts"),
  ]);
  const { json = false, shell = false } = options;
  const reporter = makeReporter({ ...world, json });
  const interruption = listen(world.signals, { first: () => undefined, second: () => world.exit(130) });
  try {
    const { signal } = interruption;
    const session = await interruption.race(
      world.open({ ...requestOf(world, options), purpose: "look", command: "tap outputs", signal }),
    );
    const { platform, run, settings } = session;
    const looks = await interruption.race(lookAtAll(run, platform.nodes, []));
    const failures = [...looks.declared.values()].flatMap((look) => (look.is === "error" ? [look.failure] : []));
    const outputs = platform.outputs(run);
    if (json) reporter.data(outputsJson(settings.environment, settings.region, outputs));
    else if (known(outputs).length > 0) reporter.say(shell ? outputsShell(outputs) : outputsText(outputs));
    if (failures.length > 0) reporter.warn(failuresText("Not everything could be looked at", failures, reporter.style));
    else if (known(outputs).length === 0) reporter.warn(`${settings.environment} is not up: there are no outputs.`);
    return failures.length > 0 || known(outputs).length === 0 ? exitCodes.failed : exitCodes.done;
  } finally {
    interruption.end();
  }
}
