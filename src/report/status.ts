import type { Failure } from "../engine/events.ts";
import type { Standing, StatusRow } from "../engine/status.ts";
import { changeJson, changeText } from "./changes.ts";
import { failuresText } from "./failures.ts";
import { type Where, whereText } from "./plan.ts";
import type { Style } from "./style.ts";
import { clean, resourceTable } from "./text.ts";

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

export const isInSync = ({ rows, unsearched }: StatusReport): boolean =>
  unsearched.length === 0 && rows.every(({ status }) => status === "in-sync");

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

const symbols: Readonly<Record<Standing, string>> = {
  "in-sync": "✓",
  drifted: "~",
  missing: "−",
  pending: "…",
  failed: "✗",
  blocked: "?",
  stranded: "?",
  retained: "·",
  "left-over": "·",
};

function paint(standing: Standing, style: Style, text: string): string {
  if (standing === "in-sync") return style.good(text);
  if (standing === "drifted" || standing === "pending") return style.warn(text);
  if (standing === "missing" || standing === "failed" || standing === "stranded") return style.bad(text);
  return style.note(text);
}

const byStanding = (a: StatusRow, b: StatusRow) => standings.indexOf(a.status) - standings.indexOf(b.status);

/** The drift report: what is not in sync first, by step, each difference with its live and wanted value. */
export function statusText(report: StatusReport, style: Style, columns = Number.POSITIVE_INFINITY): string {
  const { rows } = report;
  const lines = [`${style.strong(whereText(report))}: ${tally(rows, style)}`];
  const cells = resourceTable(
    rows.map(({ id, type, status, awsId = "" }) => ({ id, type, rest: [status, awsId] })),
    columns,
  );
  const lineOf = new Map(rows.map((row, i) => [row, cells[i] ?? ""]));
  const steps = [...new Set(rows.map(({ step }) => step))].map((step) => rows.filter((row) => row.step === step));
  const isOff = (step: readonly StatusRow[]) => step.some(({ status }) => status !== "in-sync");
  for (const step of [...steps.filter(isOff), ...steps.filter((s) => !isOff(s))]) {
    lines.push("", style.strong(step[0]?.step ?? ""));
    for (const row of [...step].sort(byStanding)) {
      lines.push(`  ${paint(row.status, style, symbols[row.status])} ${lineOf.get(row) ?? ""}`);
      lines.push(...details(row, style).map((detail) => `      ${detail}`));
    }
  }
  lines.push(...unreportedLines(rows, style));
  if (report.unsearched.length > 0) {
    lines.push("", failuresText("what is left over could not be searched for", report.unsearched, style));
  }
  lines.push(...todo(report, style));
  return lines.join("\n");
}

function tally(rows: readonly StatusRow[], style: Style): string {
  const counts = standings
    .map((standing) => ({ standing, n: rows.filter(({ status }) => status === standing).length }))
    .filter(({ n }) => n > 0);
  if (rows.length > 0 && counts.every(({ standing }) => standing === "missing")) return style.note("not up");
  const parts = counts.map(({ standing, n }) => paint(standing, style, `${n} ${standing.replace("-", " ")}`));
  return parts.length === 0 ? "nothing is declared" : parts.join(", ");
}

const details = ({ changes, reason }: StatusRow, style: Style): string[] => [
  ...changes.map((change) => changeText(change, style)),
  ...(reason === undefined ? [] : [style.dim(clean(reason))]),
];

function unreportedLines(rows: readonly StatusRow[], style: Style): string[] {
  const unseen = rows.flatMap(({ id, unreported = [] }) => unreported.map((path) => `${id} ${path}`));
  if (unseen.length === 0) return [];
  return [
    "",
    style.strong("not reported by the local AWS, so neither drift nor checked"),
    ...unseen.map((line) => `  ${style.dim(`· ${clean(line)}`)}`),
  ];
}

/** The command that mends what the report shows. */
function todo(report: StatusReport, style: Style): string[] {
  const { rows, environment, local, settingsOf } = report;
  const has = (...some: Standing[]) => rows.some(({ status }) => some.includes(status));
  const copy = settingsOf === environment ? "" : ` --suffix ${environment}`;
  const flags = `--env ${settingsOf}${copy}${local ? " --local" : ""}`;
  const hints: string[] = [];
  if (has("drifted", "failed", "missing", "stranded", "pending")) {
    const isUp = rows.some(({ status }) => status !== "missing");
    hints.push(`tap up ${flags}${isUp ? "   makes what is missing and repairs the rest" : "   brings it up"}`);
  }
  if (has("left-over")) hints.push(`tap up ${flags} --prune   removes what is left over`);
  return hints.length === 0 ? [] : ["", ...hints.map((hint) => `${style.note("→")} ${hint}`)];
}

/** An environment that cannot be reported on. */
export const statusErrorText = ({ environment, local, error, advice }: StatusError, style: Style): string =>
  [
    `${style.strong(`${environment}${local ? " on the local AWS" : ""}`)}: ${style.bad("no report")}`,
    `  ${clean(error)}`,
    ...(advice === undefined ? [] : [`  ${style.note("→")} ${clean(advice)}`]),
  ].join("\n");

/** `tap status --json`. An environment without a report has `error`, and null for what is not known of it. */
export const statusJson = (reports: readonly (StatusReport | StatusError)[]) => ({
  schema: 1,
  environments: reports.map((report) => {
    const { environment, local } = report;
    if ("error" in report) {
      return { environment, region: null, account: null, local, inSync: false, resources: [], error: report.error };
    }
    const { region, account, rows, unsearched } = report;
    const resources = rows.map(({ changes, ...row }) => ({ ...row, changes: changes.map(changeJson) }));
    return { environment, region, account, local, inSync: isInSync(report), resources, unsearched };
  }),
});
