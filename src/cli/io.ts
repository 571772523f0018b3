import type { Readable } from "node:stream";
import type { Clock } from "../engine/clock.ts";
import type { Sink } from "../report/style.ts";
import type { Environment } from "../session/environment.ts";
import type { Session, SessionOptions } from "../session/session.ts";

/** Where signals come from: the process, or a test. */
export interface Signals {
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
}

/** Everything outside that the command line deals with, so that a test can stand in for it. */
export interface Io<Aws> {
  /** The working folder. */
  readonly cwd: string;
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly clock: Clock;
  readonly signals: Signals;
  /** Opens one environment. */
  open(environment: Environment, options: SessionOptions): Promise<Session<Aws>>;
  /**
   * Shows a text in a pager, until the user leaves it.
   *
   * @returns false when there is no such command: nothing was shown
   */
  page(command: string, text: string): Promise<boolean>;
  /** Ends the process at once. */
  exit(code: number): void;
}
