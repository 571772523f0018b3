import type { Failure } from "../engine/events.ts";
import type { Change } from "../engine/kind.ts";
import { sameWords } from "../engine/unseen.ts";
import { type Sign, type Style, signText } from "./style.ts";
import { few, sanitise, show } from "./text.ts";

/** An environment, and where it is. */
export interface Where {
  readonly environment: string;
  readonly region: string;
  readonly account: string;
  readonly local: boolean;
}

/** "us-east-1, account 123456789012" */
export const placeText = ({ region, account, local }: Where): string =>
  `${region}, ${local ? "on the local AWS" : `account ${account}`}`;

/** "dev in us-east-1, account 123456789012" */
export const whereText = (where: Where): string => `${where.environment} in ${placeText(where)}`;

/** One changed property: old → new. */
const changeText = ({ path, live, want, fix }: Change, style: Style): string =>
  `${sanitise(path)}: ${show(live)} → ${show(want)}${fix === "replace" ? style.warn(" (needs replacement)") : ""}`;

/** Something that is said of a resource, besides its names and how it stands. */
export type Detail =
  | { readonly is: "change"; readonly change: Change }
  /** Why it stands so. */
  | { readonly is: "reason"; readonly text: string }
  /** What that means for others. */
  | { readonly is: "note"; readonly text: string }
  /** What to do. */
  | { readonly is: "advice"; readonly text: string };

/** What is to be said, in the order in which it is said. */
export const detailsOf = (
  changes: readonly Change[],
  texts: Readonly<Partial<Record<Exclude<Detail["is"], "change">, string | undefined>>>,
): Detail[] => [
  ...changes.map((change) => ({ is: "change", change }) as const),
  ...(["reason", "note", "advice"] as const).flatMap((is) => {
    const text = texts[is];
    return text === undefined ? [] : [{ is, text }];
  }),
];

/** A resource on a line of a table, and below it what is said of it. */
export const rowLines = (sign: Sign, row: string, details: readonly Detail[], style: Style): string[] => [
  `  ${signText(sign, style)} ${row}`,
  ...details.map((detail) => `      ${detailText(detail, style)}`),
];

function detailText(detail: Detail, style: Style): string {
  if (detail.is === "change") return changeText(detail.change, style);
  return detail.is === "advice" ? `${style.note("→")} ${sanitise(detail.text)}` : style.dim(sanitise(detail.text));
}

/** A change as JSON; what is not there is null. */
export const changeJson = ({ path, want, live, fix }: Change) => ({
  path,
  want: want ?? null,
  live: live ?? null,
  fix,
});

/** What failed, on which resource, what AWS said, and what to do. */
function failureLines(failure: Failure, style: Style): string[] {
  const { node, type, action, code, requestId, message, advice } = failure;
  const doing = action === "look" ? "" : `: ${action}`;
  const request = requestId === undefined ? "" : style.dim(` (request ${sanitise(requestId)})`);
  return [
    `${style.bad("✗")} ${style.strong(sanitise(node))} (${type})${doing}`,
    `    ${sanitise(saidBy({ code, message }))}${request}`,
    ...(advice === undefined ? [] : [`    ${style.note("→")} ${sanitise(advice)}`]),
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

/** What AWS said, with its code where the message does not begin with it. */
export const saidBy = ({ code, message }: { readonly code?: string | undefined; readonly message: string }): string =>
  code === undefined || message.startsWith(code) ? message : `${code}: ${message}`;
