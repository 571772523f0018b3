import { readFile } from "node:fs/promises";
import { suffixExpectation } from "../config/suffix.ts";
import { type Clock, wallClock } from "../engine/clock.ts";
import type { Entry, Journal } from "../engine/journal.ts";
import { isCode, namesIn, removeDurably, removeTemporaries, writeAtomically } from "./atomic.ts";
import { AccountMismatch, StateError, StateWriteError } from "./errors.ts";
import { folderOf, type Place, statePath } from "./paths.ts";
import { type Durations, parseState, type Retained, STATE_SCHEMA, type State } from "./schema.ts";

/** Where a run takes place. */
export interface Binding {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** The environment whose settings are used. */
  readonly settingsOf?: string;
}

/** What `down` kept, by node id. */
export interface Retention {
  retained(): ReadonlyMap<string, Retained>;
  /** Resolves when the note is durable. */
  retain(id: string, what: Omit<Retained, "at">): Promise<void>;
  /** Forgets it, because it was adopted or destroyed. */
  release(id: string): Promise<void>;
}

export interface StateOptions extends Place {
  /** Stamps what is retained. */
  readonly clock?: Clock;
  /** Makes `text` the durable content of `path`, all or nothing. */
  readonly write?: (path: string, text: string) => Promise<void>;
}

/**
 * Opens the state of one environment. Only reads: the file is made by the first write.
 *
 * @throws StateError when the file is damaged, unreadable, or from a newer tap
 */
export async function openState(options: StateOptions): Promise<StateStore> {
  return new StateStore(options, await readState(options));
}

/**
 * What the state file of an environment says; undefined when there is none.
 *
 * @throws StateError
 */
export async function readState(place: Place): Promise<State | undefined> {
  const path = statePath(place);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw new StateError(`${path} cannot be read: ${messageOf(error)}`, {
      advice: "Make it readable for this user, or move it away: tap finds everything again by its tags and names.",
    });
  }
  return parseState(text, path, place.environment);
}

/** The environments that have a state file, sorted. */
export async function listEnvironments(dir: string, local: boolean): Promise<string[]> {
  const names = await namesIn(folderOf({ dir, local }));
  return names
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .filter((name) => suffixExpectation(name) === undefined)
    .sort();
}

