import type { Event, Failure } from "../engine/events.ts";
import { unsaid } from "../engine/unseen.ts";

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
