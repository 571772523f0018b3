import type { Failure } from "../engine/events.ts";
import { hidden } from "../engine/hidden.ts";
import type { Json } from "../engine/journal.ts";
import { type Change, isFinding } from "../engine/kind.ts";
import { sameWords } from "../engine/unseen.ts";
import { type Leaf, leavesOf } from "./leaves.ts";
import { type Sign, type Style, signText } from "./style.ts";
import { few, sanitise, show, width, wrap } from "./text.ts";

/** An environment, and where it is. */
export interface Where {
  readonly environment: string;
  readonly region: string;
  readonly account: string;
  readonly local: boolean;
}

/** "us-east-1, account 123456789012" */
export const placeText = ({ region, account, local }: Pick<Where, "region" | "account" | "local">): string =>
  `${region}, ${local ? "on the local AWS" : `account ${account}`}`;

/** "dev in us-east-1, account 123456789012" */
export const whereText = (where: Where): string => `${where.environment} in ${placeText(where)}`;

/** How one side of a difference is: in words, as a value, or as words and the value that they are about. */
export interface Side {
  readonly words?: string;
  /** Printable. */
  readonly value?: string;
}

/** A difference that cannot be divided, as it is said to people. */
export interface SaidLeaf {
  /** Printable. */
  readonly path: string;
  readonly live: Side;
  /** As it should be; of a finding, as it was. Without words and value where there is nothing to say. */
  readonly want: Side;
  /** What stands between the two. */
  readonly between: " → " | ", was ";
  /** What else there is to know of it. */
  readonly note?: string;
}

/** A change, leaf by leaf. */
export const saidLeaves = (change: Change): SaidLeaf[] =>
  leavesOf(change).map((leaf) => {
    const note = noteOf(change);
    return {
      path: sanitise(leaf.path),
      live: sideOf(leaf, leaf.live),
      want: isFinding(change) && leaf.want === undefined ? {} : sideOf(leaf, leaf.want),
      between: isFinding(change) ? ", was " : " → ",
      ...(note !== undefined && { note }),
    };
  });

/** What a difference means, and what `up` does about it where it does not simply set it right. */
function noteOf({ fix, weight }: Change): string | undefined {
  if (fix === "replace") return "needs replacement";
  if (fix === "lift") return `${weight}: left, unless --lift names it`;
  if (fix === "leave") return `${weight}: left as it is`;
  return weight === undefined || weight === "setting" ? undefined : weight;
}

/** Both sides of a difference in one text. */
export const sidesText = ({ live, want, between }: SaidLeaf, text: (side: Side) => string): string => {
  const should = text(want);
  return should === "" ? text(live) : `${text(live)}${between}${should}`;
};

function sideOf({ member }: Leaf, value: Json | undefined): Side {
  if (value === undefined) return { words: member ? "without" : "none" };
  if (value === hidden) return { words: "not shown, as it may be a secret" };
  return { ...(member && { words: "with" }), value: show(value) };
}

const sideText = ({ words, value }: Side): string => [words, value].filter((part) => part !== undefined).join(" ");

/** One difference: old → new on one line where there is room, else each on lines of its own. */
function leafLines(leaf: SaidLeaf, style: Style, columns: number): string[] {
  const { path, live, want, between, note } = leaf;
  const [is, should] = [sideText(live), sideText(want)];
  const both = `${path}: ${sidesText(leaf, sideText)}`;
  const remark = note === undefined ? "" : ` (${note})`;
  const painted = note === undefined ? "" : style.warn(remark);
  if (width(`${both}${remark}`) <= columns) return [`${both}${painted}`];
  const side = (label: string, text: string) => hanging(`  ${label} `, text, columns, style.dim);
  const other = between === " → " ? "wanted" : "was   ";
  return [...wrap(`${path}:${remark}`, columns), ...side("live  ", is), ...(should === "" ? [] : side(other, should))];
}

/** A text of several lines behind a short one, under which nothing else stands. */
function hanging(head: string, text: string, columns: number, paint: (head: string) => string): string[] {
  const indent = width(head);
  return wrap(text, Math.max(columns - indent, narrowest)).map((line, i) =>
    i === 0 ? `${paint(head)}${line}` : `${" ".repeat(indent)}${line}`,
  );
}

/** Lines are never made shorter than this: what is wider than the terminal it breaks by itself. */
const narrowest = 20;

/** Something that is said of a resource, besides its names and how it stands. */
export type Detail =
  | { readonly is: "change"; readonly change: Change }
  /** Why it stands so. */
  | { readonly is: "reason"; readonly text: string }
  /** What that means for others. */
  | { readonly is: "note"; readonly text: string }
  /** What is said with it, since it stands so for its sake. */
  | { readonly is: "folded"; readonly text: string }
  /** What to do. */
  | { readonly is: "advice"; readonly text: string };

/** What is to be said, in the order in which it is said. */
export const detailsOf = (
  changes: readonly Change[],
  reasons: readonly string[],
  texts: Readonly<Partial<Record<Exclude<Detail["is"], "change">, string | undefined>>>,
): Detail[] => [
  ...changes.map((change) => ({ is: "change", change }) as const),
  ...reasons.map((text) => ({ is: "reason", text }) as const),
  ...(["reason", "note", "folded", "advice"] as const).flatMap((is) => {
    const text = texts[is];
    return text === undefined ? [] : [{ is, text }];
  }),
];

/** A resource on a line of a table, and below it what is said of it; `columns`: how wide a line may be. */
export const rowLines = (
  sign: Sign,
  row: string,
  details: readonly Detail[],
  style: Style,
  columns: number,
): string[] => [
  `  ${signText(sign, style)} ${row}`,
  ...details
    .flatMap((detail) => detailLines(detail, style, Math.max(columns - 6, narrowest)))
    .map((line) => `      ${line}`),
];

function detailLines(detail: Detail, style: Style, columns: number): string[] {
  if (detail.is === "change") return saidLeaves(detail.change).flatMap((leaf) => leafLines(leaf, style, columns));
  const text = sanitise(detail.text);
  return detail.is === "advice" ? hanging("→ ", text, columns, style.note) : wrap(text, columns).map(style.dim);
}

/** A change as JSON, whole and leaf by leaf; what is not there is null. */
export const changeJson = (change: Change) => {
  const { path, want, live, fix, weight } = change;
  const weighed = weight === undefined ? {} : { weight };
  return { path, want: want ?? null, live: live ?? null, fix, ...weighed, leaves: leavesOf(change).map(leafJson) };
};

const leafJson = ({ path, want, live, member }: Leaf) => ({
  path,
  want: want ?? null,
  live: live ?? null,
  ...(member && { member }),
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
