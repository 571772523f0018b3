import {
  accountWideMeans,
  accountWideOf,
  differs,
  fixesOf,
  isInSync,
  type SaidRow,
  type SaidStep,
  type StatusError,
  type StatusReport,
  saidAlone,
  stepsOf,
  tally,
  unsaidSearches,
  unseenName,
  unwatchedOf,
  verdict,
  weights,
} from "./status.ts";
import { type Style, signText } from "./style.ts";
import { count, few, resourceTable, sanitise, show, table, wrap } from "./text.ts";
import { failuresText, placeText, rowLines, saidBy } from "./words.ts";

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
  const steps = stepsOf(report.rows);
  const isShown = ({ row, foldedInto }: SaidRow) => all || (differs(row) && foldedInto === undefined);
  const shown = steps.flatMap((step) => (all || !isAlike(step) ? step.rows.filter(isShown) : []));
  const lineOf = rowTable(shown, columns);
  let inBlock = false;
  for (const step of steps) {
    const block = step.rows.some((said) => lineOf.has(said));
    // What takes several lines stands apart from what takes one.
    if (block || !inBlock) lines.push("");
    inBlock = !block;
    lines.push(block ? blockHeading(step, style) : alikeLine(step, style));
    for (const said of step.rows) {
      const { row, foldedInto, details } = said;
      const line = lineOf.get(said);
      if (line !== undefined) {
        lines.push(...rowLines(weights[row.status], line, details, style, columns));
      } else if (row.reason !== undefined && foldedInto === undefined) {
        lines.push(`    ${style.dim(`· ${sanitise(row.id)}: ${sanitise(row.reason)}`)}`);
      }
    }
  }
  lines.push(
    ...unreportedLines(report, style, all),
    ...besidesLines(report, style, all),
    ...unwatchedLines(report, style),
  );
  const searches = unsaidSearches(report);
  const unsearched = "what is left over could not be searched for";
  if (searches.length > 0) lines.push("", failuresText(unsearched, searches, style));
  else if (report.unsearched.length > 0) lines.push("", style.warn(`${unsearched}, for the same reason`));
  const fixes = fixesOf(report).map(({ command, does }) => [command, style.dim(does)]);
  if (fixes.length > 0) lines.push("", ...table(fixes).map((fix) => `${style.note("→")} ${fix}`));
  return lines.join("\n");
}

function heading(report: StatusReport, style: Style): string {
  const answer = style[isInSync(report) ? "good" : "warn"](verdict(report));
  return `${style.strong(report.environment)}: ${answer} ${style.dim(`· ${placeText(report)}`)}`;
}

/** Whether one line says it all: everything is in sync, or all of several are missing. */
const isAlike = ({ rows, off }: SaidStep): boolean =>
  off === 0 ||
  (rows.length > 1 && rows.every(({ row: { status, advice } }) => status === "missing" && advice === undefined));

function alikeLine({ step, rows }: SaidStep, style: Style): string {
  const sign = weights[rows[0]?.row.status ?? "in-sync"];
  return `${signText(sign, style)} ${sanitise(step)}: ${tally(rows.map(({ row }) => row))}`;
}

function blockHeading({ step, rows, off }: SaidStep, style: Style): string {
  const note = off === 0 ? `${rows.length} in sync` : `${off} of ${rows.length} ${off === 1 ? "differs" : "differ"}`;
  return `${style.strong(sanitise(step))}: ${note}`;
}

function unreportedLines({ rows, local }: StatusReport, style: Style, all: boolean): string[] {
  const unseen = rows.flatMap(({ id, unreported = [] }) => unreported.map((path) => `${id} ${path}`));
  if (unseen.length === 0) return [];
  const by = `not reported by ${local ? "the local AWS" : "AWS"}, so neither drift nor checked`;
  if (!all) {
    const properties = count(unseen.length, "property is", "properties are");
    return ["", style.dim(`${properties} ${by} (--all)`)];
  }
  return ["", style.strong(by), ...unseen.map((line) => `  ${style.dim(`· ${sanitise(line)}`)}`)];
}

/** What is known and counts for nothing: what the settings accept, and what no `up` has recorded yet. */
function besidesLines({ rows }: StatusReport, style: Style, all: boolean): string[] {
  if (!all) return [];
  const said = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", style.strong(heading), ...lines.map((line) => `  ${style.dim(`· ${line}`)}`)];
  const accepted = rows.flatMap(({ id, accepted = [] }) =>
    accepted.map(({ path, live = null }) => `${sanitise(`${id} ${path}`)}: ${show(live)}`),
  );
  const unrecorded = rows.flatMap(({ id, unrecorded = [] }) => unrecorded.map((path) => sanitise(`${id} ${path}`)));
  return [
    ...said("accepted in the settings", accepted),
    ...said("not recorded yet, so a change of it is not seen: the next tap up records it", unrecorded),
  ];
}

function unwatchedLines({ rows }: StatusReport, style: Style): string[] {
  const all = unwatchedOf(rows);
  if (all.length === 0) return [];
  return [
    "",
    style.warn("AWS does not let these credentials look for:"),
    ...all.map(({ what, failure, of }) => {
      const said = sanitise(saidBy(failure));
      return `  ${style.dim("·")} ${what} of ${count(of.length, failure.type)} (${few(of)}): ${said}`;
    }),
  ];
}

/** What is set for the whole accounts that some environments are in; nothing where they use nothing of that sort. */
export function accountWideText(
  reports: readonly (StatusReport | StatusError)[],
  { style, columns = Number.POSITIVE_INFINITY }: Omit<StatusTextOptions, "all">,
): string[] {
  return accountWideOf(reports).map(({ rows, ...place }, i) => {
    const said = rows.map(saidAlone);
    const lineOf = rowTable(said, columns);
    return [
      `${style.strong("for the whole account")} ${style.dim(`· ${placeText(place)}`)}`,
      ...(i === 0 ? wrap(accountWideMeans, columns - 2).map((line) => `  ${style.dim(line)}`) : []),
      ...said.flatMap((one) => rowLines(weights[one.row.status], lineOf.get(one) ?? "", one.details, style, columns)),
    ].join("\n");
  });
}

const rowTable = (rows: readonly SaidRow[], columns: number) =>
  resourceTable(rows, ({ row: { id, type, status, awsId = "" } }) => ({ id, type, rest: [status, awsId] }), columns);

/** An environment that cannot be reported on. */
export const statusErrorText = (unseen: StatusError, style: Style): string =>
  [
    `${style.strong(unseenName(unseen))}: ${style.bad("no report")}`,
    `  ${sanitise(unseen.error)}`,
    ...(unseen.advice === undefined ? [] : [`  ${style.note("→")} ${sanitise(unseen.advice)}`]),
  ].join("\n");
