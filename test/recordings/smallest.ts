import { paginateDescribeOrderableDBInstanceOptions, RDSClient } from "@aws-sdk/client-rds";
import { instanceHour } from "../../src/cost/prices.ts";
import type { At } from "./left.ts";

/**
 * The cheapest class with a known price that the region offers for Aurora MySQL 3.
 *
 * @throws when it offers none
 */
export async function smallestClass(at: At): Promise<string> {
  const offered = new Set<string>();
  const pages = paginateDescribeOrderableDBInstanceOptions({ client: new RDSClient(at) }, { Engine: "aurora-mysql" });
  for await (const { OrderableDBInstanceOptions = [] } of pages) {
    for (const { DBInstanceClass, EngineVersion } of OrderableDBInstanceOptions) {
      if (DBInstanceClass !== undefined && EngineVersion?.includes("aurora.3.")) offered.add(DBInstanceClass);
    }
  }
  const [cheapest] = Object.entries(instanceHour)
    .filter(([name]) => offered.has(name))
    .sort(([, a], [, b]) => a - b);
  if (cheapest === undefined) throw new Error(`${at.region} offers no class for Aurora MySQL 3 whose price is known`);
  return cheapest[0];
}
