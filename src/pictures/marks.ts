import type { Standing } from "../engine/status.ts";

/** How a status looks: never by its colour alone. */
interface Mark {
  /** The outline, in a square of 16 by 16. */
  readonly shape: string;
  /** What is drawn in it. */
  readonly sign: string;
}

const circle = "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14Z";
const triangle = "M8 .5L15.8 15H.2Z";
const square = "M1.5 1.5h13v13h-13Z";
const diamond = "M8 0L16 8L8 16L0 8Z";

const tick = "M4.6 8.3l2.4 2.4l4.4-5";
const cross = "M5.4 5.4l5.2 5.2m0-5.2l-5.2 5.2";
const minus = "M4.5 8h7";
const dots = "M4.3 8h.9m2.4 0h.9m2.4 0h.9";
const bang = "M8 5.6v4m0 2.2v.9";
const question = "M6 6a2 2 0 1 1 2.6 2c-.5.2-.6.5-.6 1.2m0 2v.6";
const lock = "M5.5 7.5h5v4h-5ZM6.3 7.5v-1.3a1.7 1.7 0 0 1 3.4 0v1.3";

const marks: Readonly<Record<Standing, Mark>> = {
  drifted: { shape: triangle, sign: bang },
  flagged: { shape: square, sign: bang },
  ailing: { shape: circle, sign: bang },
  failed: { shape: diamond, sign: cross },
  missing: { shape: square, sign: minus },
  stranded: { shape: diamond, sign: question },
  blocked: { shape: square, sign: question },
  pending: { shape: circle, sign: dots },
  "left-over": { shape: square, sign: cross },
  retained: { shape: square, sign: lock },
  "in-sync": { shape: circle, sign: tick },
};

/** The marks, drawn once for a page; {@link markUse} shows them. */
export const markSymbols = (): string =>
  `<svg class="symbols" aria-hidden="true">${Object.entries(marks)
    .map(
      ([standing, { shape, sign }]) =>
        `<symbol id="m-${standing}" viewBox="0 0 16 16"><path d="${shape}" fill="currentColor"/><path class="sign" d="${sign}"/></symbol>`,
    )
    .join("")}</svg>`;

/** A mark at a place in an SVG. */
export const markUse = (standing: Standing, x: number, y: number, size: number): string =>
  `<use href="#m-${standing}" x="${x}" y="${y}" width="${size}" height="${size}"/>`;

/** A mark in a line of HTML; what it means is said beside it. */
export const markSvg = (standing: Standing): string =>
  `<svg class="mark s-${standing}" aria-hidden="true">${markUse(standing, 0, 0, 14)}</svg>`;
