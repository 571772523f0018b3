import { DeadlineError } from "./errors.ts";
import type { Action } from "./events.ts";
import { wordsOf } from "./failure.ts";
import type { Json } from "./journal.ts";
import type { ErrorClass } from "./kind.ts";
import type { Node } from "./node.ts";
import { checkInterrupted, pause } from "./pause.ts";
import { backoff } from "./poll-interval.ts";
import type { Run } from "./run.ts";

/** How long a fresh resource may stay unknown to calls that name it, in milliseconds. */
const visibleWithin = 120_000;

/** How a mutating call ended, where the caller has to look before it knows what to do. */
export type Sent<T> =
  | { readonly is: "done"; readonly value: T }
  /** Refused for a reason that a look at AWS explains. */
  | { readonly is: "look"; readonly class: "exists" | "gone" | "unknown"; readonly error: unknown };

/**
 * Sends one mutating call of a kind, again and again while AWS says that nothing happened and that it may work later.
 * A call whose outcome is unknown is never repeated here.
 *
 * @param deadline milliseconds since the epoch
 * @param explain says what the call waits for, when something else has to go first
 * @throws what AWS said, when it is final; {@link DeadlineError}; {@link InterruptedError}
 */
export async function send<Aws, T>(
  run: Run<Aws>,
  node: Node<Json, Aws>,
  action: Action,
  deadline: number,
  call: () => Promise<T>,
  explain?: () => Promise<string | undefined>,
): Promise<Sent<T>> {
  const during = action === "replace" ? "remove" : action;
  const start = run.clock.now();
  const classify = (error: unknown): ErrorClass => {
    const known = node.classify(error, during, (run.clock.now() - start) / 1000) ?? run.classify(error);
    // What is not there when something is created is what that needs: made a moment ago, and not visible everywhere yet.
    const lags = during === "create" && known === "gone" && run.clock.now() < start + visibleWithin;
    return lags ? "dependency" : known;
  };
  try {
    for (let attempt = 1; ; attempt++) {
      checkInterrupted(run);
      try {
        return { is: "done", value: await call() };
      } catch (error) {
        const refused = classify(error);
        if (refused !== "retry" && refused !== "dependency") throw error;
        const reason = (await explain?.()) ?? wordsOf(error);
        if (run.clock.now() >= deadline) {
          throw new DeadlineError(`still refused at the deadline: ${reason}`, { cause: error });
        }
        const delay = backoff(attempt);
        run.emit({ event: "retrying", node: node.id, action, class: refused, reason, delaySeconds: delay / 1000 });
        await pause(run, delay);
      }
    }
  } catch (error) {
    const kind = classify(error);
    if (kind === "exists" || kind === "gone" || kind === "unknown") return { is: "look", class: kind, error };
    throw error;
  }
}
