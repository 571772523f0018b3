import type { Event } from "./events.ts";

/** Something that has to happen to one task before another goes on. */
export interface Wait {
  readonly on: string;
  /** Until AWS has accepted it, or until it is over. */
  readonly until: "accepted" | "ended";
  /** And so many seconds longer. */
  readonly delay?: number;
}

/** One piece of work, as far as time is concerned. Times are in seconds. */
export interface Task {
  readonly id: string;
  /** How long it takes once it is begun and nothing holds it up. */
  readonly seconds: number;
  /** How long until AWS has accepted it. */
  readonly accepted: number;
  /** What has to happen before it is begun. */
  readonly begins: readonly Wait[];
  /** What has to happen before AWS works on it, however early it was begun. */
  readonly works: readonly Wait[];
}

/** What is known of a task that has been begun, in seconds since the run began. */
export interface Known {
  readonly begun?: number;
  readonly ended?: number;
}

/** When a task takes place, in seconds since the run began. */
export interface Stretch {
  readonly id: string;
  readonly begun: number;
  readonly accepted: number;
  readonly ended: number;
  /** What it waited for last. */
  readonly by: string | undefined;
}

/**
 * The tasks, each after all that it waits for.
 *
 * @throws when they wait for one another in a circle
 */
export function inOrder(tasks: readonly Task[]): readonly Task[] {
  const all = new Map(tasks.map((task) => [task.id, task]));
  const open = new Map<Task, number>();
  const waiting = new Map<string, Task[]>();
  for (const task of tasks) {
    const on = [...task.begins, ...task.works].filter((wait) => all.has(wait.on));
    open.set(task, on.length);
    for (const wait of on) {
      const others = waiting.get(wait.on);
      if (others === undefined) waiting.set(wait.on, [task]);
      else others.push(task);
    }
  }
  const order = tasks.filter((task) => open.get(task) === 0);
  for (const task of order) {
    for (const next of waiting.get(task.id) ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  if (order.length < tasks.length) throw new Error("these tasks wait for one another");
  return order;
}

/** The same tasks under other names. */
export function renamed(tasks: readonly Task[], name: (id: string) => string): readonly Task[] {
  const waits = (some: readonly Wait[]) => some.map((wait) => ({ ...wait, on: name(wait.on) }));
  return tasks.map((task) => ({ ...task, id: name(task.id), begins: waits(task.begins), works: waits(task.works) }));
}

/**
 * When each task takes place, if every one begins as soon as it may.
 *
 * @param tasks in order
 * @param known what has happened so far
 * @param now seconds since the run began: nothing that is still to come is earlier
 */
export function timetable(
  tasks: readonly Task[],
  known: ReadonlyMap<string, Known> = new Map(),
  now = 0,
): ReadonlyMap<string, Stretch> {
  const table = new Map<string, Stretch>();
  const latest = (waits: readonly Wait[], from: number): { at: number; by: string | undefined } => {
    let last: { at: number; by: string | undefined } = { at: from, by: undefined };
    for (const { on, until, delay = 0 } of waits) {
      const other = table.get(on);
      const at = other === undefined ? 0 : other[until] + delay;
      if (at > last.at) last = { at, by: on };
    }
    return last;
  };
  for (const { id, seconds, accepted, begins, works } of tasks) {
    const so = known.get(id) ?? {};
    const start = latest(begins, so.begun === undefined ? now : 0);
    const begun = so.begun ?? start.at;
    const work = latest(works, begun);
    const rest = so.begun === undefined ? work.at - now + seconds : left(now - work.at, seconds);
    const ended = so.ended ?? now + rest;
    table.set(id, { id, begun, accepted: Math.min(ended, begun + accepted), ended, by: work.by ?? start.by });
  }
  return table;
}

/**
 * How long something goes on that is expected to take so many seconds. What is overdue takes a moment longer, since it
 * is only noticed at the next look, and the longer it has been overdue, the longer: so the end is never in the past,
 * and moves without a jump.
 */
function left(elapsed: number, seconds: number): number {
  const overdue = elapsed - seconds;
  return Math.max(-overdue, seconds / 100 + overdue / 5);
}

/**
 * The path that determines the end: what ends last, before it what that waited for last, and so on. The first to begin
 * comes first.
 *
 * @param before what one on the path waited for last; told the path from there to the end
 */
export function longestPath<T>(
  all: Iterable<T>,
  ended: (one: T) => number,
  before: (one: T, path: readonly T[]) => T | undefined,
): T[] {
  let last: T | undefined;
  for (const one of all) if (last === undefined || ended(one) > ended(last)) last = one;
  const path: T[] = [];
  for (let at = last; at !== undefined; at = before(at, path)) path.unshift(at);
  return path;
}

/**
 * How long the longest path is that begins with each task: itself, and what cannot begin before it. In seconds.
 *
 * @param tasks in order
 */
export function pathsAhead(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const ahead = new Map<string, number>();
  /** What begins when a task is accepted, and what begins when it is over. */
  const behind = { accepted: new Map<string, number>(), ended: new Map<string, number>() };
  for (const { id, seconds, accepted, begins } of tasks.toReversed()) {
    const path = Math.max(accepted + (behind.accepted.get(id) ?? 0), seconds + (behind.ended.get(id) ?? 0));
    ahead.set(id, path);
    for (const { on, until } of begins) behind[until].set(on, Math.max(behind[until].get(on) ?? 0, path));
  }
  return ahead;
}

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
