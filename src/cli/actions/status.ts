import { makeReporter, type Reporter } from "../../report/reporter.ts";
import { isInSync, type StatusReport, statusJson } from "../../report/status.ts";
import { statusMarkdown } from "../../report/status-markdown.ts";
import { statusErrorText, statusText } from "../../report/status-text.ts";
import { fileOf, isNamed, knownEnvironments } from "../../session/environment.ts";
import { listen } from "../../session/interrupt.ts";
import type { EnvironmentRequest } from "../../session/session.ts";
import type { StatusOptions } from "../commands/status.ts";
import { requestsOf } from "../environments.ts";
import { exitCodes } from "../exit.ts";
import { lookAround, type Unseen } from "../look.ts";
import { requestOf } from "../options.ts";
import { watch } from "../watch.ts";
import type { World } from "../world.ts";

/** A report, or why there is none: one environment that cannot be reported on does not hide the others. */
type Outcome = StatusReport | Unseen;

/** Runs `tap status`. @returns the exit code */
export async function runStatus<Aws>(world: World<Aws>, options: StatusOptions): Promise<number> {
  const { json = false } = options;
  const every = options.watch === true ? 60 : options.watch;
  const reporter = makeReporter({ ...world, json });
  const interruption = listen(world.signals, { first: () => undefined, second: () => world.exit(130) });
  const request = requestOf(world, options);
  const look = () => interruption.race(outcomesOf(world, request, options, interruption.signal));
  try {
    if (every !== undefined) {
      await watch(world, reporter.style, every, interruption.signal, async () => text(await look(), options, reporter));
      return exitCodes.done;
    }
    const outcomes = await look();
    if (json) {
      reporter.data(statusJson(outcomes));
      for (const outcome of outcomes) if ("error" in outcome) reporter.warn(statusErrorText(outcome, reporter.style));
    } else {
      reporter.say(text(outcomes, options, reporter));
    }
    return codeOf(outcomes, options, isNamed(request));
  } finally {
    interruption.end();
  }
}

function text(outcomes: readonly Outcome[], options: StatusOptions, { style, columns }: Reporter): string {
  if (outcomes.length === 0) return nothingKnown(options);
  if (options.markdown) return statusMarkdown(outcomes);
  const all = options.all === true;
  return outcomes
    .map((one) => ("error" in one ? statusErrorText(one, style) : statusText(one, { style, columns, all })))
    .join("\n\n");
}

/** @param named whether the user has named the environment */
function codeOf(outcomes: readonly Outcome[], { exitCode }: StatusOptions, named: boolean): number {
  const errors = outcomes.flatMap((one) => ("error" in one ? [one.code] : []));
  if (errors.length > 0) return named ? Math.max(...errors) : exitCodes.failed;
  const drift = outcomes.some((one) => !("error" in one) && !isInSync(one));
  return drift && exitCode ? exitCodes.refused : exitCodes.done;
}

/** Looks at the environment that the user names, or else at every known one. */
async function outcomesOf<Aws>(
  world: World<Aws>,
  request: EnvironmentRequest,
  { local, region }: StatusOptions,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const requests = isNamed(request) ? await requestsOf(world, request) : await known(world, request, local);
  const given = region === undefined ? {} : { region };
  return Promise.all(requests.map((one) => outcomeOf(world, { ...one, ...given }, signal)));
}

async function known<Aws>(
  { clock }: World<Aws>,
  asked: EnvironmentRequest,
  onlyLocal = false,
): Promise<readonly EnvironmentRequest[]> {
  const request = { ...asked, file: await fileOf(asked) };
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
