import type { Box, Drawing } from "./drawing.ts";
import { groupsOf } from "./drawing.ts";
import { layOut, type Point } from "./layout.ts";
import { escapeMarkup, round, shorten } from "./markup.ts";

const margin = 24;
/** Above the boxes, for the title. */
const header = 44;
const sizes = { boxWidth: 236, boxHeight: 46, columnGap: 56, rowGap: 14 };

const style = `
  svg { color-scheme: light dark; --paper: #fff; --ink: #1d2733; --soft: #5b6875; --line: #aab4bf; --box: #f7f8fa; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #14191f; --ink: #e4e9ee; --soft: #9aa7b4; --line: #55626f; --box: #1d242c; }
  }
  text { font-family: system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
  .paper { fill: var(--paper); } .soft { fill: var(--soft); }
  .box { fill: var(--box); stroke: var(--line); }
  .arrow { fill: none; stroke: var(--line); stroke-width: 1.3; } .tip { fill: var(--line); }
`;

/** The drawing as an SVG document by itself, light or dark as its viewer is set. */
export function svg(title: string, drawing: Drawing): string {
  const { boxes, arrows } = drawing;
  const index = new Map(boxes.map((box, i) => [box, i]));
  const links = arrows.map(([from, to]) => [index.get(from) ?? 0, index.get(to) ?? 0] as const);
  const layout = layOut(boxes.length, links, sizes);
  const width = Math.max(layout.width, 480) + 2 * margin;
  const height = layout.height + header + 2 * margin;
  const targets = new Set(arrows.map(([, to]) => to));
  const groups = [...groupsOf(boxes).keys()];
  const bodies = boxes.map((box, i) => {
    const place = layout.boxes[i] ?? { x: 0, y: 0 };
    const hue = Math.round((groups.indexOf(box.group) * 360) / groups.length);
    return boxSvg(box, place, hue, targets.has(box));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img" aria-labelledby="title desc">
<title id="title">${escapeMarkup(title)}</title>
<desc id="desc">${boxes.length} boxes from left to right: each stands right of what it needs.</desc>
<style>${style}</style>
<rect class="paper" width="100%" height="100%"/>
<text x="${margin}" y="${margin + 14}" font-size="17" font-weight="600">${escapeMarkup(title)}</text>
<text class="soft" x="${margin}" y="${margin + 33}" font-size="12">From left to right: what is made first, and what stands on it</text>
<g transform="translate(${margin} ${margin + header})">
${layout.pieces.flatMap((pieces) => (pieces.length === 0 ? [] : `<path class="arrow" d="${pieces.map(pieceSvg).join("")}"/>`)).join("\n")}
${bodies.join("\n")}
</g>
</svg>`;
}

/** Straight, or bent so that it leaves and arrives level. */
function pieceSvg([from, to]: readonly [Point, Point]): string {
  const [x1, y1, x2, y2] = [from.x, from.y, to.x, to.y].map(round);
  if (y1 === y2) return `M${x1} ${y1}H${x2}`;
  const middle = round((from.x + to.x) / 2);
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function boxSvg(box: Box, place: Point, hue: number, arrives: boolean): string {
  const { boxWidth, boxHeight } = sizes;
  const [name = "", ...rest] = box.lines;
  const room = boxWidth - 24;
  const below = [box.group, ...rest].filter((text) => text !== undefined).join(" · ");
  const tip = arrives
    ? `<path class="tip" d="M-7 ${boxHeight / 2 - 4}L0 ${boxHeight / 2}L-7 ${boxHeight / 2 + 4}Z"/>`
    : "";
  return `<g transform="translate(${round(place.x)} ${round(place.y)})"><title>${escapeMarkup(box.title ?? box.id)}</title><rect class="box" width="${boxWidth}" height="${boxHeight}" rx="5"/><rect width="5" height="${boxHeight}" rx="2" fill="hsl(${hue} 55% 52%)"/>${tip}<text x="14" y="19" font-size="13" font-weight="600">${escapeMarkup(shorten(name, room, 13))}</text><text class="soft" x="14" y="36" font-size="11">${escapeMarkup(shorten(below, room, 11))}</text></g>`;
}
