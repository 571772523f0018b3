import type { Event } from "./events.ts";
import { type Known, type Stretch, type Task, timetable } from "./schedule.ts";

/** When a run will be over, and each thing in it, as far as what has happened so far tells. */
export class Forecast {
  readonly #tasks: readonly Task[];
  readonly #known = new Map<string, Known>();
  readonly #start: number;

  /**
   * @param tasks in order
   * @param start when the run began, in milliseconds since the epoch
   */
  constructor(tasks: readonly Task[], start: number) {
    this.#tasks = tasks;
    this.#start = start;
  }

  add(event: Event): void {
    const at = (event.at - this.#start) / 1000;
    switch (event.event) {
      case "started":
        this.#note(event.node, { begun: at });
        return;
      case "waiting":
        if (this.#known.get(event.node)?.begun === undefined) {
          this.#note(event.node, { begun: at - event.elapsedSeconds });
        }
        return;
      case "done":
      case "unchanged":
      case "failed":
      case "skipped":
      case "retained":
        this.#note(event.node, { ended: at });
        return;
      case "notice":
        if (event.held && event.node !== undefined) this.#giveUp(event.node, at);
        return;
      case "retrying":
        return;
    }
  }

  /** @param now milliseconds since the epoch */
  look(now: number): Outlook {
    const table = timetable(this.#tasks, this.#known, (now - this.#start) / 1000);
    const seconds = [...table.values()].reduce((last, { ended }) => Math.max(last, ended), 0);
    return { left: Math.max(0, seconds - (now - this.#start) / 1000), table };
  }

  #note(id: string, known: Known): void {
    this.#known.set(id, { ...this.#known.get(id), ...known });
  }

  /** What waits for the user, and what stands on it, is no part of this run any more. */
  #giveUp(id: string, at: number): void {
    const given = new Set([id]);
    for (const task of this.#tasks) {
      if (task.begins.some(({ on }) => given.has(on))) given.add(task.id);
    }
    for (const task of given) this.#note(task, { ended: at });
  }
}

/** What is to come, in seconds. */
export interface Outlook {
  /** Until everything is over. */
  readonly left: number;
  /** When each thing takes place, from the beginning of the run. */
  readonly table: ReadonlyMap<string, Stretch>;
}
