import type { Json } from "../engine/journal.ts";

/** C0 and C1 control characters, and what turns the direction of writing (Unicode Bidi_Control). */
const unprintable = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Makes a string that came from outside harmless: nothing in it moves the cursor or changes colours. Line breaks
 * become spaces.
 */
export function sanitise(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(unprintable, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code > 0xff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\x${code.toString(16).padStart(2, "0")}`;
  });
}

/**
 * JSON for a stream. On a terminal, what would move the cursor or turn the direction of writing is escaped; it reads as the
 * same values.
 */
export const jsonFor = ({ isTTY }: { readonly isTTY?: boolean }, json: string): string =>
  isTTY === true
    ? json.replace(unprintable, (char) =>
        char === "\n" ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
    : json;

/** A value of a property, on one line. */
export const show = (value: Json): string => sanitise(JSON.stringify(value));

/** East Asian wide characters and emoji (Unicode TR 11). */
const wide =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Text whose characters take one column each: Latin letters, dashes, arrows. */
const plain = /^[\x20-\x7e\u00a1-\u02ff\u2010-\u2027\u2190-\u21ff]*$/;

let segmenter: Intl.Segmenter | undefined;
/** The characters as people count them. Making a segmenter costs start-up time, and most text needs none. */
const graphemes = (text: string) => {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
};

/** How many columns of a terminal a text without control characters takes. */
export function width(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** The text, or as much of its beginning as fits into so many columns, with an ellipsis. */
export function truncate(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return "";
  if (plain.test(text)) return `${text.slice(0, columns - 1)}…`;
  let kept = "";
  let used = 1;
  for (const { segment } of graphemes(text)) {
    used += width(segment);
    if (used > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Where a line may be broken: after a space, and between the members of a value. */
const breaks = /(?<= )|(?<=,)(?=["{[])/;

/** The text on lines of so many columns at most; a word that is wider is broken where the line ends. Nothing is left out. */
export function wrap(text: string, columns: number): string[] {
  const room = Math.max(1, columns);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(breaks)) {
    if (line !== "" && width((line + word).trimEnd()) > room) {
      lines.push(line.trimEnd());
      line = "";
    }
    for (const piece of pieces(word, room)) {
      if (line !== "" && width((line + piece).trimEnd()) > room) {
        lines.push(line);
        line = "";
      }
      line += piece;
    }
  }
  return [...lines, line.trimEnd()];
}

/** The word, or pieces of it that fit. */
function pieces(word: string, room: number): string[] {
  if (width(word.trimEnd()) <= room) return [word];
  const all: string[] = [];
  let piece = "";
  for (const { segment } of graphemes(word)) {
    if (piece !== "" && width(piece + segment) > room) {
      all.push(piece);
      piece = "";
    }
    piece += segment;
  }
  return [...all, piece];
}

/** The text, filled up with spaces to so many columns. */
export const pad = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - width(text)));

/** "0.4 s", "12 s", "3 min 5 s", "2 min", "1 h 4 min" */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? "" : ` ${whole % 60} s`}`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${minutes % 60} min`}`;
}

/** A duration that is only expected: "20 s", "4 min 10 s", "12 min", "1 h 4 min" */
export function roughly(seconds: number): string {
  const step = seconds < 120 ? 5 : seconds < 600 ? 10 : 60;
  return duration(Math.max(5, Math.round(seconds / step) * step)).replace(".0 s", " s");
}

/** A duration in as few columns as there can be: "0:04", "12:30", "1:04:00" */
export function stopwatch(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h === 0 ? `${min}:${two(s)}` : `${h}:${two(min)}:${two(s)}`;
}

/** The time of day where the user is, "12:09". */
export function timeOfDay(at: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "2026-11-03T12:03:14Z" */
export const stamp = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");

/** "1 resource", "2 resources" */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Terminals narrower than this get tables without the resources' types. */
export const roomForTypes = 100;

/** A table of resources that fits the terminal: for each its id, type, and what else there is to say; indented by four. */
export function resourceTable<Item>(
  items: Iterable<Item>,
  say: (item: Item) => { readonly id: string; readonly type: string; readonly rest: readonly string[] },
  columns: number,
): Map<Item, string> {
  const all = [...items];
  const withType = columns >= roomForTypes;
  const cells = all.map(say).map(({ id, type, rest }) => [id, ...(withType ? [type] : []), ...rest].map(sanitise));
  const lines = table(cells).map((line) => truncate(line.trimEnd(), columns - 4));
  return new Map(all.map((item, i) => [item, lines[i] ?? ""]));
}

/** Rows as columns that are as wide as their widest cell; the last one is as long as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      if (i < row.length - 1) widths[i] = Math.max(widths[i] ?? 0, width(cell));
    });
  }
  return rows.map((row) => row.map((cell, i) => (i < row.length - 1 ? pad(cell, widths[i] ?? 0) : cell)).join("  "));
}

/** Some names, and how many more there are. */
export const few = (names: readonly string[]): string =>
  names.length <= 4
    ? names.map(sanitise).join(", ")
    : `${names.slice(0, 3).map(sanitise).join(", ")} and ${names.length - 3} more`;
