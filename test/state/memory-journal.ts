import { type Clock, wallClock } from "../../src/engine/clock.ts";
import type { Durations, Entry, Journal } from "../../src/engine/journal.ts";
import type { Retained } from "../../src/state/schema.ts";
import type { Retention } from "../../src/state/store.ts";

/** What would be on disk. */
export interface Snapshot {
  readonly resources: Readonly<Record<string, Entry>>;
  readonly retained: Readonly<Record<string, Retained>>;
  readonly durations?: Readonly<Record<string, Durations>>;
}

/** One write that a hook is told of. */
export interface Write {
  /** 1 for the journal's first write. */
  readonly number: number;
  readonly action: "put" | "delete" | "retain" | "release";
  readonly id: string;
}

export interface MemoryJournalOptions {
  /** Continue from here, as a new process would. */
  readonly from?: Snapshot;
  readonly clock?: Clock;
  /** When it throws, nothing was written. */
  readonly beforeWrite?: (write: Write) => void | Promise<void>;
  /** When it throws, the write is durable but its caller never learns of it. */
  readonly afterWrite?: (write: Write) => void | Promise<void>;
}

interface Content {
  readonly durations: ReadonlyMap<string, Durations>;
  readonly resources: ReadonlyMap<string, Entry>;
  readonly retained: ReadonlyMap<string, Retained>;
}

/**
 * A journal without a disk. Memory and "disk" are kept apart, as in a process that may crash: changes are seen at once
 * by `get`, and by `toJSON` after the write. Each change is one write; writes happen one after another, in order.
 */
export class MemoryJournal implements Journal, Retention {
  readonly #options: MemoryJournalOptions;
  readonly #resources: Map<string, Entry>;
  readonly #retained: Map<string, Retained>;
  readonly #durations: Map<string, Durations>;
  #durable: Content;
  #previous: Content;
  #writes = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: MemoryJournalOptions = {}) {
    this.#options = options;
    this.#resources = new Map(Object.entries(options.from?.resources ?? {}));
    this.#retained = new Map(Object.entries(options.from?.retained ?? {}));
    this.#durations = new Map(Object.entries(options.from?.durations ?? {}));
    this.#durable = this.#content();
    this.#previous = this.#durable;
  }

  /** How many writes were begun. */
  get writes(): number {
    return this.#writes;
  }

  get(id: string): Entry | undefined {
    return this.#resources.get(id);
  }

  entries(): ReadonlyMap<string, Entry> {
    return this.#resources;
  }

  put(id: string, entry: Entry): Promise<void> {
    this.#resources.set(id, entry);
    return this.#write("put", id);
  }

  delete(id: string): Promise<void> {
    this.#resources.delete(id);
    return this.#write("delete", id);
  }

  retained(): ReadonlyMap<string, Retained> {
    return this.#retained;
  }

  retain(id: string, what: Omit<Retained, "at">): Promise<void> {
    this.#retained.set(id, { ...what, at: (this.#options.clock ?? wallClock).now() });
    return this.#write("retain", id);
  }

  release(id: string): Promise<void> {
    this.#retained.delete(id);
    return this.#write("release", id);
  }

  durations(): ReadonlyMap<string, Durations> {
    return this.#durations;
  }

  measured(type: string, action: keyof Durations, seconds: number): void {
    this.#durations.set(type, { ...this.#durations.get(type), [action]: seconds });
  }

  /** What a new process would find on disk. */
  toJSON(): Snapshot {
    return snapshot(this.#durable);
  }

  /** What it would find had the latest write been lost. */
  previous(): Snapshot {
    return snapshot(this.#previous);
  }

  #content(): Content {
    return {
      resources: new Map(this.#resources),
      retained: new Map(this.#retained),
      durations: new Map(this.#durations),
    };
  }

  #write(action: Write["action"], id: string): Promise<void> {
    // Taken now: later changes belong to later writes.
    const content = this.#content();
    const write = { number: ++this.#writes, action, id };
    const done = this.#queue.then(async () => {
      await this.#options.beforeWrite?.(write);
      this.#previous = this.#durable;
      this.#durable = content;
      await this.#options.afterWrite?.(write);
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** Through text and back, as through a file: what JSON cannot carry is lost here too. */
function snapshot({ resources, retained, durations }: Content): Snapshot {
  const text = JSON.stringify({
    resources: Object.fromEntries(resources),
    retained: Object.fromEntries(retained),
    ...(durations.size === 0 ? {} : { durations: Object.fromEntries(durations) }),
  });
  return JSON.parse(text);
}
