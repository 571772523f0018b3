import type { MonthlyCost } from "../cost/monthly.ts";
import type { Estimate } from "../engine/estimate.ts";
import type { Json } from "../engine/journal.ts";
import type { Node } from "../engine/node.ts";
import type { Intended, PlannedChange } from "../engine/plan.ts";
import type { Observation } from "../engine/refresh.ts";
import { isOutside, type StatusRow } from "../engine/status.ts";
import { causesOf } from "../engine/unseen.ts";
import { costJson, costLines } from "./cost.ts";
import { estimateJson, estimateText } from "./estimate.ts";
import type { Sign, Style } from "./style.ts";
import { count, few, resourceTable, sanitise } from "./text.ts";
import { changeJson, type Detail, detailsOf, rowLines, type Where, whereText } from "./words.ts";

/** What the plans of `up` and of `down` have in common. */
interface PlanView extends Where {
  /** Absent where it is not to be shown. */
  readonly cost?: MonthlyCost;
  /** How long it is expected to take, when that is known. */
  readonly estimate?: Estimate | undefined;
}

/** What `up` is about to do. */
export interface UpView<Aws> extends PlanView {
  readonly changes: readonly PlannedChange<Aws>[];
  readonly leftOver: ReadonlyMap<Node<Json, Aws>, Observation>;
  /** Whether left-overs are removed. */
  readonly prune: boolean;
  /** The nodes that the latest `down` has kept. */
  readonly retained: ReadonlySet<string>;
  readonly skipped: readonly { readonly step: string; readonly reason: string }[];
  /** The resources with what `up` names and leaves: what limits them, and what is somebody's own. */
  readonly flagged: readonly StatusRow[];
}

/** What `down` is about to do. */
export interface DownView<Aws> extends PlanView {
  readonly leftOver: ReadonlyMap<Node<Json, Aws>, Observation>;
  readonly declared: ReadonlyMap<Node<Json, Aws>, Observation>;
  /** What stays, and why. */
  readonly kept: ReadonlyMap<Node<Json, Aws>, string>;
  /** Whether the database is saved first. */
  readonly snapshot: boolean;
}

/** How each action is shown, and what it is called in the summary of an `up`: "3 to create". */
const signs: Readonly<
  Record<Exclude<Intended, "none"> | "keep" | "leave" | "unseen", Sign & { readonly summary?: string }>
> = {
  create: { symbol: "+", tone: "good", summary: "to create" },
  update: { symbol: "~", tone: "warn", summary: "to change" },
  replace: { symbol: "±", tone: "bad", summary: "to replace" },
  remove: { symbol: "−", tone: "bad", summary: "to remove" },
  follow: { symbol: "?", tone: "note", summary: "that may have to change" },
  wait: { symbol: "…", tone: "note", summary: "to wait for" },
  hold: { symbol: "!", tone: "warn", summary: "waiting for you" },
  look: { symbol: "?", tone: "note", summary: "to look up" },
  // Nothing is done to these: what is kept, what is left over and stays so, and what cannot be looked at.
  keep: { symbol: "=", tone: "note" },
  leave: { symbol: "·", tone: "dim" },
  unseen: { symbol: "!", tone: "warn" },
};

/**
 * All that a plan says of one resource, to people and to scripts. What is to be said more of a resource is added in
 * {@link changed} and {@link removed} only.
 */
interface Row<Aws> {
  readonly node: Node<Json, Aws>;
  /** What stands beside its id and its type. */
  readonly beside: string;
  /** Absent where people are not shown it. */
  readonly sign?: Sign;
  readonly details: readonly Detail[];
  /** Said with the row that it all hangs on. */
  readonly folded?: true;
  /** Absent where scripts are not told of it. */
  readonly json?: object;
}

/**
 * @param isRetained whether the latest `down` has kept it
 * @param others may have to follow it, and are said with it
 */
