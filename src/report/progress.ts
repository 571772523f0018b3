import type { Action, Event } from "../engine/events.ts";
import { Forecast, type Outlook, type Task } from "../engine/timetable.ts";
import { doing } from "./event-line.ts";
import type { Style } from "./style.ts";
import { count, duration, pad, roughly, sanitise, stopwatch, timeOfDay, truncate, width } from "./text.ts";

interface Running {
  readonly node: string;
  readonly action: Action;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly expectedSeconds: number;
  readonly waitingFor: string;
}

/** What is going on, as the events tell it. */
export class Progress {
  readonly #running = new Map<string, Running>();
  readonly #ended = new Set<string>();
  readonly #start: number;
  readonly #planned: ReadonlySet<string>;
  readonly #forecast: Forecast | undefined;
  #failed = 0;
  #skipped = 0;
  #done = 0;

  /**
   * @param start milliseconds since the epoch
   * @param planned the resources that there is something to do for
   * @param tasks what is expected to take how long, when that is known
   */
  constructor(start: number, planned: ReadonlySet<string>, tasks?: readonly Task[]) {
    this.#start = start;
    this.#planned = planned;
    this.#forecast = tasks === undefined ? undefined : new Forecast(tasks, start);
  }

  add(event: Event): void {
    this.#forecast?.add(event);
    switch (event.event) {
      case "started": {
        const { node, action, at, expectedSeconds } = event;
        this.#running.set(node, { node, action, since: at, expectedSeconds, waitingFor: "" });
        return;
      }
      case "waiting": {
        const { node, action, expectedSeconds, elapsedSeconds } = event;
        const since = this.#running.get(node)?.since ?? event.at - elapsedSeconds * 1000;
        this.#running.set(node, { node, action, since, expectedSeconds, waitingFor: event.for });
        return;
      }
      case "retrying": {
        const before = this.#running.get(event.node);
        if (before !== undefined) this.#running.set(event.node, { ...before, waitingFor: event.reason });
        return;
      }
      case "done":
      case "failed":
      case "retained":
      case "skipped":
      case "unchanged":
        this.#running.delete(event.node);
        if (event.event === "failed") this.#failed++;
        // What is no resource of the environment's is not planned; what might have had to follow something, and had not,
        // is.
        if (!this.#planned.has(event.node)) return;
        this.#ended.add(event.node);
        if (event.event === "skipped") this.#skipped++;
        else if (event.event !== "failed") this.#done++;
        return;
      case "notice":
        return;
    }
  }

  /**
   * The live part of the screen: what runs, the longest first, then how far it is and when it will be over. Never wider
   * than `columns` nor higher than `rows`.
   *
   * @param now milliseconds since the epoch
   */
  lines(now: number, columns: number, rows: number, style: Style): string[] {
    const outlook = this.#forecast?.look(now);
    const running = [...this.#running.values()].sort((a, b) => a.since - b.since);
    const footer = this.#footer(now, running.length, columns, style, outlook).slice(0, Math.max(1, rows - 1));
    const room = Math.max(0, rows - 1 - footer.length);
    const shown = running.length <= room ? running : running.slice(0, Math.max(0, room - 1));
    const names = Math.min(Math.max(0, ...shown.map(({ node }) => width(node))), Math.floor(columns * 0.4));
    const lines = shown.map((one) => {
      const expected = outlook === undefined ? one.expectedSeconds : expectedOf(one, outlook);
      return truncate(`  ${rowText(one, expected, now, names, columns)}`, columns);
    });
    if (room > 0 && shown.length < running.length)
      lines.push(truncate(`  and ${running.length - shown.length} more`, columns));
    return [...lines.map((line) => style.note(line)), ...footer];
  }

  #footer(now: number, running: number, columns: number, style: Style, outlook: Outlook | undefined): string[] {
    const ended = this.#ended.size;
    const total = this.#planned.size;
    const failed = this.#failed === 0 ? "" : `, ${this.#failed} failed`;
    const skipped = this.#skipped === 0 ? "" : `, ${this.#skipped} not begun`;
    const counts = `${this.#done} of ${count(total, "resource")} done, ${running} running${failed}${skipped}`;
    const spent = duration((now - this.#start) / 1000);
    const drawn = bar(ended / Math.max(1, total), columns - width(counts) - 1, style);
    return [
      `${style.strong(truncate(counts, columns))}${drawn === "" ? "" : ` ${drawn}`}`,
      style.strong(truncate(timeText(now, spent, columns, outlook), columns)),
    ];
  }
}

/** When it will be over, as far as that is known, and how long it has taken, where there is room for that. */
function timeText(now: number, spent: string, columns: number, outlook: Outlook | undefined): string {
  if (outlook === undefined) return `${spent} so far`;
  const left = `about ${roughly(outlook.left)} left, until ${timeOfDay(now + outlook.left * 1000)}`;
  const all = `${left}; ${spent} so far`;
  return width(all) <= columns ? all : left;
}

const expectedOf = ({ node, expectedSeconds }: Running, { table }: Outlook): number => {
  const stretch = table.get(node);
  return stretch === undefined ? expectedSeconds : stretch.ended - stretch.begun;
};

/** Terminals narrower than this are told what is done to a resource in fewer words. */
const roomForWords = 60;
/** In fewer columns a reason says nothing. */
const leastForReason = 12;

function rowText(one: Running, expectedSeconds: number, now: number, names: number, columns: number): string {
  const { node, action, since, waitingFor } = one;
  const elapsed = Math.max(0, now - since) / 1000;
  const name = pad(truncate(sanitise(node), names), names);
  const told = expectedSeconds >= 10;
  const time =
    columns < roomForWords
      ? `${stopwatch(elapsed)}${told ? ` of ${stopwatch(expectedSeconds)}` : ""}`
      : `${doing(action)} ${duration(elapsed)}${told ? ` of about ${roughly(expectedSeconds)}` : ""}`;
  const text = `${name}  ${time}`;
  const what = `: ${sanitise(waitingFor)}`;
  return waitingFor === "" || columns - width(text) < leastForReason ? text : `${text}${what}`;
}

/** A narrower bar says nothing; a wider one says no more. */
const narrowestBar = 8;
const widestBar = 40;

/** How far something is, as a bar; nothing where there is no room for one. */
function bar(share: number, columns: number, style: Style): string {
  if (columns < narrowestBar) return "";
  const all = Math.min(columns, widestBar);
  const full = Math.floor(Math.min(1, share) * all);
  return `${style.good("█".repeat(full))}${style.dim("░".repeat(all - full))}`;
}
