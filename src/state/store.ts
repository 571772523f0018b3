import type { Clock } from "../engine/clock.ts";
import type { Durations, Entry, Journal } from "../engine/journal.ts";
import type { StateBlob, StateSlot } from "./backend.ts";
import { AccountMismatch, StateChangedError } from "./errors.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Lock } from "./holder.ts";
import { formatState, parseState, type Retained, type State } from "./schema.ts";

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

/**
 * Opens the state of one environment, wherever it is. Only reads.
 *
 * @param lock whose holder alone may write
 * @throws StateError
 */
export async function openSlot(
  place: Pick<StateSlot, "environment" | "text">,
  clock: Clock,
  lock?: Lock,
): Promise<StateStore> {
  const found = place.text();
  const text = lock === undefined ? found : guarded(found, lock);
  const { environment } = place;
  return new StateStore({ environment, text, clock }, await readText(environment, text));
}

/** Writes only while the lock is ours: whoever took it has a state of their own to write. */
function guarded(text: StateBlob, lock: Lock): StateBlob {
  const { append } = text;
  const ours = async (work: () => Promise<void>): Promise<void> => {
    await lock.check();
    await work();
  };
  return {
    ...text,
    write: (content) => ours(() => text.write(content)),
    ...(append === undefined ? {} : { append: (change) => ours(() => append(change)) }),
    remove: () => ours(() => text.remove()),
  };
}

/** What the state of an environment says, wherever it is; undefined when there is none. @throws StateError */
export const readSlot = (place: Pick<StateSlot, "environment" | "text">): Promise<State | undefined> =>
  readText(place.environment, place.text());

async function readText(environment: string, text: StateBlob): Promise<State | undefined> {
  const content = await text.read();
  return content === undefined ? undefined : parseState(content, text.name, environment);
}

function bindingOf(state: State | undefined): Binding | undefined {
  if (state === undefined) return undefined;
  const { account, region, settingsOf } = state;
  return { account, region, ...(settingsOf === undefined ? {} : { settingsOf }) };
}

/**
 * The state. Changes take effect in memory at once and resolve when they are durable; those that arrive while a write
 * is under way share the next one. A change whose write failed is part of the next write.
 *
 * The first write, and one after a failure, writes everything; the others append what has changed, where the place can
 * do that, so that the cost of a change does not grow with the state.
 */
export class StateStore implements Journal, Retention {
  /** For messages. */
  readonly path: string;
  readonly #environment: string;
  readonly #clock: Clock;
  readonly #text: StateBlob;
  readonly #writing = new GroupCommit(() => this.#write());
  readonly #resources: Map<string, Entry>;
  readonly #retained: Map<string, Retained>;
  readonly #durations: Map<string, Durations>;
  /** What has changed since the latest write: ids of resources and of what was retained, and kinds. */
  readonly #news = { resources: new Set<string>(), retained: new Set<string>(), durations: new Set<string>() };
  #binding: Binding | undefined;
  #serial: number;
  /** Whether the latest write is known to be there, so that another may continue it. */
  #continuable = false;
  /** Whether there are changes beside what was written whole. */
  #appended = false;
  /** Why the latest write failed, if it did. */
  #unwritten: unknown;
  #changed: StateChangedError | undefined;

  constructor(
    options: { readonly environment: string; readonly text: StateBlob; readonly clock: Clock },
    state: State | undefined,
  ) {
    this.path = options.text.name;
    this.#environment = options.environment;
    this.#clock = options.clock;
    this.#text = options.text;
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
    this.#continuable = false;
  }

  /**
   * Comes before whatever changes AWS.
   *
   * @throws StateChangedError when a write has found that somebody else has written the state
   * @throws StateWriteError while the latest write is one that failed: what is done now could not be noted
   */
  check(): void {
    const reason = this.#changed ?? this.#unwritten;
    if (reason !== undefined) throw reason;
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
    this.#news.resources.add(id);
    return this.#save();
  }

