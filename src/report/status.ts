import type { Failure } from "../engine/events.ts";
import type { Standing, StatusRow } from "../engine/status.ts";
import type { Sign } from "./style.ts";
import { count, few } from "./text.ts";
import { changeJson, type Detail, detailsOf, placeText, type Where } from "./words.ts";

/** The drift report of one environment. */
export interface StatusReport extends Where {
  /** The environment whose settings these are: another one when this is a copy. */
  readonly settingsOf: string;
  readonly rows: readonly StatusRow[];
  /** The settings of the whole account that the environment uses. */
  readonly accountWide: readonly StatusRow[];
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

export const isInSync = ({ rows, accountWide, unsearched }: StatusReport): boolean =>
  unsearched.length === 0 && ![...rows, ...accountWide].some((row) => differs(row) || row.unwatched !== undefined);

/** Whether a row is one of those that the report is about. */
export const differs = ({ status }: StatusRow): boolean => status !== "in-sync";

/** How each status weighs, and its sign in a terminal; from what needs a person to what does not. */
export const weights: Readonly<Record<Standing, Sign>> = {
  drifted: { tone: "warn", symbol: "~" },
  flagged: { tone: "warn", symbol: "!" },
  failed: { tone: "bad", symbol: "✗" },
  missing: { tone: "bad", symbol: "−" },
  stranded: { tone: "bad", symbol: "?" },
  blocked: { tone: "note", symbol: "?" },
  pending: { tone: "warn", symbol: "…" },
  ailing: { tone: "warn", symbol: "!" },
  "left-over": { tone: "note", symbol: "·" },
  retained: { tone: "note", symbol: "·" },
  "in-sync": { tone: "good", symbol: "✓" },
};

/** The statuses, from what needs a person to what does not. */
export const standings = Object.keys(weights).filter((key): key is Standing => key in weights);

/** How people are told a status: "left over". */
export const wordsOf = (standing: Standing): string => standing.replace("-", " ");

/** Sorts rows so that what needs a person comes first; what weighs the same keeps its order. */
export const byWeight = (a: StatusRow, b: StatusRow): number =>
  standings.indexOf(a.status) - standings.indexOf(b.status);

/** How many rows have which status; none that no row has. */
export const countsOf = (rows: readonly StatusRow[]): { readonly standing: Standing; readonly n: number }[] =>
  standings
    .map((standing) => ({ standing, n: rows.filter(({ status }) => status === standing).length }))
    .filter(({ n }) => n > 0);

/** A row with all that is said of it. What a report has to say more of a resource is added in {@link saidRow} only. */
export interface SaidRow {
  readonly row: StatusRow;
  /** The row with which this one is said, since it stands so for that one's sake. */
  readonly foldedInto?: string;
  /** In the order in which they are said. */
  readonly details: readonly Detail[];
}

/** One step of the platform in a report. */
export interface SaidStep {
  readonly step: string;
  /** What differs comes first. */
  readonly rows: readonly SaidRow[];
  /** How many of them differ. */
  readonly off: number;
}

/**
 * What a report says of its rows, and in which order: by step, those with differences first. Text, Markdown, and the page
 * are only renderings of this.
 */
export function stepsOf(rows: readonly StatusRow[]): SaidStep[] {
  const ids = new Set(rows.map(({ id }) => id));
  const causes = Map.groupBy(rows, ({ because }) => because);
  const steps = [...Map.groupBy(rows, ({ step }) => step)].map(([step, members]): SaidStep => {
    const said = members.sort(byWeight).map((row) => saidRow(row, causes.get(row.id) ?? [], ids));
    return { step, rows: said, off: members.filter(differs).length };
  });
  return [...steps.filter(({ off }) => off > 0), ...steps.filter(({ off }) => off === 0)];
}

/** @param others stand so for the sake of this one, and are said with it */
function saidRow(row: StatusRow, others: readonly StatusRow[], ids: ReadonlySet<string>): SaidRow {
  const { because, changes, findings = [], ailments = [], reason, advice } = row;
  const ailing = ailments.map(({ what, why }) => `${what}: ${why}`);
  return {
    row,
    ...(because !== undefined && ids.has(because) ? { foldedInto: because } : {}),
    details: detailsOf([...changes, ...findings], ailing, {
      reason,
      folded: others.length === 0 ? undefined : foldedText(row, others),
      advice,
    }),
  };
}

/** A row with which no other one is said. */
export const saidAlone = (row: StatusRow): SaidRow => saidRow(row, [], new Set());

function foldedText({ status }: StatusRow, others: readonly StatusRow[]): string {
  const names = few(others.map(({ id }) => id));
  return status === "blocked"
    ? `for its sake not looked at or compared: ${count(others.length, "resource")} (${names})`
    : `and ${others.length} that ${others.length === 1 ? "stands" : "stand"} on it (${names}): ${tally(others)}`;
}

/** The searches that failed, but for those of which AWS said only what it said of a resource. */
export const unsaidSearches = ({ rows, unsearched }: StatusReport): readonly Failure[] => {
  const said = new Set(rows.map(({ reason }) => reason));
  return unsearched.filter(({ message }) => !said.has(`could not be looked at: ${message}`));
};

/** "prod", "dev on the local AWS" */
export const unseenName = ({ environment, local }: StatusError): string =>
  `${environment}${local ? " on the local AWS" : ""}`;

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
  if (report.accountWide.some(differs)) return `${all}, but not what is set for the whole account`;
  return isInSync(report) ? all : `${all}, but not everything could be looked for`;
}

