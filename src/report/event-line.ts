import type { Action, Event, Failure } from "../engine/events.ts";
import { unsaid } from "../engine/unseen.ts";
import type { Style } from "./style.ts";
import { clean, duration } from "./text.ts";
import { saidBy } from "./words.ts";

/** What is being done to a resource: "creating". */
export const doing: Readonly<Record<Action, string>> = {
  create: "creating",
  update: "updating",
  replace: "replacing",
  remove: "removing",
};

const done: Readonly<Record<Action, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  remove: "removed",
};

/** The event as one line for people, without its time; undefined for one that people need not see. */
export function eventText(event: Event, style: Style): string | undefined {
  const line = (symbol: string, text: string) =>
    `${symbol} ${"node" in event && event.node !== undefined ? `${clean(event.node)}: ` : ""}${text}`;
  switch (event.event) {
    case "started": {
      const paths = event.changes?.map((change) => clean(change.path)).join(", ");
      const expected = event.expectedSeconds < 30 ? "" : style.dim(` (usually ${duration(event.expectedSeconds)})`);
      return line(style.dim("·"), `${doing[event.action]}${paths ? ` ${paths}` : ""}${expected}`);
    }
    case "done": {
      const id = event.awsId === undefined || event.action === "remove" ? "" : ` ${clean(event.awsId)}`;
      const result = event.result === undefined ? `${done[event.action]}${id}` : clean(event.result);
      return line(style.good("✓"), `${result} in ${duration(event.seconds)}`);
    }
    case "failed":
      return line(style.bad("✗"), `${doing[event.action]} failed: ${clean(saidBy(event.error))}`);
    case "skipped":
      return line(style.warn("-"), `not begun, because ${clean(event.because)} is not there`);
    case "retained":
      return line(style.note("·"), `kept: ${clean(event.reason)}`);
    case "notice":
      return line(style.warn("!"), clean(event.text));
    case "waiting":
      return line(style.dim("…"), `${doing[event.action]} for ${duration(event.elapsedSeconds)}: ${clean(event.for)}`);
    case "retrying":
      return line(
        style.dim("…"),
        `${doing[event.action]}, again in ${duration(event.delaySeconds)}: ${clean(event.reason)}`,
      );
    case "unchanged":
      return undefined;
  }
}

/**
 * Tells the events that say something new to people: of failures in the same words only the first, and nothing of what
 * was not begun since the credentials ended. Who is concerned is in the summary.
 */
export function makeOnce(): (event: Event) => boolean {
  const failures: Failure[] = [];
  return (event) => {
    if (event.event === "skipped") return event.credentials !== true;
    if (event.event !== "failed") return true;
    const isNew = unsaid(failures, [event.error]).length > 0;
    if (isNew) failures.push(event.error);
    return isNew;
  };
}
