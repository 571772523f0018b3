import { TapError } from "./errors.ts";
import type { Action, Failure } from "./events.ts";
import type { Run } from "./run.ts";

/**
 * An error as people see it: which resource, doing what, what AWS said, and what to do next.
 *
 * @param of the node, or whatever else has an id and a kind
 */
export function failure<Aws>(
  run: Run<Aws>,
  of: { readonly id: string; readonly kind: { readonly type: string } },
  action: Action | "look",
  error: unknown,
): Failure {
  // What the engine gives up on has AWS's last answer as its cause.
  const source = error instanceof TapError ? error.cause : error;
  const { code, requestId } = run.origin(source);
  const advice = (error instanceof TapError ? error.advice : undefined) ?? run.advise(source, of.kind.type);
  return {
    node: of.id,
    type: of.kind.type,
    action,
    message: wordsOf(error),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(advice === undefined ? {} : { advice }),
  };
}

/** What an error says; of several errors in one, whose own message is empty, what each says. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof AggregateError && error.message === "" ? error.errors.map(wordsOf).join("; ") : error.message;
}
