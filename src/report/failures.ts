import type { Failure } from "../engine/events.ts";
import { sameWords } from "../engine/unseen.ts";
import type { Style } from "./style.ts";
import { clean, few } from "./text.ts";

/** What failed, on which resource, what AWS said, and what to do. */
export function failureLines(failure: Failure, style: Style): string[] {
  const { node, type, action, code, requestId, message, advice } = failure;
  const doing = action === "look" ? "" : `: ${action}`;
  const said = code === undefined || message.startsWith(code) ? message : `${code}: ${message}`;
  const request = requestId === undefined ? "" : style.dim(` (request ${clean(requestId)})`);
  return [
    `${style.bad("✗")} ${style.strong(clean(node))} (${type})${doing}`,
    `    ${clean(said)}${request}`,
    ...(advice === undefined ? [] : [`    ${style.note("→")} ${clean(advice)}`]),
  ];
}

/** All failures of a run, with a heading. What AWS said of several in the same words is said once. */
export const failuresText = (heading: string, failures: readonly Failure[], style: Style): string =>
  [
    style.bad(heading),
    ...sameWords(failures)
      .flatMap(({ first, also }) => [
        ...failureLines(first, style),
        ...(also.length === 0 ? [] : [`    ${style.dim(`the same of ${also.length} more: ${few(also)}`)}`]),
      ])
      .map((line) => `  ${line}`),
  ].join("\n");
