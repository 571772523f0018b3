import { lookAtAll } from "../../engine/look.ts";
import { failuresText } from "../../report/failures.ts";
import { known, outputsJson, outputsShell, outputsText } from "../../report/outputs.ts";
import { makeReporter } from "../../report/reporter.ts";
import { listen } from "../../session/interrupt.ts";
import type { OutputsOptions } from "../commands/outputs.ts";
import { exitCodes } from "../exit.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap outputs`. @returns the exit code */
export async function runOutputs<Aws>(world: World<Aws>, options: OutputsOptions): Promise<number> {
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
