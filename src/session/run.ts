import { randomUUID } from "node:crypto";
import type { Aws, Connection } from "../aws/aws.ts";
import { advise, classify, isOfCredentials, origin } from "../aws/errors.ts";
import { urgently } from "../aws/semaphore.ts";
import type { Clock } from "../engine/clock.ts";
import type { Event } from "../engine/events.ts";
import type { Journal } from "../engine/journal.ts";
import type { Change } from "../engine/kind.ts";
import type { Run } from "../engine/run.ts";

/** What a run on AWS is made of. */
export interface RunOptions {
  /** The environment's suffix. */
  readonly environment: string;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly signal?: AbortSignal;
  readonly emit?: (event: Event) => void;
  /** False for a property that the local AWS cannot report. */
  readonly reports?: (type: string, path: string) => boolean;
  /** What the settings accept, and the command line lifts; unless told, nothing. */
  readonly ruling?: (node: string, finding: Change) => "accepted" | "lifted" | undefined;
  /** Whether AWS takes as long as it usually does: unless told, it does. */
  readonly usual?: boolean;
  /** Idempotency tokens; UUIDs unless a test counts them. */
  readonly mint?: () => string;
}

/** The engine's view of AWS, and AWS's view of the engine, in one place. */
export function makeRun(options: RunOptions): Run<Aws> {
  const { environment, connection, clock, journal } = options;
  return {
    environment,
    tags: { Project: "trading", Environment: environment, ManagedBy: "tap" },
    aws: (since) => connection.since(since),
    urgently,
    clock,
    journal,
    signal: options.signal ?? new AbortController().signal,
    // A spread of a union with a field added to each member is that union's timed form.
    emit: (event) => options.emit?.({ ...event, at: clock.now() } as Event),
    classify,
    endsAll: isOfCredentials,
    origin,
    advise,
    mint: options.mint ?? randomUUID,
    usual: options.usual ?? true,
    reports: options.reports ?? (() => true),
    ruling: options.ruling ?? (() => undefined),
  };
}
