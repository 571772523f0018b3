import type { RecordedRun } from "../../history/files.ts";
import { type Bar, type Timeline, timelineOf } from "../../history/timeline.ts";
import { done } from "../../report/event-line.ts";
import { count, duration } from "../../report/text.ts";
import { escapeMarkup, round, utc } from "../markup.ts";

/** So many bars a page may have before older runs are only named: with more it gets slow. */
const mostBars = 1500;

/** A bar is drawn on a plane so wide, and stretched to what room there is. */
const plane = 1000;

/** The last runs, the newest first: for each a row with a bar for every resource. */
export function runsHtml(runs: readonly RecordedRun[]): string {
  if (runs.length === 0) return `<p class="soft">No run is on record on this machine.</p>`;
  let bars = 0;
  const drawn = runs.map((run, i) => {
    const timeline = timelineOf(run);
    bars += timeline.bars.length;
    return runHtml(run, timeline, { open: i === 0, whole: i === 0 || bars <= mostBars });
  });
  return `<ul class="key" aria-hidden="true">${keys.join("")}</ul>${drawn.join("\n")}`;
}

const key = (svg: string, text: string, critical = false) =>
  `<li><svg viewBox="0 0 34 14"${critical ? ' class="critical"' : ""}>${svg}</svg>${text}</li>`;
const keys = [
  key('<rect class="work" y="1" width="34" height="12"/>', "at work"),
  key('<rect class="wait" y="4" width="34" height="6"/>', "waiting for AWS"),
  key(
    '<rect class="work" y="1" width="34" height="12"/><rect class="retry" x="15" y="-1" width="3" height="16"/>',
    "a call that AWS put off",
  ),
  key('<rect class="work" y="1" width="34" height="12"/>', "on the critical path", true),
];

function runHtml(
  { begun, ended }: RecordedRun,
  timeline: Timeline,
  { open, whole }: { readonly open: boolean; readonly whole: boolean },
): string {
  const took = duration((timeline.to - timeline.from) / 1000);
  const how = {
    done: `done in ${took}`,
    failed: `failed after ${took}`,
    interrupted: `interrupted after ${took}`,
    open: `without an end: killed after ${took} or more, or still at work`,
  }[ended?.outcome ?? "open"];
  const summary = `<summary><h3>${escapeMarkup(begun.command)}</h3> <span class="soft">${utc(begun.at)}, ${how}, ${count(timeline.bars.length, "resource")}</span></summary>`;
  const body = whole
    ? chart(`${begun.command}, ${utc(begun.at)}`, timeline)
    : `<p class="soft">Not drawn: this page has enough bars.</p>`;
  return `<details${open ? " open" : ""}>${summary}${body}</details>`;
}

function chart(title: string, timeline: Timeline): string {
  const { bars, critical, skipped, from, to } = timeline;
  const marked = new Set(critical);
  const path =
    critical.length === 0
      ? ""
      : `<p class="path"><span class="flag">◆ Critical path</span>: ${critical.map(({ node }) => escapeMarkup(node)).join(" → ")}</p>`;
  const lines = bars.map((bar) => barRow(bar, timeline, marked.has(bar)));
  const left = skipped.map(
    ({ node, because }) =>
      `<tr><th scope="row">${escapeMarkup(node)}</th><td class="act">not begun</td><td class="num"></td><td class="num"></td><td>because of ${escapeMarkup(because)}</td></tr>`,
  );
  return `${path}<table class="runs" aria-label="${escapeMarkup(title)}"><thead><tr><th scope="col" class="w-id">Resource</th><th scope="col" class="w-act act">Action</th><th scope="col" class="w-num num">Began after</th><th scope="col" class="w-num num">Took</th><th scope="col"><span class="ends"><span>0 s</span><span>${duration((to - from) / 1000)}</span></span></th></tr></thead>
<tbody>${[...lines, ...left].join("\n")}</tbody></table>`;
}

function outcomeText({ action, outcome }: Bar): string {
  if (outcome === "done") return done(action);
  if (outcome === "retained") return "kept";
  return outcome === "failed" ? `${action} failed` : `${action}, unfinished`;
}

function barRow(bar: Bar, { from, to }: Timeline, critical: boolean): string {
  const began = duration((bar.from - from) / 1000);
  const took = duration((bar.to - bar.from) / 1000);
  const details = [
    `${outcomeText(bar)} in ${took}, begun after ${began}${critical ? ", on the critical path" : ""}`,
    ...(bar.message === undefined ? [] : [bar.message]),
    ...bar.waits.slice(0, 8).map((wait) => `waited ${duration((wait.to - wait.from) / 1000)}: ${wait.for}`),
    ...(bar.waits.length > 8 ? [`and ${bar.waits.length - 8} more waits`] : []),
    ...(bar.retries.length === 0
      ? []
      : [`put off ${count(bar.retries.length, "time")}: ${bar.retries.at(-1)?.reason ?? ""}`]),
  ];
  const label = escapeMarkup(`${bar.node}: ${details.join("; ")}`);
  const tip = details.map((line) => `<span>${escapeMarkup(line)}</span>`).join("");
  const flag = critical ? ' <span class="flag" title="on the critical path">◆</span>' : "";
  return `<tr><th scope="row">${escapeMarkup(bar.node)}${flag}</th><td class="act">${outcomeText(bar)}</td><td class="num">${began}</td><td class="num">${took}</td><td class="plot"><svg viewBox="0 0 ${plane} 18" preserveAspectRatio="none" tabindex="0" role="img" aria-label="${label}"${critical ? ' class="critical"' : ""}>${shapes(bar, from, to)}</svg><div class="tip" aria-hidden="true">${tip}</div></td></tr>`;
}

/** Work at full height, waits thinner, retries and failures as strokes across. */
function shapes(bar: Bar, from: number, to: number): string {
  const scale = plane / Math.max(1, to - from);
  const x = (at: number) => (at - from) * scale;
  const rect = (kind: string, begin: number, end: number, y: number, height: number) =>
    `<rect class="${kind}" x="${round(begin)}" y="${y}" width="${round(Math.max(end - begin, 0))}" height="${height}"/>`;
  const parts: string[] = [];
  let at = bar.from;
  for (const wait of bar.waits) {
    if (wait.from > at) parts.push(rect("work", x(at), x(wait.from), 3, 12));
    parts.push(rect("wait", x(wait.from), x(wait.to), 6, 6));
    at = wait.to;
  }
  // Short ones are seen, too.
  const begin = Math.min(x(at), plane - 3);
  if (bar.to > at || bar.waits.length === 0) parts.push(rect("work", begin, Math.max(x(bar.to), begin + 3), 3, 12));
  parts.push(...bar.retries.map((retry) => rect("retry", x(retry.at), x(retry.at) + 2.5, 0, 18)));
  if (bar.outcome === "failed") parts.push(rect("end", Math.max(0, x(bar.to) - 4), Math.max(4, x(bar.to)), 0, 18));
  return parts.join("");
}
