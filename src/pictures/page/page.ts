import { createHash } from "node:crypto";
import type { Failure } from "../../engine/events.ts";
import type { StatusRow } from "../../engine/status.ts";
import type { RecordedRun } from "../../history/files.ts";
import { countsOf, wordsOf } from "../../report/status.ts";
import { architectureSvg } from "../architecture-svg.ts";
import { markSvg, markSymbols } from "../marks.ts";
import { escapeMarkup, utc } from "../markup.ts";
import { shortName } from "../platform.ts";
import { resourcesTable, rowTarget } from "./resources.ts";
import { runsHtml } from "./runs.ts";
import { pageScript } from "./script.ts";
import { pageStyle } from "./style.ts";

/** What a report shows. */
export interface ReportView {
  /** For example "dev in us-east-1, account 123456789012". */
  readonly title: string;
  /** When it was looked at, milliseconds since the epoch. */
  readonly at: number;
  readonly rows: readonly StatusRow[];
  /** The settings of the whole account that the environment uses. */
  readonly accountWide: readonly StatusRow[];
  /** The availability zones of the first and the second subnets. */
  readonly zones: readonly string[];
  /** Searches for left-overs that failed. */
  readonly unsearched: readonly Failure[];
  /** Why AWS could not be looked at, if so. */
  readonly error?: { readonly message: string; readonly advice?: string };
  /** The newest first. */
  readonly runs: readonly RecordedRun[];
  /** Why the runs could not be read, if so. */
  readonly runsError?: string;
}

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Nothing is loaded, and nothing runs but the two parts that are named here by their hashes. */
const policy = [
  "default-src 'none'",
  `style-src ${hash(pageStyle)}`,
  `script-src ${hash(pageScript)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The report as one HTML document that needs nothing else. */
export function reportPage(view: ReportView): string {
  const title = escapeMarkup(view.title);
  const index = new Map(view.rows.map((row, i) => [row, i]));
  const naming = { name: shortName, target: (row: StatusRow) => rowTarget(index.get(row) ?? 0) };
  const nothing = `<p class="soft">Nothing is declared.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${pageStyle}</style>
</head>
<body>
${markSymbols()}
<a class="skip" href="#resources">Skip to the resources</a>
<header>
<h1>${title}</h1>
<div class="soft">Trading platform, looked at ${utc(view.at)}</div>
${tally(view.rows)}
${errorHtml(view)}
<form class="filter" role="search" hidden><label for="filter">Filter rows</label><input id="filter" type="search" placeholder="database drifted" autocomplete="off"><span role="status" class="soft"></span></form>
</header>
<main>
${section("architecture", "Architecture", view.rows.length === 0 ? nothing : `<div class="scroll" tabindex="0" role="region" aria-label="Architecture, scrolls sideways">${architectureSvg(view.rows, view.zones, naming)}</div>`)}
${section("resources", "Resources", view.rows.length === 0 ? nothing : resourcesTable(view.rows, view.accountWide))}
${section("runs", "Last runs", view.runsError === undefined ? runsHtml(view.runs) : `<p>The runs cannot be read: ${escapeMarkup(view.runsError)}</p>`)}
</main>
<footer>Made by <code>tap report</code>. This file is complete by itself and loads nothing.</footer>
<script>${pageScript}</script>
</body>
</html>
`;
}

const section = (id: string, heading: string, body: string): string =>
  `<section id="${id}" aria-labelledby="${id}-heading"><details open><summary><h2 id="${id}-heading">${heading}</h2></summary>${body}</details></section>`;

function tally(rows: readonly StatusRow[]): string {
  const items = countsOf(rows).map(({ standing, n }) => `<li>${markSvg(standing)} ${n} ${wordsOf(standing)}</li>`);
  return items.length === 0 ? "" : `<ul class="tally" aria-label="How many resources stand how">${items.join("")}</ul>`;
}

function errorHtml({ error, unsearched }: ReportView): string {
  const blocks = [
    ...(error === undefined
      ? []
      : [["It could not be looked at; what is declared is shown.", error.message, error.advice ?? ""]]),
    ...(unsearched.length === 0
      ? []
      : [
          [
            "What is left over could not be searched for.",
            ...unsearched.map(({ node, message }) => `${node}: ${message}`),
          ],
        ]),
  ];
  return blocks
    .map(
      (lines) =>
        `<div class="alert" role="note">${lines
          .filter(Boolean)
          .map((line) => `<p>${escapeMarkup(line)}</p>`)
          .join("")}</div>`,
    )
    .join("");
}
