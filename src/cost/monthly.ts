import type { Settings } from "../config/settings.ts";
import type { Json } from "../engine/journal.ts";
import type { Price } from "../engine/kind.ts";
import type { Node } from "../engine/node.ts";
import type { PlannedChange } from "../engine/plan.ts";
import type { Observation, Observations } from "../engine/refresh.ts";

/** What changes in a month's bill because of one resource: `usd` is below zero when it is saved. */
export interface CostItem extends Price {
  readonly node: string;
}

/** What a plan changes in a month's bill. */
export interface MonthlyCost {
  readonly items: readonly CostItem[];
  /** What goes on costing something because it is kept. */
  readonly kept: readonly CostItem[];
  /** Where the plan would be carried out. */
  readonly region: string;
}

/**
 * What a month costs more, or less, after an `up`.
 *
 * @param pruned what it removes
 */
export function costOfUp<Aws>(
  { region, database: { instanceClass } }: Pick<Settings, "region" | "database">,
  changes: readonly PlannedChange<Aws>[],
  pruned: ReadonlyMap<Node<Json, Aws>, Observation>,
): MonthlyCost {
  const more = changes.flatMap(({ node, action, changes }) => {
    const { price } = node.kind;
    if (price === undefined) return [];
    if (action === "create" || action === "look") return [{ node: node.id, ...price(instanceClass) }];
    const other = changes.find(({ path }) => path === "instanceClass");
    if (action !== "update" || other === undefined) return [];
    const [before, after] = [price(asText(other.live)), price(asText(other.want))];
    const usd = before.usd === null || after.usd === null ? null : after.usd - before.usd;
    return [{ node: node.id, what: `${after.what} instead of ${before.what}`, usd }];
  });
  return { items: [...more, ...costOf([...pruned]).map(less)], kept: [], region };
}

/** What a month costs less after a `down`, and what is kept goes on costing. */
export function costOfDown<Aws>(
  { region }: Pick<Settings, "region">,
  { leftOver, declared }: Pick<Observations<Aws>, "leftOver" | "declared">,
  kept: ReadonlyMap<Node<Json, Aws>, string>,
): MonthlyCost {
  const all = [...leftOver, ...declared];
  const gone = all.filter(([node]) => !kept.has(node));
  return { items: costOf(gone).map(less), kept: costOf(all.filter(([node]) => kept.has(node))), region };
}

/** What a month of what is there costs. */
function costOf<Aws>(looks: readonly (readonly [Node<Json, Aws>, Observation])[]): CostItem[] {
  return looks.flatMap(([node, look]) => {
    const { price } = node.kind;
    return look.is === "present" && price !== undefined ? [{ node: node.id, ...price(classOf(look.outputs)) }] : [];
  });
}

/** The sum of what is known. */
export const sumOf = (items: readonly CostItem[]): number => items.reduce((sum, { usd }) => sum + (usd ?? 0), 0);

const less = (item: CostItem): CostItem => ({ ...item, usd: item.usd === null ? null : -item.usd });

const asText = (value: Json | undefined) => (typeof value === "string" ? value : undefined);

/** An instance tells its class among its outputs. */
const classOf = (outputs: Json): string | undefined =>
  outputs !== null && typeof outputs === "object" && "instanceClass" in outputs
    ? asText(outputs["instanceClass"])
    : undefined;
