import type { Standing, StatusRow } from "../engine/status.ts";
import { changeText } from "./changes.ts";
import { failuresText } from "./failures.ts";
import {
  differs,
  fixesOf,
  foldedUnder,
  isFolded,
  isInSync,
  type StatusError,
  type StatusReport,
  type StepRows,
  stepsOf,
  tally,
  unsaidSearches,
  verdict,
} from "./status.ts";
import type { Style } from "./style.ts";
import { clean, count, resourceTable, table } from "./text.ts";

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

export interface StatusTextOptions {
  readonly style: Style;
  /** How wide a line may be; as wide as it gets unless told. */
  readonly columns?: number;
  /** A line for every resource, in sync or not. */
  readonly all?: boolean;
}

/** The drift report: what differs first, by step, each with its live and wanted values, and what mends it. */
export function statusText(report: StatusReport, options: StatusTextOptions): string {
  const { style, columns = Number.POSITIVE_INFINITY, all = false } = options;
  const lines = [heading(report, style)];
  const steps = stepsOf(report);
  const isShown = (row: StatusRow) => all || (differs(row) && !isFolded(row, report));
  const shown = steps.flatMap((step) => (all || !isAlike(step) ? step.rows.filter(isShown) : []));
  const cells = resourceTable(
    shown.map(({ id, type, status, awsId = "" }) => ({ id, type, rest: [status, awsId] })),
    columns,
  );
  const lineOf = new Map(shown.map((row, i) => [row, cells[i] ?? ""]));
  let inBlock = false;
  for (const step of steps) {
    const block = step.rows.some((row) => lineOf.has(row));
    // What takes several lines stands apart from what takes one.
    if (block || !inBlock) lines.push("");
    inBlock = !block;
    lines.push(block ? blockHeading(step, style) : alikeLine(step, style));
    for (const row of step.rows) {
      const line = lineOf.get(row);
      if (line !== undefined) lines.push(`  ${paint(row.status, style, symbols[row.status])} ${line}`);
      else if (row.reason !== undefined && !isFolded(row, report))
        lines.push(`    ${style.dim(`· ${clean(row.id)}: ${clean(row.reason)}`)}`);
      if (line !== undefined) lines.push(...details(row, report, style).map((detail) => `      ${detail}`));
    }
  }
  lines.push(...unreportedLines(report, style, all));
  const searches = unsaidSearches(report);
  const unsearched = "what is left over could not be searched for";
  if (searches.length > 0) lines.push("", failuresText(unsearched, searches, style));
  else if (report.unsearched.length > 0) lines.push("", style.warn(`${unsearched}, for the same reason`));
  const fixes = fixesOf(report).map(({ command, does }) => [command, style.dim(does)]);
  if (fixes.length > 0) lines.push("", ...table(fixes).map((fix) => `${style.note("→")} ${fix}`));
  return lines.join("\n");
}

function heading(report: StatusReport, style: Style): string {
  const { environment, region, account, local } = report;
  const place = `${region}, ${local ? "on the local AWS" : `account ${account}`}`;
  const answer = isInSync(report) ? style.good(verdict(report)) : style.warn(verdict(report));
  return `${style.strong(environment)}: ${answer} ${style.dim(`· ${place}`)}`;
}

/** Whether one line says it all: everything is in sync, or all of several are missing. */
const isAlike = ({ rows }: StepRows): boolean =>
  rows.every(({ status }) => status === "in-sync") ||
  (rows.length > 1 && rows.every(({ status, advice }) => status === "missing" && advice === undefined));

function alikeLine({ step, rows }: StepRows, style: Style): string {
  const status = rows[0]?.status ?? "in-sync";
  return `${paint(status, style, symbols[status])} ${clean(step)}: ${tally(rows)}`;
}

function blockHeading({ step, rows }: StepRows, style: Style): string {
  const off = rows.filter(differs).length;
  const note = off === 0 ? `${rows.length} in sync` : `${off} of ${rows.length} ${off === 1 ? "differs" : "differ"}`;
  return `${style.strong(clean(step))}: ${note}`;
}

function details(row: StatusRow, report: StatusReport, style: Style): string[] {
  const { changes, reason, advice } = row;
  const folded = foldedUnder(row, report);
  return [
    ...changes.map((change) => changeText(change, style)),
    ...(reason === undefined ? [] : [style.dim(clean(reason))]),
    ...(folded === undefined ? [] : [style.dim(clean(folded))]),
    ...(advice === undefined ? [] : [`${style.note("→")} ${clean(advice)}`]),
  ];
}

function unreportedLines({ rows, local }: StatusReport, style: Style, all: boolean): string[] {
  const unseen = rows.flatMap(({ id, unreported = [] }) => unreported.map((path) => `${id} ${path}`));
  if (unseen.length === 0) return [];
  const by = `not reported by ${local ? "the local AWS" : "AWS"}, so neither drift nor checked`;
  if (!all) {
    const properties = count(unseen.length, "property is", "properties are");
    return ["", style.dim(`${properties} ${by} (--all)`)];
  }
  return ["", style.strong(by), ...unseen.map((line) => `  ${style.dim(`· ${clean(line)}`)}`)];
}

/** An environment that cannot be reported on. */
export const statusErrorText = ({ environment, local, error, advice }: StatusError, style: Style): string =>
  [
    `${style.strong(`${environment}${local ? " on the local AWS" : ""}`)}: ${style.bad("no report")}`,
    `  ${clean(error)}`,
    ...(advice === undefined ? [] : [`  ${style.note("→")} ${clean(advice)}`]),
  ].join("\n");
