/** What differs between the regions that tap knows. */
export interface Region {
  /** The VPC's address range; one per region, so that VPCs of different regions can be peered. */
  readonly cidr: string;
  /** Letters of the two availability zones: `a` in us-east-1 is us-east-1a. */
  readonly zones: readonly [string, string];
}

/** The regions that tap can build in. Adding one is adding a line. */
export const REGIONS = {
  "us-east-1": { cidr: "10.0.0.0/16", zones: ["a", "b"] },
  "us-east-2": { cidr: "10.1.0.0/16", zones: ["a", "b"] },
  "us-west-2": { cidr: "10.2.0.0/16", zones: ["a", "b"] },
} as const satisfies Record<string, Region>;

export type RegionName = keyof typeof REGIONS;

export const DEFAULT_REGION: RegionName = "us-east-1";

export function isRegion(name: string): name is RegionName {
  return Object.hasOwn(REGIONS, name);
}

/** The known regions, for messages. */
export const REGION_LIST = Object.keys(REGIONS).join(", ");
