import type { StatusRow } from "../engine/status.ts";
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
  verdict,
} from "./status.ts";
import { clean, count, show } from "./text.ts";

/**
 * Drift reports for a comment on a pull request, in GitHub's Markdown: what differs as a table, what is in sync folded
 * away.
 */
export const statusMarkdown = (reports: readonly (StatusReport | StatusError)[]): string =>
  reports.map((report) => ("error" in report ? errorSection(report) : section(report))).join("\n\n");

function section(report: StatusReport): string {
  const { environment, region, account, local, rows, unsearched } = report;
  const sign = isInSync(report) ? "✅" : "⚠️";
  const place = `${region}, ${local ? "on the local AWS" : `account ${account}`}`;
  const off = stepsOf(report).flatMap((step) => step.rows.filter(differs));
  const blocks = [`### ${sign} ${plain(environment)}: ${plain(verdict(report))}`, plain(place)];
  const said = off.filter((row) => !isFolded(row, report));
  if (off.length > 0) {
    const head = "| resource | status | live → wanted |\n| --- | --- | --- |";
    const table = [head, ...said.map((row) => tableRow(row, report))].join("\n");
    // A row for each of those that are all missing alike would hide everything else.
    blocks.push(rows.every(({ status }) => status === "missing") ? folded(count(off.length, "row"), table) : table);
  }
  if (unsearched.length > 0) {
    const failures = unsearched.map(({ node, message }) => `- ${code(node)}: ${plain(message)}`);
    blocks.push(["What is left over could not be searched for:", "", ...failures].join("\n"));
  }
  const fixes = fixesOf(report).map(({ command, does }) => `- ${code(command)} ${plain(does)}`);
  if (fixes.length > 0) blocks.push(fixes.join("\n"));
  const inSync = stepsOf(report).flatMap((step) => inSyncLines(step));
  const n = rows.length - off.length;
  if (n > 0) blocks.push(folded(`${n} in sync`, inSync.join("\n")));
  return blocks.join("\n\n");
}

function tableRow(row: StatusRow, report: StatusReport): string {
  const { id, type, status, awsId, changes, reason, advice } = row;
  const details = [
    ...changes.map(({ path, live, want, fix }) => {
      const note = fix === "replace" ? " (needs replacement)" : "";
      return `${code(path)}: ${code(show(live))} → ${code(show(want))}${note}`;
    }),
    ...[reason, foldedUnder(row, report), advice].flatMap((text) => (text === undefined ? [] : [plain(text)])),
  ];
  const name = `${code(id)}<br>${plain(type)}${awsId === undefined ? "" : ` ${code(awsId)}`}`;
  return `| ${name} | ${status.replace("-", " ")} | ${details.join("<br>")} |`;
}

function inSyncLines({ step, rows }: StepRows): string[] {
  const inSync = rows.filter((row) => !differs(row));
  if (inSync.length === 0) return [];
  return [
    `- ${plain(step)}: ${inSync.length}`,
    ...inSync.flatMap(({ id, reason }) => (reason === undefined ? [] : [`  - ${code(id)}: ${plain(reason)}`])),
    ...inSync.flatMap(({ id, unreported = [] }) =>
      unreported.map((path) => `  - ${code(`${id} ${path}`)} is not reported by AWS`),
    ),
  ];
}

const folded = (summary: string, body: string): string =>
  `<details><summary>${plain(summary)}</summary>\n\n${body}\n\n</details>`;

function errorSection({ environment, local, error, advice }: StatusError): string {
  const where = `${environment}${local ? " on the local AWS" : ""}`;
  const text = advice === undefined ? error : `${error}. ${advice}`;
  return `### ❌ ${plain(where)}: no report\n\n${plain(text)}`;
}

/** What means something in Markdown or HTML, and what makes a link of an address. */
const special = /[!-'*+;-@[-`{-~]|:(?=\/)|(?<=www)\./gi;

/**
 * Text in which nothing means anything: a character reference never stands for structure (CommonMark 0.31, "Entity and
 * numeric character references"), nor ends a cell of a table. A comment parts what GitHub would take for a person or
 * an issue.
 */
const plain = (text: string): string =>
  clean(text).replace(special, (char) => {
    const reference = `&#${char.codePointAt(0) ?? 0};`;
    return char === "@" || char === "#" ? `${reference}<!-- -->` : reference;
  });

const code = (text: string): string => `<code>${plain(text)}</code>`;