function bindingOf(state: State | undefined): Binding | undefined {
  if (state === undefined) return undefined;
  const { account, region, settingsOf } = state;
  return { account, region, ...(settingsOf === undefined ? {} : { settingsOf }) };
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The state file. Changes take effect in memory at once and resolve when they are durable; those that arrive while a
 * write is under way share the next one. A change whose write failed is part of the next write.
 */
export class StateStore implements Journal, Retention {
  readonly path: string;
  readonly #environment: string;
  readonly #clock: Clock;
  readonly #write: (path: string, text: string) => Promise<void>;
  readonly #resources: Map<string, Entry>;
  readonly #retained: Map<string, Retained>;
  readonly #durations: Map<string, Durations>;
  #binding: Binding | undefined;
  #serial: number;
  #waiters: Waiter[] = [];
  #writing: Promise<void> | undefined;
  #failed = false;
  #tidied = false;

  constructor(options: StateOptions, state: State | undefined) {
    this.path = statePath(options);
    this.#environment = options.environment;
    this.#clock = options.clock ?? wallClock;
    this.#write = options.write ?? writeAtomically;
    this.#resources = new Map(Object.entries(state?.resources ?? {}));
    this.#retained = new Map(Object.entries(state?.retained ?? {}));
    this.#durations = new Map(Object.entries(state?.durations ?? {}));
    this.#binding = bindingOf(state);
    this.#serial = state?.serial ?? 0;
  }

  /** Where earlier runs took place; undefined before the first. */
  get binding(): Binding | undefined {
    return this.#binding;
  }

  /** The number of the latest write. */
  get serial(): number {
    return this.#serial;
  }

  /**
   * Says where this run takes place; the next write records it. Writes nothing itself.
   *
   * @throws AccountMismatch when earlier runs took place in another account or region
   */
  bind(binding: Binding): void {
    const before = this.#binding;
    const problems = (["account", "region"] as const).flatMap((path) =>
      before === undefined || before[path] === binding[path]
        ? []
        : [
            {
              path,
              value: binding[path],
              expected: `${before[path]}, where ${this.#environment} was made`,
              source: this.path,
            },
          ],
    );
    if (problems.length > 0) throw new AccountMismatch(problems);
    this.#binding = { ...before, ...binding };
  }

  get(id: string): Entry | undefined {
    return this.#resources.get(id);
  }

  entries(): ReadonlyMap<string, Entry> {
    return this.#resources;
  }

  /** @throws StateWriteError when the change could not be made durable */
  put(id: string, entry: Entry): Promise<void> {
    this.#resources.set(id, entry);
    return this.#save();
  }

  /** @throws StateWriteError when the change could not be made durable */
  delete(id: string): Promise<void> {
    return this.#gone(this.#resources.delete(id));
  }

  retained(): ReadonlyMap<string, Retained> {
    return this.#retained;
  }

  retain(id: string, what: Omit<Retained, "at">): Promise<void> {
    this.#retained.set(id, { ...what, at: this.#clock.now() });
    return this.#save();
  }

  release(id: string): Promise<void> {
    return this.#gone(this.#retained.delete(id));
  }

  durations(): ReadonlyMap<string, Durations> {
    return this.#durations;
  }

  /** Notes how long a kind took. The note is worth no write of its own: it goes with the next one. */
  measured(type: string, action: keyof Durations, seconds: number): void {
    this.#durations.set(type, { ...this.#durations.get(type), [action]: seconds });
  }

  /** Deletes the file: the environment is gone and nothing of it was retained. */
  async remove(): Promise<void> {
    await this.#writing;
    this.#resources.clear();
    this.#retained.clear();
    try {
      await removeDurably(this.path);
      await removeTemporaries(this.path);
    } catch (error) {
      throw this.#failure("removed", error);
    }
  }

  /** A removal of nothing needs no write, unless the write that was to remove it has failed or is still to come. */
  #gone(changed: boolean): Promise<void> {
    return changed || this.#failed || this.#writing !== undefined ? this.#save() : Promise.resolve();
  }

  #save(): Promise<void> {
    if (this.#binding === undefined) return Promise.reject(new Error("bind() comes before the first write"));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiters.length > 0) {
      // Whatever else this turn of the event loop has to note goes into the same write.
      await new Promise((resolve) => setImmediate(resolve));
      const waiters = this.#waiters;
      this.#waiters = [];
      try {
        await this.#writeOnce();
        this.#failed = false;
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        this.#failed = true;
        const failure = this.#failure("written", error);
        for (const waiter of waiters) waiter.reject(failure);
      }
    }
    // Here, not in a later callback: a change that arrives from now on starts a loop of its own.
    this.#writing = undefined;
  }

  async #writeOnce(): Promise<void> {
    if (!this.#tidied) {
      await removeTemporaries(this.path);
      this.#tidied = true;
    }
    // Counted up even when the write fails: it may have come as far as the disk.
    this.#serial++;
    await this.#write(this.path, this.#serialise());
  }

  #serialise(): string {
    const { account, region, settingsOf } = this.#binding ?? {};
    if (account === undefined || region === undefined) throw new Error("bind() comes before the first write");
    const state: State = {
      schema: STATE_SCHEMA,
      account,
      region,
      environment: this.#environment,
      ...(settingsOf === undefined ? {} : { settingsOf }),
      serial: this.#serial,
      resources: Object.fromEntries(this.#resources),
      retained: Object.fromEntries(this.#retained),
      ...(this.#durations.size === 0 ? {} : { durations: Object.fromEntries(this.#durations) }),
    };
    return `${JSON.stringify(state, null, 2)}\n`;
  }

  #failure(what: string, error: unknown): StateWriteError {
    return new StateWriteError(`${this.path} cannot be ${what}: ${messageOf(error)}`, {
      advice: "Free disk space, or make the folder writable for this user, and run the same command again.",
      cause: error,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
