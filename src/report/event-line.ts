import type { Action, Event, Failure } from "../engine/events.ts";
import type { Task } from "../engine/timetable.ts";
import { unsaid } from "../engine/unseen.ts";
import { folded } from "./fold.ts";
import type { Sink, Style } from "./style.ts";
import { duration, sanitise, stamp } from "./text.ts";
import { saidBy } from "./words.ts";

/** "creating". All actions are verbs that end in "e". */
export const doing = (action: Action): string => `${action.slice(0, -1)}ing`;

/** "created" */
export const done = (action: Action): string => `${action}d`;

/** The event as one line for people, without its time; undefined for one that people need not see. */
export function eventText(event: Event, style: Style): string | undefined {
  const line = (symbol: string, text: string) =>
    `${symbol} ${"node" in event && event.node !== undefined ? `${sanitise(event.node)}: ` : ""}${text}`;
  switch (event.event) {
    case "started": {
      const paths = event.changes?.map((change) => sanitise(change.path)).join(", ");
      const expected = event.expectedSeconds < 30 ? "" : style.dim(` (usually ${duration(event.expectedSeconds)})`);
      return line(style.dim("·"), `${doing(event.action)}${paths ? ` ${paths}` : ""}${expected}`);
    }
    case "done": {
      const id = event.awsId === undefined || event.action === "remove" ? "" : ` ${sanitise(event.awsId)}`;
      const result = event.result === undefined ? `${done(event.action)}${id}` : sanitise(event.result);
      return line(style.good("✓"), `${result} in ${duration(event.seconds)}`);
    }
    case "failed":
      return line(style.bad("✗"), `${doing(event.action)} failed: ${sanitise(saidBy(event.error))}`);
    case "retained":
      return line(style.note("·"), `kept: ${sanitise(event.reason)}`);
    case "notice":
      return line(style.warn("!"), sanitise(event.text));
    case "waiting":
      return line(
        style.dim("…"),
        `${doing(event.action)} for ${duration(event.elapsedSeconds)}: ${sanitise(event.for)}`,
      );
    case "retrying":
      return line(
        style.dim("…"),
        `${doing(event.action)}, again in ${duration(event.delaySeconds)}: ${sanitise(event.reason)}`,
      );
    case "unchanged":
    // The failure has been told, and the summary says what hangs on it.
    case "skipped":
      return undefined;
  }
}

/**
 * Tells the events that say something new to people: of failures in the same words only the first. Who is concerned is
 * in the summary.
 */
export function makeOnce(): (event: Event) => boolean {
  const failures: Failure[] = [];
  return (event) => {
    if (event.event !== "failed") return true;
    const isNew = unsaid(failures, [event.error]).length > 0;
    if (isNew) failures.push(event.error);
    return isNew;
  };
}

/** Shows events as they come. */
export interface EventView {
  event(event: Event): void;
  /** Puts a text among what is shown. */
  say(text: string): void;
  begin(planned: ReadonlySet<string>, tasks?: readonly Task[]): void;
  end(): void;
}

/** How often one resource's waiting is told, in milliseconds. */
const every = 30_000;

/** One line per event that matters, with its time: for logs. */
export function makePlain(stream: Sink, style: Style): EventView {
  const told = new Map<string, number>();
  const isNew = makeOnce();
  const matters = (event: Event): boolean => {
    if (event.event !== "waiting" && event.event !== "retrying") {
      if (event.event === "started") told.set(event.node, event.at);
      return true;
    }
    const last = told.get(event.node);
    if (last === undefined) told.set(event.node, event.at);
    if (last === undefined || event.at - last < every) return false;
    told.set(event.node, event.at);
    return true;
  };
  return {
    event: (event) => {
      if (!matters(event) || !isNew(event)) return;
      const text = eventText(event, style);
      if (text !== undefined) stream.write(`${folded(`${style.dim(stamp(event.at))} ${text}`, stream)}\n`);
    },
    say: (text) => stream.write(`${folded(text, stream)}\n`),
    begin: () => undefined,
    end: () => undefined,
  };
}
