import type { Clock } from "./clock.ts";
import type { Untimed } from "./events.ts";
import type { Journal } from "./journal.ts";
import type { Change, ErrorClass } from "./kind.ts";

/** Everything a run has besides its graph. */
export interface Run<Aws> {
  /** The environment's suffix. */
  readonly environment: string;
  /** Tags that every resource of the environment carries, besides Name and tap:id. */
  readonly tags: Readonly<Record<string, string>>;
  /** AWS, whose shared reads were begun no earlier than `since` (milliseconds since the epoch). */
  aws(since: number): Aws;
  /** Does some work; where its calls have to wait for others, the most urgent goes first. */
  urgently<T>(how: number, work: () => Promise<T>): Promise<T>;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Aborted when the user asks to stop: calls in flight finish, nothing new begins. */
  readonly signal: AbortSignal;
  emit(event: Untimed): void;
  /** What an error means, by AWS's code. */
  classify(error: unknown): ErrorClass;
  /** Whether an error ends the whole run, since every other call would fail of it, too: credentials that have ended. */
  endsAll(error: unknown): boolean;
  /** AWS's code and request id of an error, when AWS answered. */
  origin(error: unknown): { readonly code?: string; readonly requestId?: string };
  /** What the user can do about an error of AWS's on a resource of this type, when there is something to say. */
  advise(error: unknown, type: string): string | undefined;
  /** Whether AWS takes as long as it usually does; the local AWS does not. */
  readonly usual: boolean;
  /** A fresh idempotency token. */
  mint(): string;
  /**
   * False for a property that this (local) AWS cannot report, and for what a watch looks for where it has no call for
   * that: it counts neither as drift nor as checked.
   */
  reports(type: string, path: string): boolean;
  /** What the user has decided about a finding on a node: it is known and stays, or is to be lifted. */
  ruling(node: string, finding: Change): "accepted" | "lifted" | undefined;
}
