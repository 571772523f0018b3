import { sanitise } from "../report/text.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that came from outside, safe in HTML and SVG: between tags and within a quoted attribute. */
export const escapeMarkup = (text: string): string =>
  sanitise(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);

/** As much of the text's beginning as fits, with an ellipsis; `size` is the font's, in the unit of `room`. */
export function shorten(text: string, room: number, size: number): string {
  // Wider than the average letter of a common sans-serif font: the text is drawn with whatever font there is.
  const letters = Math.max(1, Math.floor(room / (size * 0.54)));
  const all = [...text];
  return all.length <= letters ? text : `${all.slice(0, letters - 1).join("")}…`;
}

/** A coordinate with as many digits as can be seen. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** "2026-11-03 12:03:14 UTC" */
export const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