function changed<Aws>(
  { node, action, changes, after, reason, because }: PlannedChange<Aws>,
  isRetained: boolean,
  others: readonly string[],
): Row<Aws> {
  // What a fresh resource needs is no news; what is live and follows it is.
  const isLive = action !== "create";
  const details = detailsOf(changes, [], {
    reason: isLive && after.length > 0 ? `known after ${some(after)}` : reason,
    note: isLive && isRetained ? "kept by the last down" : undefined,
    folded: others.length === 0 ? undefined : `and ${others.length} that may have to follow it (${few(others)})`,
  });
  const row = { node, beside: node.name, details };
  if (action === "none") return { ...row, ...(isRetained && { sign: signs.keep }) };
  const why = { ...(reason !== undefined && { reason }), ...(because !== undefined && { because }) };
  const json = { node: node.id, type: node.kind.type, action, changes: changes.map(changeJson), after, ...why };
  return { ...row, sign: signs[action], json };
}

/** The first few of a list. */
const some = (ids: readonly string[], limit = 2): string =>
  [...ids.slice(0, limit), ...(ids.length > limit ? [`${ids.length - limit} more`] : [])].join(", ");

/**
 * @param what happens to it, for scripts
 * @param isSaid whether another row says already why it could not be looked at
 */
function removed<Aws>(
  node: Node<Json, Aws>,
  look: Observation,
  sign: Sign,
  what: object = {},
  isSaid = false,
): Row<Aws> {
  const live = look.is === "present" ? { awsId: look.awsId } : {};
  const beside = look.is === "present" ? look.awsId : "";
  const reason = look.is === "present" || isSaid ? undefined : whyUnseen(look);
  const details = detailsOf([], [], { reason });
  return { node, beside, sign, details, json: { node: node.id, type: node.kind.type, ...live, ...what } };
}

function whyUnseen(look: Exclude<Observation, { is: "present" }>): string | undefined {
  if (look.is === "error") return look.failure.message;
  return look.is === "blocked" ? `cannot be looked for before ${look.by} is known` : undefined;
}

function upRows<Aws>({ changes, retained }: UpView<Aws>): Row<Aws>[] {
  const shown = new Set(changes.flatMap(({ node, action }) => (action === "none" ? [] : [node.id])));
  const foldedInto = ({ because }: PlannedChange<Aws>) =>
    because !== undefined && shown.has(because) ? because : undefined;
  const others = Map.groupBy(changes, foldedInto);
  return changes.map((change): Row<Aws> => {
    const { id } = change.node;
    const row = changed(
      change,
      retained.has(id),
      (others.get(id) ?? []).map(({ node }) => node.id),
    );
    return foldedInto(change) === undefined ? row : { ...row, folded: true };
  });
}

const leftOverRows = <Aws>({ leftOver, prune }: UpView<Aws>): Row<Aws>[] =>
  [...leftOver].map(([node, look]) => removed(node, look, prune ? signs.remove : signs.leave));

/** @param looks in the order in which the rows are wanted */
function downRows<Aws>(
  { declared, kept }: DownView<Aws>,
  looks: readonly (readonly [Node<Json, Aws>, Observation])[],
): Row<Aws>[] {
  const causes = causesOf({ declared });
  return looks.flatMap(([node, look]) => {
    const reason = kept.get(node);
    if (look.is === "absent") return [];
    if (reason !== undefined) return removed(node, look, signs.keep, { action: "keep", reason });
    const isSaid = (causes.get(node.id) ?? node.id) !== node.id;
    return removed(node, look, look.is === "present" ? signs.remove : signs.unseen, { action: "remove" }, isSaid);
  });
}

/** What stands together under a heading; without lines, the heading and what is said beside it are a sentence. */
interface Block {
  readonly heading: string;
  readonly aside?: string;
  readonly lines: readonly Line[];
}

interface Line {
  readonly sign: Sign;
  readonly text: string;
  readonly details: readonly Detail[];
}