/** "1 drifted, 2 missing" */
export const tally = (rows: readonly StatusRow[]): string =>
  countsOf(rows)
    .map(({ standing, n }) => `${n} ${wordsOf(standing)}`)
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
  const shared = report.accountWide.filter((row) => mending.some(([, ...some]) => some.includes(row.status))).length;
  if (shared > 0) parts.push(`sets ${shared} for the whole account`);
  return [
    ...(parts.length === 0 ? [] : [{ command: up(report), does: isUp ? parts.join(", ") : "brings it up" }]),
    ...(left === 0 ? [] : [{ command: `${up(report)} --prune`, does: `removes ${left} left over` }]),
    ...liftable(rows).map((name) => ({ command: `${up(report)} --lift ${name}`, does: "lifts what limits it" })),
  ];
}

/** The names by which `--lift` takes what limits a resource. */
export const liftable = (rows: readonly StatusRow[]): string[] =>
  rows.flatMap(({ id, findings = [] }) =>
    findings.flatMap(({ fix, path }) => (fix === "lift" ? [`${id}:${path}`] : [])),
  );

/** What AWS refused to show of what others may have added, each once, with how many resources it is about. */
export function unwatchedOf(
  rows: readonly StatusRow[],
): { readonly failure: Failure; readonly what: string; readonly of: string[] }[] {
  const all = rows.flatMap(({ id, unwatched = [] }) => unwatched.map((one) => ({ id, ...one })));
  return [...Map.groupBy(all, ({ what, failure: { type } }) => `${type} ${what}`).values()].flatMap((alike) =>
    alike.slice(0, 1).map(({ what, failure }) => ({ what, failure, of: alike.map(({ id }) => id) })),
  );
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

/** What is set for a whole account, in one region. */
export interface AccountWide extends Pick<Where, "region" | "account" | "local"> {
  readonly rows: readonly StatusRow[];
}

/** What "for the whole account" means. */
export const accountWideMeans = "all that is in the account uses it: tap sets what nobody has set, and leaves the rest";

/** The settings of the accounts that some environments are in, each once. */
export function accountWideOf(reports: readonly (StatusReport | StatusError)[]): AccountWide[] {
  const made = reports.flatMap((report) => ("error" in report || report.accountWide.length === 0 ? [] : [report]));
  const places = Map.groupBy(made, placeText);
  return [...places.values()].flatMap(([first]) => {
    if (first === undefined) return [];
    const { region, account, local, accountWide: rows } = first;
    return [{ region, account, local, rows }];
  });
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
      return { ...rowJson(row), ...(command === undefined ? {} : { command }) };
    });
    return { environment, region, account, local, inSync: isInSync(report), resources, unsearched };
  }),
  account: accountWideOf(reports).flatMap(({ rows, ...place }) => rows.map((row) => ({ ...place, ...rowJson(row) }))),
});

const rowJson = ({ card: _, findings, accepted, ...said }: StatusRow) => ({
  ...said,
  changes: said.changes.map(changeJson),
  ...(findings && { findings: findings.map(changeJson) }),
  ...(accepted && { accepted: accepted.map(changeJson) }),
});
