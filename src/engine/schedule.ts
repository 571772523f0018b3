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

/** The last task to end, and before it what each one waited for last; the first to begin comes first. */
export function longestPath(table: ReadonlyMap<string, Stretch>): readonly Stretch[] {
  let last: Stretch | undefined;
  for (const stretch of table.values()) if (last === undefined || stretch.ended > last.ended) last = stretch;
  const path: Stretch[] = [];
  for (let at = last; at !== undefined; at = at.by === undefined ? undefined : table.get(at.by)) path.unshift(at);
  return path;
}