  /** @throws StateWriteError when the change could not be made durable */
  delete(id: string): Promise<void> {
    this.#news.resources.add(id);
    return this.#gone(this.#resources.delete(id));
  }

  retained(): ReadonlyMap<string, Retained> {
    return this.#retained;
  }

  retain(id: string, what: Omit<Retained, "at">): Promise<void> {
    this.#retained.set(id, { ...what, at: this.#clock.now() });
    this.#news.retained.add(id);
    return this.#save();
  }

  release(id: string): Promise<void> {
    this.#news.retained.add(id);
    return this.#gone(this.#retained.delete(id));
  }

  durations(): ReadonlyMap<string, Durations> {
    return this.#durations;
  }

  /** Notes how long a kind took. The note is worth no write of its own: it goes with the next one. */
  measured(type: string, action: keyof Durations, seconds: number): void {
    this.#durations.set(type, { ...this.#durations.get(type), [action]: seconds });
    this.#news.durations.add(type);
  }

  /** Deletes the state: the environment is gone and nothing of it was retained. */
  async remove(): Promise<void> {
    await this.#writing.idle();
    this.#resources.clear();
    this.#retained.clear();
    this.#continuable = false;
    // Were the run to die between the removals, what is left would say what was there before it.
    await this.close();
    await this.#text.remove();
  }

  /**
   * Writes everything in one place again, when there are changes beside it, or some that could not be written. Nothing
   * that was promised is lost without it.
   *
   * @throws StateWriteError
   */
  async close(): Promise<void> {
    await this.#writing.idle();
    if (!this.#appended && this.#unwritten === undefined) return;
    if (this.#changed !== undefined) throw this.#changed;
    await this.#text.write(this.#serialise());
    this.#appended = false;
    this.#unwritten = undefined;
  }

  /** A removal of nothing needs no write, unless the write that was to remove it has failed or is still to come. */
  #gone(changed: boolean): Promise<void> {
    return changed || this.#writing.unsettled ? this.#save() : Promise.resolve();
  }

  #save(): Promise<void> {
    if (this.#binding === undefined) return Promise.reject(new Error("bind() comes before the first write"));
    return this.#writing.done();
  }

  async #write(): Promise<void> {
    if (this.#changed !== undefined) throw this.#changed;
    // Counted up even when the write fails: it may have come as far as the disk.
    this.#serial++;
    const { append } = this.#text;
    const whole = append === undefined || !this.#continuable;
    const change = {
      serial: this.#serial,
      resources: takeFrom(this.#news.resources, this.#resources),
      retained: takeFrom(this.#news.retained, this.#retained),
      durations: takeFrom(this.#news.durations, this.#durations),
    };
    this.#continuable = false;
    try {
      await (whole ? this.#text.write(this.#serialise()) : append(change));
      this.#appended = !whole;
      this.#continuable = true;
      this.#unwritten = undefined;
    } catch (error) {
      this.#unwritten = error;
      if (error instanceof StateChangedError) this.#changed = error;
      throw error;
    }
  }

  #serialise(): string {
    const { account, region, settingsOf } = this.#binding ?? {};
    if (account === undefined || region === undefined) throw new Error("bind() comes before the first write");
    const state: State = {
      account,
      region,
      environment: this.#environment,
      ...(settingsOf === undefined ? {} : { settingsOf }),
      serial: this.#serial,
      resources: Object.fromEntries(this.#resources),
      retained: Object.fromEntries(this.#retained),
      ...(this.#durations.size === 0 ? {} : { durations: Object.fromEntries(this.#durations) }),
    };
    return formatState(state);
  }
}

/** What a write has to say of these; after it there is nothing new. */
function takeFrom<T>(ids: Set<string>, now: ReadonlyMap<string, T>): Record<string, T | null> {
  const news = Object.fromEntries([...ids].map((id) => [id, now.get(id) ?? null]));
  ids.clear();
  return news;
}
