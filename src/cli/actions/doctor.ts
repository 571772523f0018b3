import { diagnose } from "../../doctor/doctor.ts";
import { doctorJson, doctorText } from "../../report/doctor.ts";
import { makeReporter } from "../../report/reporter.ts";
import { isNamed } from "../../session/environment.ts";
import { listen } from "../../session/interrupt.ts";
import type { DoctorOptions } from "../commands/doctor.ts";
import { exitCodes } from "../exit.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap doctor`. @returns the exit code */
export async function runDoctor<Aws>(world: World<Aws>, options: DoctorOptions): Promise<number> {
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
