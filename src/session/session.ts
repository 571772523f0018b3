import type { CallRecord } from "../aws/caller.ts";
import type { Settings } from "../config/settings.ts";
import type { Event } from "../engine/events.ts";
import type { Journal, Json } from "../engine/journal.ts";
import type { Node } from "../engine/node.ts";
import type { AnyKind } from "../engine/refresh.ts";
import type { Run } from "../engine/run.ts";
import type { CallCounts } from "./calls.ts";

/** What `tap outputs --json` shows under "outputs"; undefined where it is not known. */
export type Outputs = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Everything that is declared for one environment. */
export interface Platform<Aws> {
  /** In order: nothing comes before what it needs. */
  readonly nodes: readonly Node<Json, Aws>[];
  /** Steps that these settings leave out, and why. */
  readonly skipped: readonly { readonly step: string; readonly reason: string }[];
  /** What the platform cannot do where it is, and what to do about it: said last. */
  readonly lacks?: string;
  /** Of the latest look in this run. */
  outputs(run: Run<Aws>): Outputs;
}

/** The state of one environment, as commands use it. */
export interface SessionState extends Journal {
  /** For messages. */
  readonly path: string;
  /** Forgets everything: the environment is gone. */
  remove(): Promise<void>;
}

/** Which environment is meant, in the user's words. */
export interface EnvironmentRequest {
  /** The project's folder: settings file, state, local AWS. */
  readonly dir: string;
  readonly env?: string;
  readonly suffix?: string;
  readonly region?: string;
  readonly local: boolean;
  /** Where the state is kept, instead of where the settings say: `s3://bucket/prefix`. */
  readonly state?: string;
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Told of every call to AWS, each attempt for itself; those for credentials are the SDK's own. */
  readonly onCall?: (call: CallRecord) => void;
  /** Aborted when the user asks to stop. */
  readonly signal?: AbortSignal;
}

/** What a command wants of an environment. */
export interface SessionOptions {
  /** `change` takes the lock; `plan` may start the local AWS; `look` starts nothing. None but `change` writes. */
  readonly purpose: "change" | "plan" | "look";
  /** For the lock: what runs, for example "tap up --env dev". */
  readonly command: string;
  /** Mutating calls in flight; eight times as many reads. */
  readonly concurrency?: number;
  /** A database that is not there starts empty, whatever snapshots there are. */
  readonly fresh?: boolean;
  /** Findings that are to be lifted, each as "resource:finding". */
  readonly lift?: readonly string[];
  emit?(event: Event): void;
  /** What takes long before the run begins. */
  onProgress?(text: string): void;
}

/** Both. */
export interface SessionRequest extends EnvironmentRequest, SessionOptions {}

/** One environment, opened. */
export interface Session<Aws> {
  readonly settings: Settings;
  /** Twelve digits. */
  readonly account: string;
  readonly local: boolean;
  /** The functions' code, by its hash. */
  readonly code: string;
  readonly platform: Platform<Aws>;
  /** Every kind that left-overs are searched for. */
  readonly kinds: readonly AnyKind<Aws>[];
  readonly run: Run<Aws>;
  readonly state: SessionState;
  readonly calls: CallCounts;
  /** Gives back the lock, if it was taken. */
  close(): Promise<void>;
}
