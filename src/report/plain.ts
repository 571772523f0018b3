import type { Event } from "../engine/events.ts";
import { eventText, makeOnce } from "./event-line.ts";
import type { EventView, Sink } from "./reporter.ts";
import type { Style } from "./style.ts";

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
      if (text !== undefined) stream.write(`${style.dim(stamp(event.at))} ${text}\n`);
    },
    say: (text) => stream.write(`${text}\n`),
    begin: () => undefined,
    end: () => undefined,
  };
}

/** "2026-11-03T12:03:14Z" */
export const stamp = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
