import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { makeReporter } from "../../report/reporter.ts";
import { exitCodes } from "../exit.ts";
import { listening } from "../interrupt.ts";
import type { Io } from "../io.ts";
import { orDev, type Runs, requestOf, withCommon, withEnvironment, withExamples } from "../options.ts";

/** `tap doctor` */
export function doctorCommand<Aws>(io: Io<Aws>, runs: Runs): CommandUnknownOpts {
  const flags = new Command("doctor")
    .summary("look for what would be in the way of a run, and say how to mend it")
    .description(
      "Looks at everything that a run needs: Node.js, credentials, clock, region, permissions, quotas, the database on offer, the domain's delegation, state and lock; with --local at Python, the database server, openssl, ports and disk. Each line is ok, a warning or an error, with the fix. Changes nothing. The environment is dev unless told. Exits with 1 when there is an error.",
    )
    .option("--json", "the findings as JSON");
  const command = withExamples(withCommon(withEnvironment(flags)), [
    ["tap doctor --env prod", "before the first up, or when one has failed"],
    ["tap doctor --local", "what this machine lacks for --local"],
    ["tap doctor --env dev --json", "for a script"],
  ]);
  return runs(command, async ({ json = false, ...options }) => {
    const [{ diagnose }, { doctorJson, doctorText }] = await Promise.all([
      import("../../doctor/doctor.ts"),
      import("../../report/listings.ts"),
    ]);
    const reporter = makeReporter({ ...io, json });
    const { style } = reporter;
    const request = orDev(requestOf(io, options));
    const { clock } = io;
    const { settings, checks } = await listening(io, ({ race }) => race(diagnose(request, { clock })));
    const where = request.local ? "on the local AWS" : `in ${settings.region}`;
    if (json) reporter.data(doctorJson(checks));
    else
      reporter.say(
        `${style.strong(`${settings.environment} ${where}`)}\n\n${doctorText(checks, style, reporter.columns)}`,
      );
    return checks.some(({ status }) => status === "error") ? exitCodes.failed : exitCodes.done;
  });
}
