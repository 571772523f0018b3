import {
  type AccountWide,
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
  unseenName,
  verdict,
  wordsOf,
} from "./status.ts";
import { count, sanitise } from "./text.ts";
import { type Detail, placeText, type SaidLeaf, type Side, saidLeaves, sidesText } from "./words.ts";

/**
 * Drift reports for a comment on a pull request, in GitHub's Markdown: what differs as a table, what is in sync folded
 * away.
 */
export const statusMarkdown = (reports: readonly (StatusReport | StatusError)[]): string =>
  [
    ...reports.map((report) => ("error" in report ? errorSection(report) : section(report))),
    ...accountWideOf(reports).map(accountSection),
  ].join("\n\n");

function accountSection({ rows, ...place }: AccountWide): string {
  const heading = `#### ${rows.some(differs) ? "⚠️" : "✅"} for the whole account: ${plain(placeText(place))}`;
  const table = [tableHead, ...rows.map((row) => tableRow(saidAlone(row)))].join("\n");
  return [heading, plain(accountWideMeans), table].join("\n\n");
}

const tableHead = "| resource | status | live → wanted |\n| --- | --- | --- |";

function section(report: StatusReport): string {
  const { environment, rows, unsearched } = report;
  const sign = isInSync(report) ? "✅" : "⚠️";
  const steps = stepsOf(report.rows);
  const off = steps.flatMap((step) => step.rows.filter(({ row }) => differs(row)));
  const blocks = [`### ${sign} ${plain(environment)}: ${plain(verdict(report))}`, plain(placeText(report))];
  if (off.length > 0) {
    const said = off.filter(({ foldedInto }) => foldedInto === undefined);
    const table = [tableHead, ...said.map(tableRow)].join("\n");
    // A row for each of those that are all missing alike would hide everything else.
    blocks.push(rows.every(({ status }) => status === "missing") ? folded(count(off.length, "row"), table) : table);
  }
  if (unsearched.length > 0) {
    const failures = unsearched.map(({ node, message }) => `- ${code(node)}: ${plain(message)}`);
    blocks.push(["What is left over could not be searched for:", "", ...failures].join("\n"));
  }
  const fixes = fixesOf(report).map(({ command, does }) => `- ${code(command)} ${plain(does)}`);
  if (fixes.length > 0) blocks.push(fixes.join("\n"));
  const inSync = steps.flatMap(inSyncLines);
  const n = rows.length - off.length;
  if (n > 0) blocks.push(folded(`${n} in sync`, inSync.join("\n")));
  return blocks.join("\n\n");
}

function tableRow({ row: { id, type, status, awsId }, details }: SaidRow): string {
  const name = `${code(id)}<br>${plain(type)}${awsId === undefined ? "" : ` ${code(awsId)}`}`;
  return `| ${name} | ${wordsOf(status)} | ${details.map(detailCell).join("<br>")} |`;
}

function detailCell(detail: Detail): string {
  return detail.is === "change" ? saidLeaves(detail.change).map(leafCell).join("<br>") : plain(detail.text);
}

const leafCell = (leaf: SaidLeaf): string =>
  `${code(leaf.path)}: ${sidesText(leaf, sideCell)}${leaf.note === undefined ? "" : ` (${plain(leaf.note)})`}`;

const sideCell = ({ words, value }: Side): string =>
  [words && plain(words), value && code(value)].filter(Boolean).join(" ");

function inSyncLines({ step, rows }: SaidStep): string[] {
  const inSync = rows.flatMap(({ row }) => (differs(row) ? [] : [row]));
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

function errorSection(unseen: StatusError): string {
  const { error, advice } = unseen;
  const text = advice === undefined ? error : `${error}. ${advice}`;
  return `### ❌ ${plain(unseenName(unseen))}: no report\n\n${plain(text)}`;
}

/** What means something in Markdown or HTML, and what makes a link of an address. */
const special = /[!-'*+;-@[-`{-~]|:(?=\/)|(?<=www)\./gi;

/**
 * Text in which nothing means anything: a character reference never stands for structure (CommonMark 0.31, "Entity and
 * numeric character references"), nor ends a cell of a table. A comment parts what GitHub would take for a person or
 * an issue.
 */
const plain = (text: string): string =>
  sanitise(text).replace(special, (char) => {
    const reference = `&#${char.codePointAt(0) ?? 0};`;
    return char === "@" || char === "#" ? `${reference}<!-- -->` : reference;
  });

const code = (text: string): string => `<code>${plain(text)}</code>`;
