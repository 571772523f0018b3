import type { Overrides } from "./schema.ts";

/** The same with nothing left out, however deep. */
type Complete<T> = T extends object ? { readonly [Key in keyof T]-?: Complete<T[Key]> } : T;

/** Settings that are absent unless the settings file has them. They are shown before those that always are there. */
export const WITHOUT_DEFAULT = ["account", "profile", "roleArn", "state", "accept", "iam"] as const;
type WithoutDefault = (typeof WITHOUT_DEFAULT)[number];

type Domain = NonNullable<Overrides["domain"]>;
export type DomainSettings = Complete<Omit<Domain, "hostedZoneId">> & Readonly<Pick<Domain, "hostedZoneId">>;

/** Everything that is configurable about one environment, complete and checked. What each means, the schema says. */
export interface Settings
  extends Complete<Omit<Overrides, WithoutDefault | "domain">>,
    Readonly<Pick<Overrides, WithoutDefault>> {
  /** The suffix: it *is* the environment, in names, tags, state file and lock. */
  readonly environment: string;
  /** The environment whose settings these are: `environment` itself, or another one when this is a copy of it. */
  readonly settingsOf: string;
  /** Absent: the steps for certificate, domain and DNS are skipped. */
  readonly domain?: DomainSettings;
}

/** What a preset decides. Addresses come from the region. */
export type Defaults = Omit<Complete<Overrides>, WithoutDefault | "preset" | "region" | "network" | "domain"> & {
  readonly network: Omit<Settings["network"], "cidr" | "publicSubnets" | "privateSubnets">;
};
