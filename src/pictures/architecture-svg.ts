import type { StatusRow } from "../engine/status.ts";
import { byWeight, wordsOf } from "../report/status.ts";
import { type Architecture, architectureOf, type Card } from "./architecture.ts";
import { markUse } from "./marks.ts";
import { escapeMarkup, round, shorten } from "./markup.ts";

const row = 24;
const title = 30;
const gap = 14;
const pad = 12;
/** More than this in one card is counted only, what needs a person first. */
const most = 12;

/** Something drawn, and how high it is. */
interface Part {
  readonly svg: string;
  readonly height: number;
}

/** How a resource is named in the picture, and where more is said about it. */
export interface Naming {
  name(row: StatusRow): string;
  /** The fragment that a box leads to. */
  target(row: StatusRow): string;
}

/**
 * The architecture, 1200 wide: what is outside of the VPC left and right of it, in it the subnets of two zones, and the
 * functions and the database across the private ones. Every resource is a link that names its status.
 */
export function architectureSvg(rows: readonly StatusRow[], zones: readonly string[], naming: Naming): string {
  const all = architectureOf(rows, zones);
  const card = (x: number, y: number, width: number, what: Card, columns = 1) =>
    cardPart(x, y, width, what, columns, naming);
  const stack = (x: number, y: number, width: number, cards: readonly Card[]): Part => {
    let at = y;
    const drawn = cards.filter(isThere).map((what) => {
      const part = card(x, at, width, what);
      at += part.height + gap;
      return part.svg;
    });
    return { svg: drawn.join(""), height: at - gap - y };
  };

  const top = 8;
  const [left, middle, right] = [0, 284, 932];
  const domain = isThere(all.domain) ? card(left, top + 58, 230, all.domain) : undefined;
  const apiTop = top + 58 + (domain ? domain.height + 34 : 0);
  const api = card(left, apiTop, 230, all.api);
  const vpc = vpcPart(middle, top, 620, all, card, naming);
  const beside = stack(right, top, 268, all.beside);
  const height = Math.max(apiTop + api.height, vpc.height + top, beside.height + top) + 8;
  const entry = apiTop + title / 2;
  const arrows = [
    arrow(`M115 ${top + 30}V${top + 56}`),
    ...(domain ? [arrow(`M115 ${top + 58 + domain.height}V${apiTop - 2}`)] : []),
    arrow(`M230 ${entry}H257V${vpc.functions}H${middle + 30}`),
    arrow(`M${middle + 310} ${vpc.functionsEnd}v${gap + 4}`),
  ];
  return `<svg class="architecture" viewBox="-1 0 1202 ${height}" role="group" aria-label="Architecture: every box is a resource with its status, and leads to its row in the table">
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8Z"/></marker></defs>
<g class="clients"><rect x="40" y="${top}" width="150" height="30" rx="15"/><text x="115" y="${top + 20}" text-anchor="middle">Clients, HTTPS</text></g>
${vpc.svg}${domain?.svg ?? ""}${api.svg}${beside.svg}<g class="arrows" aria-hidden="true">${arrows.join("")}</g>
</svg>`;
}

const isThere = ({ head, rows }: Card): boolean => head !== undefined || rows.length > 0;

type DrawCard = (x: number, y: number, width: number, card: Card, columns?: number) => Part;

/** The VPC; `functions` is the height at which the API's arrow arrives, `functionsEnd` where the next one begins. */
function vpcPart(x: number, y: number, width: number, all: Architecture, card: DrawCard, naming: Naming) {
  const inner = width - 2 * pad;
  const third = (inner - 2 * gap) / 3;
  let at = y + title + 6;
  const shared = [all.gateways, all.routes, all.groups].map((what, i) =>
    card(x + pad + i * (third + gap), at, third, what),
  );
  at += Math.max(...shared.map(({ height }) => height)) + gap;

  const half = (inner - gap) / 2;
  const zonesTop = at;
  const zoneX = (i: number) => x + pad + i * (half + gap);
  at += title;
  const open = all.zones.map((zone, i) => card(zoneX(i) + pad, at, half - 2 * pad, zone.open));
  at += Math.max(...open.map(({ height }) => height)) + gap;
  const closedTop = at;
  // Across the private subnets, since each of them may run in either.
  const across = { x: x + pad + 2 * pad, width: inner - 4 * pad };
  const functions = card(across.x, closedTop + title + 8, across.width, all.functions, 3);
  const clusterTop = closedTop + title + 8 + functions.height + gap + 6;
  const cluster = card(across.x, clusterTop, across.width, all.cluster, 3);
  const closedEnd = clusterTop + cluster.height + pad;
  const closed = all.zones.map(({ closed: what }, i) =>
    frame(zoneX(i) + pad, closedTop, half - 2 * pad, closedEnd - closedTop, "subnet", what, naming),
  );
  const end = closedEnd + pad;
  const zoneFrames = all.zones.map(
    ({ zone }, i) =>
      `<rect class="zone" x="${zoneX(i)}" y="${zonesTop}" width="${half}" height="${end - zonesTop}" rx="8"/><text class="label" x="${zoneX(i) + pad}" y="${zonesTop + 20}">${escapeMarkup(zone)}</text>`,
  );
  const vpc = frame(x, y, width, end + pad - y, "vpc", all.vpc, naming);
  return {
    svg: [
      vpc,
      ...shared.map(({ svg }) => svg),
      ...zoneFrames,
      ...open.map(({ svg }) => svg),
      ...closed,
      functions.svg,
      cluster.svg,
    ].join("\n"),
    height: end + pad - y,
    functions: closedTop + title + 8 + title / 2,
    functionsEnd: closedTop + title + 8 + functions.height,
  };
}

