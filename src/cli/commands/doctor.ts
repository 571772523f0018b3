import { Command } from "commander";
import { type EnvironmentOptions, withCommon, withEnvironment, withExamples } from "../options.ts";
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
    const { runDoctor } = await import("../actions/doctor.ts");
    exits(await runDoctor(world, options));
  });
}
