import type { Readable } from "node:stream";
import type { Clock } from "../engine/clock.ts";
import type { Sink } from "../report/reporter.ts";
import type { Signals } from "../session/interrupt.ts";
import type { Session, SessionRequest } from "../session/session.ts";

/** Everything outside that the command line deals with, so that a test can stand in for it. */
export interface World<Aws> {
  /** The working folder. */
  readonly cwd: string;
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly clock: Clock;
  readonly signals: Signals;
  /** Opens one environment. */
  open(request: SessionRequest): Promise<Session<Aws>>;
  /** Ends the process at once. */
  exit(code: number): void;
}
