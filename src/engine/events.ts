import type { Change, ErrorClass } from "./kind.ts";

/** What a node is being subjected to. */
export type Action = "create" | "update" | "replace" | "remove";

/** One thing that happened in a run, in the order in which it happened. `at` is in milliseconds since the epoch. */
export type Event = { readonly at: number } & (
  | {
      readonly event: "started";
      readonly node: string;
      readonly type: string;
      readonly action: Action;
      readonly changes?: readonly Change[];
      readonly expectedSeconds: number;
    }
  | {
      readonly event: "waiting";
      readonly node: string;
      readonly action: Action;
      readonly for: string;
      readonly elapsedSeconds: number;
      readonly expectedSeconds: number;
    }
  | {
      readonly event: "retrying";
      readonly node: string;
      readonly action: Action;
      readonly class: ErrorClass;
      readonly reason: string;
      readonly delaySeconds: number;
    }
  | {
      readonly event: "done";
      readonly node: string;
      readonly action: Action;
      readonly awsId?: string;
      /** What was brought about, in words; only of an update that has some. */
      readonly result?: string;
      readonly seconds: number;
    }
  | { readonly event: "unchanged"; readonly node: string; readonly awsId: string }
  | { readonly event: "failed"; readonly node: string; readonly action: Action; readonly error: Failure }
  /** `credentials`: not since it needs `because`, but since AWS has refused the run's credentials there. */
  | { readonly event: "skipped"; readonly node: string; readonly because: string; readonly credentials?: true }
  | { readonly event: "retained"; readonly node: string; readonly reason: string }
  /** `held`: the node, and what stands on it, waits for the user; the run goes on without. */
  | { readonly event: "notice"; readonly node?: string; readonly text: string; readonly held?: true }
);

/** A failure as people and scripts see it. */
export interface Failure {
  readonly node: string;
  readonly type: string;
  readonly action: Action | "look";
  readonly message: string;
  /** AWS's error code and request id, when AWS answered. */
  readonly code?: string;
  readonly requestId?: string;
  readonly advice?: string;
}

/** An event without its time; the run stamps it. */
export type Untimed = Event extends infer E ? (E extends { readonly at: number } ? Omit<E, "at"> : never) : never;
