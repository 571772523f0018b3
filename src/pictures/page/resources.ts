import type { StatusRow } from "../../engine/status.ts";
import { accountWideMeans, type SaidRow, saidAlone, stepsOf, wordsOf } from "../../report/status.ts";
import { type Detail, type SaidLeaf, type Side, saidLeaves } from "../../report/words.ts";
import { markSvg } from "../marks.ts";
import { escapeMarkup } from "../markup.ts";

/** The fragment of a resource's row, by its position among all rows. */
export const rowTarget = (index: number): string => `r${index}`;

/**
 * The drift report as a table: steps with differences first, and in them what needs a person first; last what is set for
 * the whole account.
 */
export function resourcesTable(rows: readonly StatusRow[], accountWide: readonly StatusRow[]): string {
  const index = new Map([...rows, ...accountWide].map(({ id }, i) => [id, i]));
  const groups = [
    ...stepsOf(rows).map(({ step, rows: members }) => ({ heading: step, members })),
    ...(accountWide.length === 0
      ? []
      : [{ heading: `for the whole account: ${accountWideMeans}`, members: accountWide.map(saidAlone) }]),
  ];
  const bodies = groups.map(({ heading, members }) => {
    const lines = members.map((said) => rowHtml(said, index));
    return `<tbody><tr class="group"><th scope="rowgroup" colspan="5">${escapeMarkup(heading)}</th></tr>\n${lines.join("\n")}</tbody>`;
  });
  return `<table aria-labelledby="resources-heading"><thead><tr><th scope="col" class="w-id">Resource</th><th scope="col" class="w-type type">Type</th><th scope="col" class="w-status">Status</th><th scope="col" class="w-live live">In AWS</th><th scope="col">Differences</th></tr></thead>
${bodies.join("\n")}</table>`;
}

function rowHtml({ row, foldedInto, details: said }: SaidRow, index: ReadonlyMap<string, number>): string {
  const { id, type, status, awsId = "", unreported = [] } = row;
  const targetOf = (of: string) => rowTarget(index.get(of) ?? 0);
  // What stands so for the sake of another is said there.
  const details =
    foldedInto === undefined
      ? said.flatMap(detailHtml)
      : [`see <a href="#${targetOf(foldedInto)}">${escapeMarkup(foldedInto)}</a>`];
  if (unreported.length > 0)
    details.push(`<span class="soft">not reported by AWS: ${unreported.map(escapeMarkup).join(", ")}</span>`);
  return `<tr id="${targetOf(id)}"><th scope="row">${escapeMarkup(id)}</th><td class="type soft">${escapeMarkup(type)}</td><td>${markSvg(status)} ${wordsOf(status)}</td><td class="live id">${escapeMarkup(awsId)}</td><td>${details.join(" ")}</td></tr>`;
}

/** The page says how things stand; what to do is for `tap status` to say. */
function detailHtml(detail: Detail): string[] {
  if (detail.is === "advice") return [];
  return detail.is === "change" ? saidLeaves(detail.change).map(leafHtml) : [escapeMarkup(detail.text)];
}

function leafHtml({ path, live, want, between, note }: SaidLeaf): string {
  const should = sideHtml(want, "want");
  const instead = should === "" ? "" : between === " → " ? ` instead of ${should}` : `, was ${should}`;
  const remark = note === undefined ? "" : ` (${escapeMarkup(note)})`;
  return `<span class="change"><code>${escapeMarkup(path)}</code>: ${sideHtml(live, "was")}${instead}${remark}</span>`;
}

const sideHtml = ({ words, value }: Side, kind: string): string =>
  [words && escapeMarkup(words), value && `<code class="${kind}">${escapeMarkup(value)}</code>`]
    .filter(Boolean)
    .join(" ");