/** A frame around others, with the resource that it is, or a heading, in its upper left corner. */
function frame(x: number, y: number, width: number, height: number, kind: string, card: Card, naming: Naming): string {
  const heading = headingSvg(x, y, width, card, naming);
  return `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>${heading}`;
}

const headingSvg = (x: number, y: number, width: number, { head, title }: Card, naming: Naming): string =>
  head === undefined
    ? `<text class="label" x="${x + pad}" y="${y + 20}">${escapeMarkup(title)}</text>`
    : boxSvg(x + 6, y + 4, width - 12, head, naming, title);

function cardPart(x: number, y: number, width: number, card: Card, columns: number, naming: Naming): Part {
  const sorted = card.rows.toSorted(byWeight);
  const room = most * columns;
  // In their own order, unless there are too many to show.
  const shown = card.rows.length <= room ? card.rows : sorted.slice(0, room - 1);
  const more = card.rows.length - shown.length;
  const cells = shown.length + (more > 0 ? 1 : 0);
  const wide = (width - 12 - (columns - 1) * 6) / columns;
  const place = (i: number) => ({
    x: x + 6 + (i % columns) * (wide + 6),
    y: y + title + Math.floor(i / columns) * row,
  });
  const boxes = shown.map((one, i) => boxSvg(place(i).x, place(i).y, wide, one, naming));
  if (more > 0) {
    const { x, y } = place(shown.length);
    boxes.push(`<text class="soft" x="${x + 8}" y="${y + 15}">and ${more} more in the table</text>`);
  }
  const height = title + Math.ceil(cells / columns) * row + (cells > 0 ? 4 : 2);
  const heading = headingSvg(x, y, width, card, naming);
  const empty = card.head === undefined && cells === 0;
  return {
    svg: `<g><rect class="card${empty ? " empty" : ""}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>${heading}${boxes.join("")}</g>`,
    height,
  };
}

/** One resource: a link to its row, with its mark, its name, and its status in words unless all is well. */
function boxSvg(x: number, y: number, width: number, one: StatusRow, naming: Naming, heading?: string): string {
  const words = wordsOf(one.status);
  const status = one.status === "in-sync" ? "" : words;
  const room = width - 28 - (status === "" ? 4 : status.length * 7 + 14);
  const name = heading === undefined ? naming.name(one) : `${heading} · ${one.awsId ?? naming.name(one)}`;
  const word =
    status === ""
      ? ""
      : `<text class="word" x="${round(x + width - 6)}" y="${y + 15}" text-anchor="end">${status}</text>`;
  return `<a href="#${naming.target(one)}" class="box s-${one.status}" aria-label="${escapeMarkup(`${one.id}: ${words}`)}"><title>${escapeMarkup(`${one.id} (${one.type}): ${words}${one.awsId === undefined ? "" : `, ${one.awsId}`}`)}</title><rect x="${round(x)}" y="${y}" width="${round(width)}" height="${row - 3}" rx="4"/>${markUse(one.status, round(x + 5), y + 4, 13)}<text${heading === undefined ? "" : ' class="label"'} x="${round(x + 24)}" y="${y + 15}">${escapeMarkup(shorten(name, room, heading === undefined ? 12 : 14))}</text>${word}</a>`;
}

const arrow = (d: string): string => `<path d="${d}" marker-end="url(#head)"/>`;
