import type { MonthlyCost } from "../cost/monthly.ts";
import type { Estimate } from "../engine/estimate.ts";
import type { Json } from "../engine/journal.ts";
import type { Look } from "../engine/look.ts";
import type { Node } from "../engine/node.ts";
import type { Intended, PlannedChange } from "../engine/plan.ts";
import { costJson, costLines } from "./cost.ts";
import { estimateJson, estimateText } from "./estimate.ts";
import type { Style, Tone } from "./style.ts";
import { clean, count, resourceTable } from "./text.ts";
import { changeJson, changeText, type Where, whereText } from "./words.ts";

/** What `up` is about to do. */
export interface UpView<Aws> extends Where {
  readonly changes: readonly PlannedChange<Aws>[];
  readonly leftOver: ReadonlyMap<Node<Json, Aws>, Look>;
  /** Whether left-overs are removed. */
  readonly prune: boolean;
  /** The nodes that the latest `down` has kept. */
  readonly retained: ReadonlySet<string>;
  readonly skipped: readonly { readonly step: string; readonly reason: string }[];
  /** Absent where it is not to be shown. */
  readonly cost?: MonthlyCost;
  /** How long it is expected to take, when that is known. */
  readonly estimate?: Estimate | undefined;
}

interface Sign {
  readonly symbol: string;
  readonly tone: Tone;
  /** What the action is called in the summary: "3 to create". */
  readonly summary: string;
}

const signs: Readonly<Record<Exclude<Intended, "none">, Sign>> = {
  create: { symbol: "+", tone: "good", summary: "to create" },
  update: { symbol: "~", tone: "warn", summary: "to change" },
  replace: { symbol: "±", tone: "bad", summary: "to replace" },
  remove: { symbol: "−", tone: "bad", summary: "to remove" },
  follow: { symbol: "?", tone: "note", summary: "that may have to change" },
  wait: { symbol: "…", tone: "note", summary: "to wait for" },
  hold: { symbol: "!", tone: "warn", summary: "waiting for you" },
  look: { symbol: "?", tone: "note", summary: "to look up" },
};

/** What is shown though nothing is done to it. */
const stays: Omit<Sign, "summary"> = { symbol: "=", tone: "note" };

/** The plan of an `up`: per step what will be created, changed, replaced, kept, removed, and what is left out. */
export function upPlanText<Aws>(view: UpView<Aws>, style: Style, columns = Number.POSITIVE_INFINITY): string {
  const lines = [style.strong(`Plan for ${whereText(view)}`)];
  const isShown = ({ node, action }: PlannedChange<Aws>) => action !== "none" || view.retained.has(node.id);
  const shown = view.changes.filter(isShown);
  const rowOf = resourceTable(shown, ({ node }) => ({ id: node.id, type: node.kind.type, rest: [node.name] }), columns);
  for (const [step, all] of Map.groupBy(view.changes, ({ node }) => node.step)) {
    const changes = all.filter(isShown);
    if (changes.length === 0) continue;
    const rest = all.length - changes.length;
    lines.push(
      "",
      `${style.strong(step)}${rest === 0 ? "" : style.dim(`, besides ${rest} that ${rest === 1 ? "stays" : "stay"}`)}`,
    );
    for (const change of changes) lines.push(...changeLines(change, view, rowOf.get(change) ?? "", style));
  }
  if (view.skipped.length > 0) lines.push("", ...view.skipped.map((s) => skippedText(s, style)));
  if (view.leftOver.size > 0) {
    const heading = view.prune
      ? "left over (ours, but no longer declared): removed last"
      : "left over (ours, but no longer declared): --prune removes it";
    const symbol = view.prune ? style.bad("−") : style.dim("·");
    lines.push(
      "",
      style.strong(heading),
      ...[...removalRows(view.leftOver, columns).values()].map((row) => `  ${symbol} ${row}`),
    );
  }
  lines.push(...costBlock(view.cost, style), "", upSummary(view, style), ...expected(view.estimate, columns));
  return lines.join("\n");
}

