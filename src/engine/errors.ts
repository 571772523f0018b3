import type { Change } from "./kind.ts";

/** The base of every error that is meant for people: it says what failed and what to do. */
export class TapError extends Error {
  override readonly name: string = "TapError";
  /** What the user can do about it. */
  readonly advice: string | undefined;

  constructor(message: string, options: { advice?: string; cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.advice = options.advice;
  }
}

/** A name or an id belongs to something that does not carry this environment's tags. Nothing was changed. */
export class NotOursError extends TapError {
  override readonly name = "NotOursError";

  /** @param giveBack the command that gives it the tags that are missing, where it is known */
  constructor(what: string, detail: string, giveBack?: string) {
    const back =
      giveBack === undefined ? "" : `If it is this environment's and has lost its tags, give them back: ${giveBack}. `;
    super(`${what} exists, but it is not ours: ${detail}`, {
      advice: `${back}tap never touches what does not carry its own tags: if it is somebody else's, choose another --suffix.`,
    });
  }
}

/** Two live resources carry the same identity. */
export class AmbiguousError extends TapError {
  override readonly name = "AmbiguousError";

  constructor(what: string, ids: readonly string[]) {
    super(`${what} exists ${ids.length} times: ${ids.join(", ")}`, {
      advice: "Find out which one is in use, and take the tag tap:id from the other: tap then leaves that one alone.",
    });
  }
}

/** A property cannot be changed in place, and making the resource anew is not something tap does by itself. */
export class ReplaceError extends TapError {
  override readonly name = "ReplaceError";

  constructor(type: string, changes: readonly Change[]) {
    const paths = changes.map((c) => `${c.path}: ${show(c.live)} → ${show(c.want)}`).join("; ");
    super(`needs to be replaced, which tap refuses for ${type}: ${paths}`, {
      advice: "Put the setting back, or bring up a copy with --suffix and move to it.",
    });
  }
}

/** Something that was waited for did not happen in time. */
export class DeadlineError extends TapError {
  override readonly name = "DeadlineError";
}

/** The resource is in a terminal state; the message is AWS's reason. */
export class FailedStateError extends TapError {
  override readonly name = "FailedStateError";
}

/** The run was interrupted: calls in flight were finished and noted, nothing new was begun. */
export class InterruptedError extends TapError {
  override readonly name = "InterruptedError";
}

const show = (value: unknown) => (value === undefined ? "none" : JSON.stringify(value));
