import { createLogUpdate } from "log-update";
import type { Clock } from "../engine/clock.ts";
import { eventText } from "./event-line.ts";
import { Progress } from "./progress.ts";
import type { EventView, Sink } from "./reporter.ts";
import type { Style } from "./style.ts";

/** How often the live part is drawn, in milliseconds. */
const every = 200;

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";

/** What finished scrolls by; below it, what runs is drawn over and over. */
export function makeLive(stream: Sink, style: Style, clock: Clock): EventView {
  let showing: Showing | undefined;
  return {
    event: (event) => {
      showing?.progress.add(event);
      if (event.event === "started" || event.event === "waiting" || event.event === "retrying") return;
      const text = eventText(event, style);
      if (text !== undefined) say(text);
    },
    say,
    begin(planned) {
      showing?.end();
      showing = show(stream, style, clock, new Progress(clock.now(), planned));
    },
    end() {
      showing?.end();
      showing = undefined;
    },
  };

  function say(text: string): void {
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
  const draw = () => {
    const { columns = 80, rows = 24 } = stream;
    update(progress.lines(clock.now(), columns, rows, style).join("\n"));
  };
  stream.write(hideCursor);
  const timer = setInterval(draw, every);
  draw();
  return {
    progress,
    above: (text) => {
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