function costBlock(cost: MonthlyCost | undefined, style: Style): string[] {
  const lines = cost === undefined ? [] : costLines(cost, style);
  return lines.length === 0 ? [] : ["", ...lines];
}

const expected = (estimate: Estimate | undefined, columns: number): string[] => {
  const text = estimate && estimateText(estimate, columns);
  return text === undefined ? [] : [text];
};

const skippedText = ({ step, reason }: { readonly step: string; readonly reason: string }, style: Style): string =>
  `${style.strong(step)} ${style.dim(`is skipped: ${clean(reason)}`)}`;

/** The first few of a list. */
const some = (ids: readonly string[], limit = 2): string =>
  [...ids.slice(0, limit), ...(ids.length > limit ? [`${ids.length - limit} more`] : [])].map(clean).join(", ");

function changeLines<Aws>(change: PlannedChange<Aws>, view: UpView<Aws>, row: string, style: Style): string[] {
  const { node, action, changes, after, reason } = change;
  const { symbol, tone } = action === "none" ? stays : signs[action];
  const details = changes.map((c) => changeText(c, style));
  // What a fresh resource needs is no news; what is live and follows it is.
  if (action !== "create" && after.length > 0) details.push(style.dim(`known after ${some(after)}`));
  else if (reason !== undefined) details.push(style.dim(clean(reason)));
  if (action !== "create" && view.retained.has(node.id)) details.push(style.dim("kept by the last down"));
  return [`  ${style[tone](symbol)} ${row}`, ...details.map((detail) => `      ${detail}`)];
}

function upSummary<Aws>({ changes, leftOver, prune }: UpView<Aws>, style: Style): string {
  // Settings of the account are not the environment's own, and no summary of a run counts them as such.
  const isShared = ({ node }: PlannedChange<Aws>) => node.kind.role === "account-setting";
  const own = changes.filter((c) => !isShared(c));
  const counts = Object.entries(signs).map(([action, { summary }]) => ({
    n: own.filter((c) => c.action === action).length,
    summary,
  }));
  const shared = changes.filter((c) => isShared(c) && c.action !== "none").length;
  counts.push({ n: shared, summary: "for the whole account" });
  const unchanged = own.filter(({ action }) => action === "none").length;
  const parts = counts.filter(({ n }) => n > 0).map(({ n, summary }) => `${n} ${summary}`);
  if (leftOver.size > 0) parts.push(`${leftOver.size} ${prune ? "to remove" : "left over"}`);
  const todo = parts.length === 0 ? "nothing to do" : parts.join(", ");
  if (unchanged === 0) return `${style.strong("Plan:")} ${todo}.`;
  return `${style.strong("Plan:")} ${todo}; ${count(unchanged, "resource stays as it is", "resources stay as they are")}.`;
}

/** What `down` is about to do. */
export interface DownView<Aws> {
  readonly leftOver: ReadonlyMap<Node<Json, Aws>, Look>;
  readonly declared: ReadonlyMap<Node<Json, Aws>, Look>;
  /** What stays, and why. */
  readonly kept: ReadonlyMap<Node<Json, Aws>, string>;
  /** Whether the database is saved first. */
  readonly snapshot: boolean;
  /** Absent where it is not to be shown. */
  readonly cost?: MonthlyCost;
  /** How long it is expected to take, when that is known. */
  readonly estimate?: Estimate | undefined;
}

