import type { Durations, Entry } from "../engine/journal.ts";
import type { Retained, StateChange } from "./schema.ts";

/** What of a state has changed since the latest write: ids of resources and of what was retained, and kinds. */
export class News {
  readonly resources = new Set<string>();
  readonly retained = new Set<string>();
  readonly durations = new Set<string>();

  /** What the write of this number has to say; after it there is nothing new. */
  take(
    serial: number,
    resources: ReadonlyMap<string, Entry>,
    retained: ReadonlyMap<string, Retained>,
    durations: ReadonlyMap<string, Durations>,
  ): StateChange {
    return {
      serial,
      resources: takeFrom(this.resources, resources),
      retained: takeFrom(this.retained, retained),
      durations: takeFrom(this.durations, durations),
    };
  }
}

function takeFrom<T>(ids: Set<string>, now: ReadonlyMap<string, T>): Record<string, T | null> {
  const news = Object.fromEntries([...ids].map((id) => [id, now.get(id) ?? null]));
  ids.clear();
  return news;
}
