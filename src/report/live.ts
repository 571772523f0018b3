import { stripVTControlCharacters } from "node:util";
import { createLogUpdate } from "log-update";
import type { Clock } from "../engine/clock.ts";
import { type EventView, eventText, makeOnce } from "./event-line.ts";
import { folded } from "./fold.ts";
import { Progress } from "./progress.ts";
import type { Sink, Style } from "./style.ts";
import { width } from "./text.ts";

/** How often the live part is drawn, in milliseconds. */
const every = 200;

const hideCursor = "\u001b[?25l";
/** Erases so many lines above the cursor, and leaves it where the first of them began. */
const eraseUp = (lines: number) => (lines === 0 ? "" : `\u001b[${lines}A\r\u001b[J`);
const showCursor = "\u001b[?25h";

/** What finished scrolls by; below it, what runs is drawn over and over. */
export function makeLive(stream: Sink, style: Style, clock: Clock): EventView {
  let showing: Showing | undefined;
  const isNew = makeOnce();
  return {
    event: (event) => {
      showing?.progress.add(event);
      if (event.event === "started" || event.event === "waiting" || event.event === "retrying") return;
      if (!isNew(event)) return;
      const text = eventText(event, style);
      if (text !== undefined) say(text);
    },
    say,
    begin(planned, tasks) {
      showing?.end();
      showing = show(stream, style, clock, new Progress(clock.now(), planned, tasks));
    },
    end() {
      showing?.end();
      showing = undefined;
    },
  };

  function say(given: string): void {
    const text = folded(given, stream);
    if (showing === undefined) stream.write(`${text}\n`);
    else showing.above(text);
  }
}

interface Showing {
  readonly progress: Progress;
  above(text: string): void;
  end(): void;
}

function show(stream: Sink, style: Style, clock: Clock, progress: Progress): Showing {
  // log-update asks for a stream of Node's, and uses no more of it than a sink has.
  // The cursor is hidden here, since log-update would hide that of standard error.
  const update = createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true });
  let drawn: readonly string[] = [];
  let drawnColumns = stream.columns ?? 80;
  /** The terminal has wrapped anew what was drawn when its width has changed, which log-update does not know. */
  const refit = () => {
    const { columns = 80 } = stream;
    if (columns === drawnColumns) return;
    const height = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0);
    stream.write(eraseUp(height));
    update.done();
    drawnColumns = columns;
  };
  const draw = () => {
    const { columns = 80, rows = 24 } = stream;
    refit();
    const lines = progress.lines(clock.now(), columns, rows, style);
    drawn = lines.map(stripVTControlCharacters);
    update(lines.join("\n"));
  };
  stream.write(hideCursor);
  const timer = setInterval(draw, every);
  draw();
  return {
    progress,
    above: (text) => {
      refit();
      update.persist(text);
      draw();
    },
    end: () => {
      clearInterval(timer);
      update.clear();
      update.done();
      stream.write(showCursor);
    },
  };
}
