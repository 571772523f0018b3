import { type CostItem, type MonthlyCost, sumOf } from "../cost/monthly.ts";
import { pricesOf } from "../cost/prices.ts";
import type { Style } from "./style.ts";
import { sanitise } from "./text.ts";

/** What a month costs more or less, and which resources make it so; nothing when there is nothing to say. */
export function costLines({ items, kept, region }: MonthlyCost, style: Style): string[] {
  if (items.length + kept.length === 0) return [];
  const sum = sumOf(items);
  const unknown = items.some(({ usd }) => usd === null) ? ", besides what is not known" : "";
  const amount = `about ${Math.abs(sum).toFixed(Math.abs(sum) < 10 ? 2 : 0)} USD a month`;
  const elsewhere = region === pricesOf.region ? "" : `; ${region} may differ`;
  const lines = [
    `${style.strong("Cost:")} ${amount} ${sum < 0 ? "less" : "more"}${unknown} ${style.dim(`(${pricesOf.region} list prices of ${pricesOf.date}${elsewhere})`)}`,
    ...rows(items),
  ];
  if (kept.length > 0)
    lines.push(`  What is kept goes on costing ${sumOf(kept).toFixed(2)} USD a month, and by the GB:`, ...rows(kept));
  lines.push(style.dim("  Storage, requests, traffic and logs come on top; --no-cost hides this."));
  return lines;
}

/** "  635.10  3 × db.r5.large", what weighs most first; what is not known before all. */
function rows(items: readonly CostItem[]): string[] {
  const groups = [...Map.groupBy(items, ({ what }) => what)].map(([what, all]) => ({
    what: all.length === 1 ? what : `${all.length} × ${what}`,
    usd: all.some(({ usd }) => usd === null) ? null : sumOf(all),
  }));
  const weight = (usd: number | null) => Math.abs(usd ?? Number.MAX_VALUE);
  groups.sort((a, b) => weight(b.usd) - weight(a.usd));
  return groups.map(
    ({ what, usd }) => `  ${(usd === null ? "not known" : usd.toFixed(2)).padStart(9)}  ${sanitise(what)}`,
  );
}

/** `monthlyCost` of the event "plan". */
export const costJson = ({ items, kept }: MonthlyCost) => ({
  usd: cents(sumOf(items)),
  pricesOf: pricesOf.date,
  region: pricesOf.region,
  items: items.map(itemJson),
  ...(kept.length === 0 ? {} : { kept: kept.map(itemJson) }),
});

const itemJson = ({ node, usd }: CostItem) => ({ node, usd: usd === null ? null : cents(usd) });

/** Without the noise that sums of decimals have. */
const cents = (usd: number): number => Math.round(usd * 100) / 100;
