import type { Action, Event } from "../engine/events.ts";
import { doing } from "./event-line.ts";
import type { Style } from "./style.ts";
import { clean, duration, pad, truncate, width } from "./text.ts";

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
  #failed = 0;

  /**
   * @param start milliseconds since the epoch
   * @param planned the resources that there is something to do for
   */
  constructor(start: number, planned: ReadonlySet<string>) {
    this.#start = start;
    this.#planned = planned;
  }

  add(event: Event): void {
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
        if (event.event === "failed") this.#failed++;
        this.#running.delete(event.node);
        this.#ended.add(event.node);
        return;
      case "unchanged":
        this.#running.delete(event.node);
        // It might have had to follow something, and had not.
        if (this.#planned.has(event.node)) this.#ended.add(event.node);
        return;
      case "notice":
        return;
    }
  }

  /**
   * The live part of the screen: what runs, the longest first, and one line of counts. Never wider than `columns` nor
   * higher than `rows`.
   *
   * @param now milliseconds since the epoch
   */
  lines(now: number, columns: number, rows: number, style: Style): string[] {
    const running = [...this.#running.values()].sort((a, b) => a.since - b.since);
    const room = Math.max(0, rows - 2);
    const shown = running.length <= room ? running : running.slice(0, Math.max(0, room - 1));
    const names = Math.min(Math.max(0, ...shown.map(({ node }) => width(node))), Math.floor(columns * 0.4));
    const lines = shown.map((one) => truncate(`  ${rowText(one, now, names)}`, columns));
    if (room > 0 && shown.length < running.length)
      lines.push(truncate(`  and ${running.length - shown.length} more`, columns));
    return [
      ...lines.map((line) => style.note(line)),
      style.strong(truncate(this.#footer(now, running.length), columns)),
    ];
  }

  #footer(now: number, running: number): string {
    const total = Math.max(this.#planned.size, this.#ended.size + running);
    const failed = this.#failed === 0 ? "" : `, ${this.#failed} failed`;
    return `${this.#ended.size} of ${total} done, ${running} running${failed}, ${duration((now - this.#start) / 1000)}`;
  }
}

function rowText({ node, action, since, expectedSeconds, waitingFor }: Running, now: number, columns: number): string {
  const usual = expectedSeconds < 10 ? "" : ` of about ${duration(expectedSeconds)}`;
  const what = waitingFor === "" ? "" : `: ${clean(waitingFor)}`;
  const name = pad(truncate(clean(node), columns), columns);
  return `${name}  ${doing[action]} ${duration(Math.max(0, now - since) / 1000)}${usual}${what}`;
}
