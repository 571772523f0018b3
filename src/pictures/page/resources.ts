import type { StatusRow } from "../../engine/status.ts";
import { foldedUnder, isFolded } from "../../report/status.ts";
import { show } from "../../report/text.ts";
import { markSvg, marks, standings } from "../marks.ts";
import { escapeMarkup } from "../markup.ts";

/** The fragment of a resource's row, by its position among all rows. */
export const rowTarget = (index: number): string => `r${index}`;

/** The drift report as a table: steps with differences first, and in them what needs a person first. */
export function resourcesTable(rows: readonly StatusRow[]): string {
  const index = new Map(rows.map((row, i) => [row, i]));
  const rank = (row: StatusRow) => standings.indexOf(row.status);
  const steps = [...Map.groupBy(rows, ({ step }) => step)];
  const isOff = ([, members]: (typeof steps)[number]) => members.some(({ status }) => status !== "in-sync");
  const bodies = [...steps.filter(isOff), ...steps.filter((step) => !isOff(step))].map(([step, members]) => {
    const lines = members.toSorted((a, b) => rank(a) - rank(b)).map((row) => rowHtml(row, index.get(row) ?? 0, rows));
    return `<tbody><tr class="group"><th scope="rowgroup" colspan="5">${escapeMarkup(step)}</th></tr>\n${lines.join("\n")}</tbody>`;
  });
  return `<table aria-labelledby="resources-heading"><thead><tr><th scope="col" class="w-id">Resource</th><th scope="col" class="w-type type">Type</th><th scope="col" class="w-status">Status</th><th scope="col" class="w-live live">In AWS</th><th scope="col">Differences</th></tr></thead>
${bodies.join("\n")}</table>`;
}

function rowHtml(row: StatusRow, index: number, rows: readonly StatusRow[]): string {
  const { id, type, status, awsId = "", changes, unreported = [] } = row;
  // What could not be looked at for the sake of another is said there.
  const reason = isFolded(row, { rows }) ? `see ${row.because}` : row.reason;
  const folded = foldedUnder(row, { rows });
  const details = [
    ...changes.map(
      ({ path, live, want, fix }) =>
        `<span class="change"><code>${escapeMarkup(path)}</code>: <code class="was">${escapeMarkup(show(live))}</code> instead of <code class="want">${escapeMarkup(show(want))}</code>${fix === "replace" ? " (needs replacement)" : ""}</span>`,
    ),
    ...[reason, folded].flatMap((text) => (text === undefined ? [] : [escapeMarkup(text)])),
    ...(unreported.length === 0
      ? []
      : [`<span class="soft">not reported by AWS: ${unreported.map(escapeMarkup).join(", ")}</span>`]),
  ];
  return `<tr id="${rowTarget(index)}"><th scope="row">${escapeMarkup(id)}</th><td class="type soft">${escapeMarkup(type)}</td><td>${markSvg(status)} ${marks[status].words}</td><td class="live id">${escapeMarkup(awsId)}</td><td>${details.join(" ")}</td></tr>`;
}
