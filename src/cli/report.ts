import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "../config/errors.ts";
import type { Settings } from "../config/settings.ts";
import { InterruptedError } from "../engine/errors.ts";
import type { StatusRow } from "../engine/status.ts";
import { readRuns } from "../history/files.ts";
import { type ReportView, reportPage } from "../pictures/page/page.ts";
import { isResource } from "../pictures/platform.ts";
import { makeReporter } from "../report/reporter.ts";
import { statusErrorText } from "../report/status-text.ts";
import { whereText } from "../report/words.ts";
import { stateFolder } from "../session/backend.ts";
import { blueprint } from "../session/blueprint.ts";
import { type Environment, findEnvironment, settingsWithoutAws } from "../session/environment.ts";
import type { EnvironmentRequest } from "../session/session.ts";
import { exitCodes } from "./exit.ts";
import { listening } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { lookAround, type Seen, type Unseen } from "./look.ts";
import { requireOutFile } from "./out-file.ts";

/**
 * Looks at an environment, and writes a page about it.
 *
 * @param file where to, as the user has said it
 * @returns the exit code
 */
export async function writeReport<Aws>(io: Io<Aws>, request: EnvironmentRequest, file: string): Promise<number> {
  const reporter = makeReporter({ ...io, json: false });
  const out = resolve(io.cwd, file);
  await requireOutFile({ name: file, path: out }, request.dir);
  return listening(io, async ({ race, signal }) => {
    const environment = await race(findEnvironment({ ...request, signal }, io.clock));
    const seen = await race(lookAround(io, environment, "tap report"));
    if ("error" in seen && (seen.cause instanceof InputError || seen.cause instanceof InterruptedError)) {
      throw seen.cause;
    }
    const view = "error" in seen ? await unseenView(environment, seen) : seenView(seen);
    const { dir, local } = request;
    const runs = await runsOf({ dir: stateFolder(dir), environment: environment.name, local });
    await writeFile(out, reportPage({ ...view, at: io.clock.now(), ...runs }));
    if ("error" in seen) reporter.warn(statusErrorText(seen, reporter.style));
    reporter.say(`Written to ${file}.`);
    return "error" in seen ? seen.code : exitCodes.done;
  });
}

type View = Omit<ReportView, "at" | "runs" | "runsError">;

const zonesOf = ({ network }: Settings): string[] => network.publicSubnets.map(({ zone }) => zone);

const seenView = ({ report, settings }: Seen): View => ({
  title: whereText(report),
  rows: report.rows,
  accountWide: report.accountWide,
  zones: zonesOf(settings),
  unsearched: report.unsearched,
});

/** What is declared, without a look at it: as far as that can be told without AWS. */
async function unseenView(of: Environment, { environment, error, advice, local }: Unseen): Promise<View> {
  const reason = { error: { message: error, ...(advice === undefined ? {} : { advice }) } };
  const settings = await settingsWithoutAws(of).catch(() => undefined);
  if (settings === undefined)
    return { title: environment, rows: [], accountWide: [], zones: [], unsearched: [], ...reason };
  const nodes = blueprint(settings, { local }).nodes.filter(isResource);
  const rows = nodes.map(
    ({ id, step, kind }): StatusRow => ({ id, step, type: kind.type, card: kind.card, status: "blocked", changes: [] }),
  );
  const place = local ? ", on the local AWS" : settings.account === undefined ? "" : `, account ${settings.account}`;
  return {
    title: `${environment} in ${settings.region}${place}`,
    rows,
    accountWide: [],
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
