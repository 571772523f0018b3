import type { RegionName } from "./regions.ts";

/** The built-in sets of defaults. */
export const PRESETS = ["dev", "staging", "prod"] as const;
export type Preset = (typeof PRESETS)[number];

export function isPreset(name: string): name is Preset {
  return PRESETS.some((preset) => preset === name);
}

export interface SubnetSettings {
  /** Availability zone, for example us-east-1a. */
  readonly zone: string;
  readonly cidr: string;
}

export interface NetworkSettings {
  readonly cidr: string;
  readonly publicSubnets: readonly [SubnetSettings, SubnetSettings];
  /** Each lies in the zone of the public subnet at the same place. */
  readonly privateSubnets: readonly [SubnetSettings, SubnetSettings];
  /** One for both zones, or one per zone. */
  readonly natGateways: 1 | 2;
}

export interface DatabaseSettings {
  /** "lts": the newest LTS line that the region offers; or one version, for example 8.0.mysql_aurora.3.10.0. */
  readonly engineVersion: string;
  readonly instanceClass: string;
  /** Instances besides the writer. */
  readonly readers: number;
  /** Days that automated backups are kept. */
  readonly backupDays: number;
  readonly name: string;
  readonly masterUsername: string;
}

export interface ApiSettings {
  readonly authorization: "NONE" | "AWS_IAM";
  /** Requests per second, and how many may come at once. */
  readonly throttle: { readonly rate: number; readonly burst: number };
}

export interface DomainSettings {
  /** The API's host name; the zone's own name or one under it. */
  readonly name: string;
  /** Name of the hosted zone: the apex. */
  readonly zone: string;
  /** An existing zone that is only ever given records. Without it, tap makes the zone. */
  readonly hostedZoneId?: string;
}

/** Everything that is configurable about one environment, complete and checked. */
export interface Settings {
  /** The suffix: it *is* the environment, in names, tags, state file and lock. */
  readonly environment: string;
  /** The environment whose settings these are: `environment` itself, or another one when this is a copy of it. */
  readonly settingsOf: string;
  readonly preset: Preset;
  readonly region: RegionName;
  /** Twelve digits. A guard: tap stops when the credentials belong to another account. */
  readonly account?: string;
  /** Profile of the AWS configuration files that the credentials come from. */
  readonly profile?: string;
  /** Role to assume with those credentials. */
  readonly roleArn?: string;
  /** Where its state is kept in S3, to be shared: `s3://bucket/prefix`. Absent: in the project's folder. */
  readonly state?: string;
  /** What `down` does with data: "preserve" keeps database, objects, logs, zone and key. */
  readonly data: "discard" | "preserve";
  readonly network: NetworkSettings;
  /** Days between scheduling the key's deletion and its end. */
  readonly encryption: { readonly deletionWindowDays: number };
  readonly artifacts: { readonly expireDays: number };
  readonly logs: { readonly retentionDays: number };
  readonly database: DatabaseSettings;
  readonly functions: { readonly memoryMb: number; readonly timeoutSeconds: number; readonly runtime: string };
  readonly api: ApiSettings;
  /** Absent: the steps for certificate, domain and DNS are skipped. */
  readonly domain?: DomainSettings;
}
