import { stripVTControlCharacters } from "node:util";
import type { Sink } from "./style.ts";
import { width } from "./text.ts";

/** How wide a line may be; infinite where it is not for a terminal. */
export const columnsOf = ({ isTTY, columns = 80 }: Sink): number =>
  isTTY === true ? columns : Number.POSITIVE_INFINITY;

/**
 * Breaks the lines that are wider than the stream's terminal, between words; what follows is indented like the line. A
 * word stays whole, so that an address can be copied.
 */
export const folded = (text: string, stream: Sink): string => foldLines(text, columnsOf(stream));

/** The same for so many columns. The text may be painted. */
export const foldLines = (text: string, columns: number): string =>
  text
    .split("\n")
    .map((line) => foldLine(line, columns))
    .join("\n");

const visible = (text: string): number => width(stripVTControlCharacters(text));

function foldLine(line: string, columns: number): string {
  if (visible(line) <= columns) return line;
  // A sign at the beginning, an arrow say, stands beside the text.
  const lead = /^ *(?:[^\s\w] )?/.exec(stripVTControlCharacters(line))?.[0] ?? "";
  const indent = " ".repeat(width(lead));
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<= )(?! )/)) {
    if (visible(current) > indent.length && visible((current + word).trimEnd()) > columns) {
      lines.push(current.trimEnd());
      current = indent;
    }
    current += word;
  }
  return [...lines, current].join("\n");
}
