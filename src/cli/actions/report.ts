import { stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../../config/errors.ts";
import type { Settings } from "../../config/settings.ts";
import { InterruptedError } from "../../engine/errors.ts";
import type { StatusRow } from "../../engine/status.ts";
import { readRuns } from "../../history/files.ts";
import { type ReportView, reportPage } from "../../pictures/page/page.ts";
import { isResource } from "../../pictures/steps.ts";
import { makeReporter } from "../../report/reporter.ts";
import { statusErrorText } from "../../report/status-text.ts";
import { whereText } from "../../report/words.ts";
import { blueprint } from "../../session/blueprint.ts";
import { fileOf, settingsWithoutAws } from "../../session/environment.ts";
import { stateFolder } from "../../session/home.ts";
import { listen } from "../../session/interrupt.ts";
import type { EnvironmentRequest } from "../../session/session.ts";
import type { ReportOptions } from "../commands/report.ts";
import { exitCodes } from "../exit.ts";
import { lookAround, type Seen, type Unseen } from "../look.ts";
import { requestOf } from "../options.ts";
import type { World } from "../world.ts";

/** Runs `tap report`. @returns the exit code */
export async function runReport<Aws>(world: World<Aws>, options: ReportOptions): Promise<number> {
  const reporter = makeReporter({ ...world, json: false });
  const asked = requestOf(world, options);
  const out = resolve(world.cwd, options.out);
  await requireWritable(out, options.out);
  const interruption = listen(world.signals, { first: () => undefined, second: () => world.exit(130) });
  try {
    const request = { ...asked, file: await fileOf(asked) };
    const seen = await interruption.race(lookAround(world, request, "tap report", interruption.signal));
    if ("error" in seen && (seen.cause instanceof InputError || seen.cause instanceof InterruptedError)) {
      throw seen.cause;
    }
    const environment = "error" in seen ? seen.environment : seen.report.environment;
    const view = "error" in seen ? await unseenView(request, seen) : seenView(seen);
    const runs = await runsOf({ dir: stateFolder(request.dir), environment, local: request.local });
    await writeFile(out, reportPage({ ...view, at: world.clock.now(), ...runs }));
    if ("error" in seen) reporter.warn(statusErrorText(seen, reporter.style));
    reporter.say(`Written to ${options.out}.`);
    return "error" in seen ? seen.code : exitCodes.done;
  } finally {
    interruption.end();
  }
}

/** Refuses a file that cannot be one, before anything is looked at. @throws {InputError} */
async function requireWritable(out: string, value: string): Promise<void> {
  const isFolder = (path: string) =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (!(await isFolder(dirname(out))))
    throw new InputError([{ path: "--out", value, expected: "a file in a folder that exists" }]);
  if (await isFolder(out)) throw new InputError([{ path: "--out", value, expected: "a file, not a folder" }]);
}

type View = Omit<ReportView, "at" | "runs" | "runsError">;

const zonesOf = ({ network }: Settings): string[] => network.publicSubnets.map(({ zone }) => zone);

const seenView = ({ report, settings }: Seen): View => ({
  title: whereText(report),
  rows: report.rows,
  zones: zonesOf(settings),
  unsearched: report.unsearched,
});

/** What is declared, without a look at it: as far as that can be told without AWS. */
async function unseenView(request: EnvironmentRequest, { environment, error, advice, local }: Unseen): Promise<View> {
  const reason = { error: { message: error, ...(advice === undefined ? {} : { advice }) } };
  const settings = await settingsWithoutAws(request).catch(() => undefined);
  if (settings === undefined) return { title: environment, rows: [], zones: [], unsearched: [], ...reason };
  const nodes = blueprint(settings, { local }).nodes.filter(isResource);
  const rows = nodes.map(
    ({ id, step, kind }): StatusRow => ({ id, step, type: kind.type, status: "blocked", changes: [] }),
  );
  const place = local ? ", on the local AWS" : settings.account === undefined ? "" : `, account ${settings.account}`;
  return {
    title: `${environment} in ${settings.region}${place}`,
    rows,
    zones: zonesOf(settings),
    unsearched: [],
    ...reason,
  };
}

const runsOf = (place: Parameters<typeof readRuns>[0]): Promise<Pick<ReportView, "runs" | "runsError">> =>
  readRuns(place).then(
    (runs) => ({ runs }),
    (error: unknown) => ({ runs: [], runsError: error instanceof Error ? error.message : String(error) }),
  );
