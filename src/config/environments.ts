import type { NetworkSettings, Preset, Settings } from "./settings.ts";

/** What a preset decides. Addresses come from the region; account, credentials and domain from the user. */
export interface PresetSettings
  extends Pick<Settings, "data" | "encryption" | "artifacts" | "logs" | "database" | "functions" | "api"> {
  readonly network: Pick<NetworkSettings, "natGateways">;
}

const database = {
  engineVersion: "lts",
  instanceClass: "db.r5.large",
  readers: 2,
  name: "trading",
  masterUsername: "admin",
};

const common = {
  network: { natGateways: 1 },
  artifacts: { expireDays: 90 },
  logs: { retentionDays: 30 },
  functions: { memoryMb: 512, timeoutSeconds: 30, runtime: "nodejs24.x" },
} as const;

/** Defaults of the three environments; the settings file overrides any of them. */
export const PRESET_SETTINGS: Readonly<Record<Preset, PresetSettings>> = {
  dev: {
    ...common,
    data: "discard",
    encryption: { deletionWindowDays: 7 },
    database: { ...database, backupDays: 1 },
    api: { authorization: "NONE", throttle: { rate: 50, burst: 100 } },
  },
  staging: {
    ...common,
    data: "discard",
    encryption: { deletionWindowDays: 7 },
    database: { ...database, backupDays: 3 },
    api: { authorization: "AWS_IAM", throttle: { rate: 100, burst: 200 } },
  },
  prod: {
    ...common,
    data: "preserve",
    encryption: { deletionWindowDays: 30 },
    database: { ...database, backupDays: 14 },
    api: { authorization: "AWS_IAM", throttle: { rate: 1000, burst: 2000 } },
  },
};
