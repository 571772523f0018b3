import type { Failure } from "../engine/events.ts";
import type { Standing, StatusRow } from "../engine/status.ts";
import { changeJson } from "./changes.ts";
import type { Where } from "./plan.ts";
import { count, few } from "./text.ts";

/** The drift report of one environment. */
export interface StatusReport extends Where {
  /** The environment whose settings these are: another one when this is a copy. */
  readonly settingsOf: string;
  readonly rows: readonly StatusRow[];
  /** Searches for left-overs that failed. */
  readonly unsearched: readonly Failure[];
}

/** Why there is no drift report of an environment. */
export interface StatusError {
  readonly environment: string;
  readonly local: boolean;
  readonly error: string;
  readonly advice?: string;
}

export const isInSync = ({ rows, unsearched }: StatusReport): boolean => unsearched.length === 0 && !rows.some(differs);

/** Whether a row is one of those that the report is about. */
export const differs = ({ status }: StatusRow): boolean => status !== "in-sync";

/** From what needs a person to what does not. */
const standings: readonly Standing[] = [
  "drifted",
  "failed",
  "missing",
  "stranded",
  "blocked",
  "pending",
  "left-over",
  "retained",
  "in-sync",
];

/**
 * What could not be looked at or compared for the sake of a row, in one line; `undefined` when there is nothing. Each of
 * these says no more by itself.
 */
export function foldedUnder({ id }: StatusRow, { rows }: Pick<StatusReport, "rows">): string | undefined {
  const ids = rows.filter(({ because }) => because === id).map((row) => row.id);
  if (ids.length === 0) return undefined;
  return `for its sake not looked at or compared: ${count(ids.length, "resource")} (${few(ids)})`;
}

/** The searches that failed, but for those of which AWS said only what it said of a resource. */
export const unsaidSearches = ({ rows, unsearched }: StatusReport): readonly Failure[] => {
  const said = new Set(rows.map(({ reason }) => reason));
  return unsearched.filter(({ message }) => !said.has(`could not be looked at: ${message}`));
};

/** Whether a row is said with the one that it could not be looked at for. */
export const isFolded = ({ because }: StatusRow, { rows }: Pick<StatusReport, "rows">): boolean =>
  because !== undefined && rows.some(({ id }) => id === because);

/** One step of the platform in a report. */
export interface StepRows {
  readonly step: string;
  /** What differs comes first. */
  readonly rows: readonly StatusRow[];
}

/** The rows by step; steps in which something differs come first. */
export function stepsOf({ rows }: StatusReport): StepRows[] {
  const byStanding = (a: StatusRow, b: StatusRow) => standings.indexOf(a.status) - standings.indexOf(b.status);
  const steps = [...Map.groupBy(rows, ({ step }) => step)].map(([step, of]) => ({ step, rows: of.sort(byStanding) }));
  const isOff = (one: StepRows) => one.rows.some(differs);
  return [...steps.filter(isOff), ...steps.filter((one) => !isOff(one))];
}

/** The answer in one line: "in sync (57 resources)", "3 of 57 differ (1 drifted, 2 missing)". */
export function verdict(report: StatusReport): string {
  const { rows } = report;
  const n = (standing: Standing) => rows.filter(({ status }) => status === standing).length;
  const kept = n("retained");
  if (rows.length === 0) return "nothing is declared";
  if (n("missing") + kept === rows.length) return kept === 0 ? "not up" : `not up, ${kept} kept`;
  const off = rows.filter(differs).length;
  if (off > 0) return `${off} of ${rows.length} differ (${tally(rows.filter(differs))})`;
  const all = `in sync (${count(rows.length, "resource")})`;
  return isInSync(report) ? all : `${all}, but not everything could be searched for`;
}

/** "1 drifted, 2 missing" */
export const tally = (rows: readonly StatusRow[]): string =>
  standings
    .map((standing) => ({ standing, n: rows.filter(({ status }) => status === standing).length }))
    .filter(({ n }) => n > 0)
    .map(({ standing, n }) => `${n} ${standing.replace("-", " ")}`)
    .join(", ");

/** A command, and what it does about what differs. */
export interface Fix {
  readonly command: string;
  readonly does: string;
}

/** What `up` does about a row, and how that is called. Nothing mends what could not be looked at. */
const mending: readonly (readonly [verb: string, ...Standing[]])[] = [
  ["makes", "missing"],
  ["repairs", "drifted", "failed", "stranded"],
  ["waits for", "pending"],
  ["takes back", "retained"],
];

/** The commands that mend what the report shows, each once. */
export function fixesOf(report: StatusReport): Fix[] {
  const { rows } = report;
  const among = (standings: readonly Standing[]) => rows.filter(({ status }) => standings.includes(status)).length;
  const parts = mending.flatMap(([verb, ...some]) => (among(some) === 0 ? [] : [`${verb} ${among(some)}`]));
  const isUp = rows.some(({ status }) => status !== "missing");
  const left = among(["left-over"]);
  return [
    ...(parts.length === 0 ? [] : [{ command: up(report), does: isUp ? parts.join(", ") : "brings it up" }]),
    ...(left === 0 ? [] : [{ command: `${up(report)} --prune`, does: `removes ${left} left over` }]),
  ];
}

/** The command that mends one row, if there is one. */
function commandFor(report: StatusReport, { status }: StatusRow): string | undefined {
  if (status === "left-over") return `${up(report)} --prune`;
  return mending.some(([, ...some]) => some.includes(status)) ? up(report) : undefined;
}

function up({ environment, local, settingsOf }: StatusReport): string {
  const copy = settingsOf === environment ? "" : ` --suffix ${environment}`;
  return `tap up --env ${settingsOf}${copy}${local ? " --local" : ""}`;
}

/** `tap status --json`. An environment without a report has `error`, and null for what is not known of it. */
export const statusJson = (reports: readonly (StatusReport | StatusError)[]) => ({
  schema: 1,
  environments: reports.map((report) => {
    const { environment, local } = report;
    if ("error" in report) {
      return { environment, region: null, account: null, local, inSync: false, resources: [], error: report.error };
    }
    const { region, account, rows, unsearched } = report;
    const resources = rows.map((row) => {
      const command = commandFor(report, row);
      return { ...row, changes: row.changes.map(changeJson), ...(command === undefined ? {} : { command }) };
    });
    return { environment, region, account, local, inSync: isInSync(report), resources, unsearched };
  }),
});