/** What `down` is about to remove: by step, what goes first at the top. */
export function downPlanText<Aws>(
  where: Where,
  { leftOver, declared, kept, snapshot, cost, estimate }: DownView<Aws>,
  style: Style,
  columns = Number.POSITIVE_INFINITY,
): string {
  const lines = [style.strong(`What will be removed of ${whereText(where)}`)];
  const nodes = [...leftOver, ...[...declared].reverse()].filter(
    ([node, look]) => look.is !== "absent" && !kept.has(node),
  );
  const rowOf = removalRows(new Map(nodes), columns);
  const headingOf = (node: Node<Json, Aws>) =>
    leftOver.has(node) ? "left over (ours, but no longer declared)" : node.step;
  for (const [heading, all] of Map.groupBy(nodes, ([node]) => headingOf(node))) {
    lines.push("", style.strong(heading));
    for (const [node, look] of all) {
      lines.push(`  ${look.is === "present" ? style.bad("−") : style.warn("!")} ${rowOf.get(node) ?? ""}`);
    }
  }
  const present = nodes.filter(([, look]) => look.is === "present").length;
  if (kept.size > 0) {
    lines.push("", style.strong("kept"));
    for (const [{ id }, reason] of kept) lines.push(`  ${style.note("=")} ${clean(id)}: ${clean(reason)}`);
  }
  const data = snapshot ? "A final snapshot of the database is taken first." : "This discards the data in it.";
  const keep = kept.size === 0 ? "" : `, ${kept.size} kept`;
  lines.push(
    ...costBlock(cost, style),
    "",
    `${style.strong("Plan:")} ${count(present, "resource")} to remove${keep}. ${data}`,
    ...expected(estimate, columns),
  );
  return lines.join("\n");
}

function removalRows<Aws>(looks: ReadonlyMap<Node<Json, Aws>, Look>, columns: number): Map<Node<Json, Aws>, string> {
  const rest = (look: Look | undefined) => (look === undefined ? "" : look.is === "present" ? look.awsId : why(look));
  return resourceTable(
    looks.keys(),
    (node) => ({ id: node.id, type: node.kind.type, rest: [rest(looks.get(node))] }),
    columns,
  );
}

function why(look: Exclude<Look, { is: "present" }>): string {
  if (look.is === "error") return `cannot be looked at: ${look.failure.message}`;
  return look.is === "blocked" ? `cannot be looked for before ${look.by} is known` : "";
}

/** The event "plan", without its time: what both plans say of themselves, around what each says of its resources. */
const planJson = <Said extends object>(where: Where, said: Said, cost?: MonthlyCost, estimate?: Estimate) => ({
  event: "plan" as const,
  schema: 1,
  environment: where.environment,
  region: where.region,
  account: where.account,
  local: where.local,
  ...said,
  ...(cost === undefined ? {} : { monthlyCost: costJson(cost) }),
  ...estimateJson(estimate),
});

/** The plan of an `up` as one JSON event. */
export const upPlanJson = <Aws>(view: UpView<Aws>) => {
  const changes = view.changes
    .filter(({ action }) => action !== "none")
    .map(({ node, action, changes, after, reason }) => ({
      node: node.id,
      type: node.kind.type,
      action,
      changes: changes.map(changeJson),
      after,
      ...(reason === undefined ? {} : { reason }),
    }));
  const leftOver = [...view.leftOver].map(([node, look]) => removal(node, look));
  const { prune, retained, skipped, cost, estimate } = view;
  return planJson(view, { changes, leftOver, prune, retained: [...retained], skipped }, cost, estimate);
};

/** The plan of a `down` as one JSON event. */
export const downPlanJson = <Aws>(
  where: Where,
  looks: ReadonlyMap<Node<Json, Aws>, Look>,
  kept: ReadonlyMap<Node<Json, Aws>, string>,
  cost?: MonthlyCost,
  estimate?: Estimate,
) => {
  const changes = [...looks].map(([node, look]) => {
    const reason = kept.get(node);
    return { ...removal(node, look), ...(reason === undefined ? { action: "remove" } : { action: "keep", reason }) };
  });
  return planJson(where, { changes }, cost, estimate);
};

const removal = <Aws>(node: Node<Json, Aws>, look: Look) => ({
  node: node.id,
  type: node.kind.type,
  ...(look.is === "present" ? { awsId: look.awsId } : {}),
});