/** The rows that people are shown, laid out as one table. */
function linesOf<Aws>(rows: readonly Row<Aws>[], columns: number): Map<Row<Aws>, Line> {
  const shown = rows.filter(({ sign, folded }) => sign !== undefined && !folded);
  const say = ({ node, beside }: Row<Aws>) => ({ id: node.id, type: node.kind.type, rest: [beside] });
  const table = [...resourceTable(shown, say, columns)];
  return new Map(table.flatMap(([row, text]) => (row.sign ? [[row, { ...row, sign: row.sign, text }]] : [])));
}

const leftOverHeading = "left over (ours, but no longer declared)";

const flaggedHeading = "left as it is (somebody has added or changed it)";

function flaggedLines(rows: readonly StatusRow[], columns: number): Line[] {
  const lineOf = resourceTable(rows, ({ id, type, awsId = "" }) => ({ id, type, rest: [awsId] }), columns);
  return rows.map((row) => ({
    sign: signs.hold,
    text: lineOf.get(row) ?? "",
    details: detailsOf(row.findings ?? [], [], {}),
  }));
}

/** The plan of an `up`: per step what will be created, changed, replaced, kept, removed, and what is left out. */
export function upPlanText<Aws>(view: UpView<Aws>, style: Style, columns = Number.POSITIVE_INFINITY): string {
  const rows = upRows(view);
  const lineOf = linesOf(rows, columns);
  const steps = [...Map.groupBy(rows, ({ node }) => node.step)].map(([heading, all]): Block => {
    const lines = all.flatMap((row) => lineOf.get(row) ?? []);
    const rest = all.filter((row) => !lineOf.has(row) && !row.folded && !isOutside(row.node)).length;
    return { heading, lines, ...(rest > 0 && { aside: `besides ${rest} that ${rest === 1 ? "stays" : "stay"}` }) };
  });
  const blocks = steps.filter(({ lines }) => lines.length > 0);
  blocks.push(
    ...view.skipped.map(({ step, reason }) => ({ heading: step, aside: `is skipped: ${reason}`, lines: [] })),
  );
  if (view.flagged.length > 0) blocks.push({ heading: flaggedHeading, lines: flaggedLines(view.flagged, columns) });
  const lines = [...linesOf(leftOverRows(view), columns).values()];
  const pruned = view.prune ? "removed last" : "--prune removes it";
  if (lines.length > 0) blocks.push({ heading: `${leftOverHeading}: ${pruned}`, lines });
  return planText(view, { title: `Plan for ${whereText(view)}`, blocks, summary: upSummary(view) }, style, columns);
}

function upSummary<Aws>({ changes, leftOver, prune }: UpView<Aws>): string {
  // As in the summary of a run: settings of the account are not the environment's own, nor are look-ups in it, unless
  // there is something to do for one.
  const isShared = ({ node }: PlannedChange<Aws>) => node.kind.role === "account-setting";
  const shared = changes.filter((change) => isShared(change) && change.action !== "none").length;
  const own = changes.filter((change) => !isShared(change) && !(change.action === "none" && isOutside(change.node)));
  const counts: readonly (readonly [n: number, summary: string])[] = [
    ...Object.entries(signs).map(
      ([sign, { summary = "" }]) => [own.filter((c) => c.action === sign).length, summary] as const,
    ),
    [leftOver.size, prune ? "to remove" : "left over"],
  ];
  const parts = [
    ...counts.filter(([n]) => n > 0).map(([n, summary], i) => `${i === 0 ? count(n, "resource") : n} ${summary}`),
    ...(shared === 0 ? [] : [`${count(shared, "setting")} for the whole account`]),
  ];
  const todo = parts.join(", ") || "nothing to do";
  const unchanged = own.filter(({ action }) => action === "none").length;
  if (unchanged === 0) return `${todo}.`;
  return `${todo}; ${count(unchanged, "resource stays as it is", "resources stay as they are")}.`;
}

