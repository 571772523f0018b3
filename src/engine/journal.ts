/** What a value may look like once it has been through the state file. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A create or removal that was begun; on disk before the call is sent, cleared when the resource is ready or gone. */
export interface Intent {
  readonly action: "create" | "remove";
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * What tap remembers of one resource. It is a cache and a crash log, never a source of truth: `id` is a hint that is
 * checked against AWS, `outputs` are for people and are never read back into a decision.
 */
export interface Entry {
  /** The kind, for example "ec2:nat-gateway". */
  readonly type: string;
  /** AWS's name for it, or the name that it carries as a tag. */
  readonly name: string;
  /** AWS's id, known as soon as the create call has answered. */
  readonly id?: string;
  /** What finding it needs besides the id (a parent's id, a path), so that it is found when it is declared no more. */
  readonly key?: Json;
  /** Idempotency token of the latest create or removal; minted per intent and used again by its retry. */
  readonly token: string;
  readonly intent?: Intent;
  readonly outputs?: Json;
  /** Settings that tap does not send, by path, as they were when it was first as wanted: a change of them is a finding. */
  readonly recorded?: Readonly<Record<string, Json>>;
}

/** Something that a teardown kept. */
export interface Kept {
  readonly type: string;
  /** AWS's id. */
  readonly id: string;
  readonly reason: string;
}

/** How long a kind took in earlier runs, in seconds. */
export interface Durations {
  readonly create?: number;
  readonly remove?: number;
  /** From the beginning of its removal until what it stood in was free. */
  readonly release?: number;
}

/**
 * Where the engine notes what it is about to do and what it did. `put` and `delete` resolve when the change would
 * survive a crash of the machine; several changes may share one write.
 */
export interface Journal {
  get(id: string): Entry | undefined;
  entries(): ReadonlyMap<string, Entry>;
  put(id: string, entry: Entry): Promise<void>;
  delete(id: string): Promise<void>;
  /** What the latest teardown kept, by node. */
  retained(): ReadonlyMap<string, Kept>;
  retain(id: string, what: Kept): Promise<void>;
  /** Forgets that it was kept: it is in use again, or gone. */
  release(id: string): Promise<void>;
  /** What earlier runs have measured, by kind. */
  durations(): ReadonlyMap<string, Durations>;
  /** Notes how long a kind took. It is worth no write of its own. */
  measured(type: string, action: keyof Durations, seconds: number): void;
}
