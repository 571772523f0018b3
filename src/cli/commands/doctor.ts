import { Command } from "commander";
import { exitCodes } from "../exit.ts";
import { type EnvironmentOptions, requestOf, withCommon, withEnvironment, withExamples } from "../options.ts";
import type { World } from "../world.ts";

/** What `tap doctor` takes. */
export interface DoctorOptions extends EnvironmentOptions {
  readonly json?: true;
}

/** `tap doctor` */
export function doctorCommand<Aws>(world: World<Aws>, exits: (code: number) => void): Command {
  const command = new Command("doctor")
    .summary("look for what would be in the way of a run, and say how to mend it")
    .description(
      "Looks at everything that a run needs: Node.js, credentials, clock, region, permissions, quotas, the database on offer, the domain's delegation, state and lock; with --local at Python, the database server, openssl, ports and disk. Each line is ok, a warning or an error, with the fix. Changes nothing. The environment is dev unless told. Exits with 1 when there is an error.",
    )
    .option("--json", "the findings as JSON");
  withCommon(withEnvironment(command));
  withExamples(command, [
    ["tap doctor --env prod", "before the first up, or when one has failed"],
    ["tap doctor --local", "what this machine lacks for --local"],
    ["tap doctor --env dev --json", "for a script"],
  ]);
  return command.action(async (options: DoctorOptions) => {
    exits(await runDoctor(world, options));
  });
}

/** Runs `tap doctor`. @returns the exit code */
async function runDoctor<Aws>(world: World<Aws>, options: DoctorOptions): Promise<number> {
  const [{ diagnose }, { doctorJson, doctorText }, { makeReporter }, { isNamed }, { listen }] = await Promise.all([
    import("../../doctor/doctor.ts"),
    import("../../report/doctor.ts"),
    import("../../report/reporter.ts"),
    import("../../session/environment.ts"),
    import("../../session/interrupt.ts"),
  ]);
  const { json = false } = options;
  const reporter = makeReporter({ ...world, json });
  const asked = requestOf(world, options);
  const request = isNamed(asked) ? asked : { ...asked, env: "dev" };
  const interruption = listen(world.signals, { first: () => undefined, second: () => world.exit(130) });
  try {
    const { settings, checks } = await interruption.race(diagnose(request, { clock: world.clock }));
    if (json) reporter.data(doctorJson(checks));
    else {
      const where = request.local ? "on the local AWS" : `in ${settings.region}`;
      reporter.say(
        `${reporter.style.strong(`${settings.environment} ${where}`)}\n\n${doctorText(checks, reporter.style)}`,
      );
    }
    return checks.some(({ status }) => status === "error") ? exitCodes.failed : exitCodes.done;
  } finally {
    interruption.end();
  }
}