/** What `down` is about to remove: by step, what goes first at the top. */
export function downPlanText<Aws>(view: DownView<Aws>, style: Style, columns = Number.POSITIVE_INFINITY): string {
  const { leftOver, declared, kept, snapshot } = view;
  const rows = downRows(view, [...leftOver, ...[...declared].reverse()]).filter(({ node }) => !kept.has(node));
  const lineOf = linesOf(rows, columns);
  const steps = Map.groupBy(rows, ({ node }) => (leftOver.has(node) ? leftOverHeading : node.step));
  const blocks = [...steps].map(([heading, all]) => ({ heading, lines: all.flatMap((row) => lineOf.get(row) ?? []) }));
  const stays = [...kept].map(([{ id }, why]) => ({
    sign: signs.keep,
    text: `${sanitise(id)}: ${sanitise(why)}`,
    details: [],
  }));
  if (stays.length > 0) blocks.push({ heading: "kept", lines: stays });
  const present = rows.filter(({ sign }) => sign === signs.remove).length;
  const keep = kept.size === 0 ? "" : `, ${kept.size} kept`;
  const data = snapshot ? "A final snapshot of the database is taken first." : "This discards the data in it.";
  const summary = `${count(present, "resource")} to remove${keep}. ${data}`;
  return planText(view, { title: `What will be removed of ${whereText(view)}`, blocks, summary }, style, columns);
}

interface Plan {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly summary: string;
}

function planText(
  { cost, estimate }: PlanView,
  { title, blocks, summary }: Plan,
  style: Style,
  columns: number,
): string {
  const lines = [style.strong(title)];
  for (const [i, block] of blocks.entries()) {
    // Sentences stand close to each other.
    if (block.lines.length > 0 || blocks[i - 1]?.lines.length !== 0) lines.push("");
    lines.push(...blockLines(block, style, columns));
  }
  const costs = cost === undefined ? [] : costLines(cost, style);
  if (costs.length > 0) lines.push("", ...costs);
  lines.push("", `${style.strong("Plan:")} ${summary}`);
  const time = estimate && estimateText(estimate, columns);
  if (time !== undefined) lines.push(time);
  return lines.join("\n");
}

function blockLines({ heading, aside, lines }: Block, style: Style, columns: number): string[] {
  const remark =
    aside === undefined ? "" : lines.length > 0 ? style.dim(`, ${aside}`) : ` ${style.dim(sanitise(aside))}`;
  return [
    `${style.strong(heading)}${remark}`,
    ...lines.flatMap(({ sign, text, details }) => rowLines(sign, text, details, style, columns)),
  ];
}

/** The plan of an `up` as one JSON event, without its time. */
export const upPlanJson = <Aws>(view: UpView<Aws>) => {
  const { prune, retained, skipped } = view;
  const [changes, leftOver] = [jsonOf(upRows(view)), jsonOf(leftOverRows(view))];
  const findings = view.flagged.flatMap(({ id, type, findings = [] }) =>
    findings.map((finding) => ({ node: id, type, ...changeJson(finding) })),
  );
  return planJson(view, { changes, leftOver, prune, retained: [...retained], skipped, findings });
};

/** The plan of a `down` as one JSON event, without its time. */
export const downPlanJson = <Aws>(view: DownView<Aws>) =>
  planJson(view, { changes: jsonOf(downRows(view, [...view.leftOver, ...view.declared])) });

const jsonOf = <Aws>(rows: readonly Row<Aws>[]): object[] => rows.flatMap(({ json }) => json ?? []);

const planJson = ({ environment, region, account, local, cost, estimate }: PlanView, said: object) => ({
  event: "plan" as const,
  schema: 1,
  ...{ environment, region, account, local },
  ...said,
  ...(cost === undefined ? {} : { monthlyCost: costJson(cost) }),
  ...estimateJson(estimate),
});
