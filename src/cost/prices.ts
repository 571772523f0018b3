import type { Price } from "../engine/kind.ts";

/**
 * AWS's list prices in us-east-1, on demand, in US dollars, as far as they were known on the given date. They are for
 * estimates: AWS changes its prices, other regions have others, and discounts, taxes and free tiers are left out.
 *
 * Sources: https://aws.amazon.com/rds/aurora/pricing/ (Aurora Standard), https://aws.amazon.com/vpc/pricing/ (NAT
 * gateways, public IPv4 addresses), and the pages "pricing" of KMS, Secrets Manager, Route 53, CloudWatch and S3. To
 * bring them up to date, compare every figure with its page, then change the date.
 */
export const pricesOf = { date: "2025-06", region: "us-east-1" } as const;

/** As AWS's own calculator has it. */
export const hoursPerMonth = 730;

/** One Aurora MySQL instance for an hour, by class. */
export const instanceHour: Readonly<Record<string, number>> = {
  "db.t3.small": 0.041,
  "db.t3.medium": 0.082,
  "db.t3.large": 0.164,
  "db.t4g.medium": 0.073,
  "db.t4g.large": 0.146,
  "db.r5.large": 0.29,
  "db.r5.xlarge": 0.58,
  "db.r5.2xlarge": 1.16,
  "db.r5.4xlarge": 2.32,
  "db.r5.8xlarge": 4.64,
  "db.r5.12xlarge": 6.96,
  "db.r5.16xlarge": 9.28,
  "db.r5.24xlarge": 13.92,
  "db.r6g.large": 0.26,
  "db.r6g.xlarge": 0.519,
  "db.r6g.2xlarge": 1.038,
  "db.r6g.4xlarge": 2.076,
  "db.r6g.8xlarge": 4.152,
  "db.r6g.12xlarge": 6.228,
  "db.r6g.16xlarge": 8.304,
  "db.r7g.large": 0.276,
  "db.r7g.xlarge": 0.553,
  "db.r7g.2xlarge": 1.106,
  "db.r7g.4xlarge": 2.211,
  "db.r7g.8xlarge": 4.422,
  "db.r7g.12xlarge": 6.633,
  "db.r7g.16xlarge": 8.844,
};

/** One of each for an hour. What passes through a NAT gateway comes on top. */
export const hour = { natGateway: 0.045, publicAddress: 0.005 } as const;

/** One of each for a month. */
export const month = { key: 1, secret: 0.4, hostedZone: 0.5 } as const;

/** One GB for a month. */
export const gigabyteMonth = { snapshots: 0.021, logs: 0.03, objects: 0.023 } as const;

/** "$0.40 a month" */
export const monthText = (what: keyof typeof month): string => `$${month[what].toFixed(2)} a month`;

/** "about $0.021 per GB and month" */
export const gigabyteText = (what: keyof typeof gigabyteMonth): string =>
  `about $${gigabyteMonth[what]} per GB and month`;

/** The price of what costs so much a month. */
export const monthly = (what: string, usd: number) => (): Price => ({ what, usd });

/** The price of what costs so much an hour. */
export const hourly = (what: string, usd: number) => monthly(what, usd * hoursPerMonth);

/** The price of a database instance of a class. */
export function instancePrice(instanceClass?: string): Price {
  const price = instanceClass === undefined ? undefined : instanceHour[instanceClass];
  return { what: instanceClass ?? "instance", usd: price === undefined ? null : price * hoursPerMonth };
}
