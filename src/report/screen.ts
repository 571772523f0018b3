import { stripVTControlCharacters } from "node:util";
import { foldLines } from "./fold.ts";
import { type Sink, type Style, wantsLive } from "./style.ts";
import { count, stamp, width } from "./text.ts";

const home = "\u001b[H";
const clearLine = "\u001b[K";
const clearBelow = "\u001b[J";

/** Shows a text that replaces the one before; `at` is in milliseconds since the epoch. */
export type Screen = (text: string, at: number) => void;

/**
 * In a terminal, draws each text over the one before, as much of it as there is room for; elsewhere, prints it if it is
 * another one, with its time.
 *
 * @param title what stands above each text, in a terminal
 */
export function makeScreen(
  stdout: Sink,
  variables: Readonly<Record<string, string | undefined>>,
  style: Style,
  title: string,
): Screen {
  if (wantsLive(stdout, variables)) {
    return (text, at) => {
      const { columns = 80, rows = 24 } = stdout;
      const lines = fitted(
        [style.dim(`${stamp(at)} ${title}`), "", ...foldLines(text, columns).split("\n")],
        columns,
        rows,
      );
      stdout.write(`${home}${lines.map((line) => `${line}${clearLine}\n`).join("")}${clearBelow}`);
    };
  }
  let last: string | undefined;
  return (text, at) => {
    if (text === last) return;
    stdout.write(`${last === undefined ? "" : "\n"}${style.dim(stamp(at))}\n${text}\n`);
    last = text;
  };
}

/** How many lines of a terminal a line takes. */
export const heightOf = (line: string, columns: number): number =>
  Math.max(1, Math.ceil(width(stripVTControlCharacters(line)) / columns));

/** As many lines as a terminal shows above the line that the cursor is on; the last one says how many there are not. */
function fitted(lines: readonly string[], columns: number, rows: number): string[] {
  const kept: string[] = [];
  let room = rows - 1;
  for (const [i, line] of lines.entries()) {
    const takes = heightOf(line, columns);
    const isLast = i === lines.length - 1;
    if (takes > (isLast ? room : room - 1)) return [...kept, `and ${count(lines.length - i, "more line")}`];
    kept.push(line);
    room -= takes;
  }
  return kept;
}
