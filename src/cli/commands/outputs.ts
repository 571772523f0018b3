import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { makeReporter } from "../../report/reporter.ts";
import { exitCodes } from "../exit.ts";
import { listening } from "../interrupt.ts";
import type { Io } from "../io.ts";
import { type Runs, requestOf, withCommon, withEnvironment, withExamples } from "../options.ts";

/** `tap outputs` */
export function outputsCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("outputs")
    .summary("print the API's URL and other addresses and names")
    .description(
      "Prints the API's URL, the database's endpoints and other addresses and names, as AWS has them now. Never a secret.",
    )
    .option("--json", "as JSON")
    .addOption(new Option("--shell", "as export lines for a shell").conflicts("json"));
  const command = withExamples(withCommon(withEnvironment(flags)), [
    ["tap outputs --env dev --local", "a table"],
    ['eval "$(tap outputs --env dev --shell)"', 'then curl "$TAP_API_URL/trade"'],
    ["tap outputs --env prod --json", "for a script"],
  ]);
  return runs(command, async ({ json = false, shell = false, ...options }) => {
    const [{ refresh }, { failuresText }, { known, outputsJson, outputsShell, outputsText }, { findEnvironment }] =
      await Promise.all([
        import("../../engine/refresh.ts"),
        import("../../report/words.ts"),
        import("../../report/listings.ts"),
        import("../../session/environment.ts"),
      ]);
    const reporter = makeReporter({ ...io, json });
    const { looks, session } = await listening(io, async ({ race, signal }) => {
      const environment = await race(findEnvironment(requestOf(io, options, signal), io.clock));
      const session = await race(io.open(environment, { purpose: "look", command: "tap outputs" }));
      return { session, looks: await race(refresh(session.run, session.platform.nodes, [])) };
    });
    const { platform, run, settings } = session;
    const failures = [...looks.declared.values()].flatMap((look) => (look.is === "error" ? [look.failure] : []));
    const outputs = platform.outputs(run);
    const isKnown = known(outputs).length > 0;
    if (json) reporter.data(outputsJson(settings.environment, settings.region, outputs));
    else if (isKnown) reporter.say(shell ? outputsShell(outputs) : outputsText(outputs));
    const { style } = reporter;
    if (failures.length > 0) reporter.warn(failuresText("Not everything could be looked at", failures, style));
    else if (!isKnown) reporter.warn(`${settings.environment} is not up: there are no outputs.`);
    return failures.length > 0 || !isKnown ? exitCodes.failed : exitCodes.done;
  });
}
