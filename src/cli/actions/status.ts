import { makeReporter } from "../../report/reporter.ts";
import { isInSync, type StatusReport, statusErrorText, statusJson, statusText } from "../../report/status.ts";
import { isNamed, knownEnvironments } from "../../session/environment.ts";
import { listen } from "../../session/interrupt.ts";
import type { EnvironmentRequest } from "../../session/session.ts";
import type { StatusOptions } from "../commands/status.ts";
import { exitCodes } from "../exit.ts";
import { lookAround, type Unseen } from "../look.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** A report, or why there is none: one environment that cannot be reported on does not hide the others. */
type Outcome = StatusReport | Unseen;

/** Runs `tap status`. @returns the exit code */
export async function runStatus<Aws>(world: World<Aws>, options: StatusOptions): Promise<number> {
  const { json = false, exitCode = false, region } = options;
  const reporter = makeReporter({ ...world, json });
  const request = requestOf(world, options);
  const named = isNamed(request);
  const requests = named ? [request] : await known(world, request, options.local);
  const interruption = listen(world.signals, { first: () => undefined, second: () => world.exit(130) });
  try {
    const given = region === undefined ? {} : { region };
    const looking = Promise.all(requests.map((one) => outcomeOf(world, { ...one, ...given }, interruption.signal)));
    const outcomes = await interruption.race(looking);
    if (json) {
      reporter.data(statusJson(outcomes));
      for (const outcome of outcomes) if ("error" in outcome) reporter.warn(statusErrorText(outcome, reporter.style));
    } else {
      const texts = outcomes.map((one) =>
        "error" in one ? statusErrorText(one, reporter.style) : statusText(one, reporter.style, reporter.columns),
      );
      reporter.say(texts.length === 0 ? nothingKnown(options) : texts.join("\n\n"));
    }
    const errors = outcomes.flatMap((one) => ("error" in one ? [one.code] : []));
    if (errors.length > 0) return named ? (errors[0] ?? exitCodes.failed) : exitCodes.failed;
    const drift = outcomes.some((one) => !("error" in one) && !isInSync(one));
    return drift && exitCode ? exitCodes.refused : exitCodes.done;
  } finally {
    interruption.end();
  }
}

async function known<Aws>(
  { clock }: World<Aws>,
  request: EnvironmentRequest,
  onlyLocal = false,
): Promise<readonly EnvironmentRequest[]> {
  const { state: _, ...here } = request;
  const local = await knownEnvironments({ ...here, local: true }, clock);
  return onlyLocal ? local : [...(await knownEnvironments({ ...request, local: false }, clock)), ...local];
}

const nothingKnown = ({ local }: StatusOptions) =>
  `No environment is known${local ? " on the local AWS" : ""}. "tap up --env dev${local ? " --local" : ""}" makes one.`;

async function outcomeOf<Aws>(world: World<Aws>, request: EnvironmentRequest, signal: AbortSignal): Promise<Outcome> {
  const seen = await lookAround(world, request, "tap status", signal);
  return "error" in seen ? seen : seen.report;
}
