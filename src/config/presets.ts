/** The built-in sets of defaults. */
export const PRESETS = ["dev", "staging", "prod"] as const;
export type Preset = (typeof PRESETS)[number];

export function isPreset(name: string): name is Preset {
  return PRESETS.some((preset) => preset === name);
}

/** All settings that have a default, in the order in which they are shown. */
const dev = {
  data: "discard",
  network: { natGateways: 1 },
  encryption: { deletionWindowDays: 7 },
  artifacts: { expireDays: 90 },
  logs: { retentionDays: 30 },
  database: {
    engineVersion: "lts",
    instanceClass: "db.r5.large",
    readers: 2,
    name: "trading",
    masterUsername: "admin",
    backupDays: 1,
  },
  functions: { memoryMb: 512, timeoutSeconds: 30, runtime: "nodejs24.x" },
  api: { authorization: "NONE", throttle: { rate: 50, burst: 100 } },
} as const;

/**
 * Defaults of the three environments; the settings file overrides any of them. Addresses come from the region; account,
 * credentials and domain from the user.
 */
export const PRESET_SETTINGS = {
  dev,
  staging: {
    ...dev,
    database: { ...dev.database, backupDays: 3 },
    api: { authorization: "AWS_IAM", throttle: { rate: 100, burst: 200 } },
  },
  prod: {
    ...dev,
    data: "preserve",
    encryption: { deletionWindowDays: 30 },
    database: { ...dev.database, backupDays: 14 },
    api: { authorization: "AWS_IAM", throttle: { rate: 1000, burst: 2000 } },
  },
} as const satisfies Readonly<Record<Preset, object>>;
