import type { Settings } from "../../src/config/settings.ts";
import { hoursPerMonth } from "../../src/cost/prices.ts";
import type { Platform } from "../../steps/index.ts";

/** By AWS's usual durations a life takes about 45 minutes; Lambda may keep its network interfaces for 45 more. */
export const hoursAtMost = 3;

/** For requests, traffic and storage, which have no price by time: a few MB in all, and far less than this. */
const byUsage = 0.5;

/**
 * What it costs at most, in US dollars: everything that is priced by time, for as long as it may take.
 *
 * @throws when the price of something is not known
 */
export function costAtMost({ nodes }: Platform, { database }: Settings): number {
  const monthly = nodes.map(({ id, kind }) => {
    const price = kind.price?.(database.instanceClass);
    if (price?.usd === null) throw new Error(`the price of ${id} (${price.what}) is not known`);
    return price?.usd ?? 0;
  });
  return (monthly.reduce((sum, usd) => sum + usd, 0) / hoursPerMonth) * hoursAtMost + byUsage;
}
