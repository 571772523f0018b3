import type { Overrides } from "./schema.ts";

/** Name of the settings file in the project's folder. */
export const SETTINGS_FILE = "tap.yaml";

/** Name of its JSON Schema, where the user has put one beside it (`tap config --schema`). */
export const SCHEMA_FILE = "tap.schema.json";

/** Steps into the file: keys, and indexes into lists. */
export type Path = readonly (string | number)[];

/** The settings file as it was written, each value checked by itself. */
export interface SettingsFile {
  /** Overrides for every environment. */
  readonly defaults: Overrides;
  readonly environments: ReadonlyMap<string, Overrides>;
  /** File name and line of a value, or of what should hold it, for messages. */
  source(path: Path): string;
}

/** What stands for a settings file when there is none. */
export const noSettingsFile: SettingsFile = { defaults: {}, environments: new Map(), source: () => SETTINGS_FILE };

/** `environments.dev.network.publicSubnets[0].cidr` */
export function formatPath(path: Path): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

/** What a path leads to; undefined where it leads nowhere. */
export function valueAt(content: unknown, path: Path): unknown {
  let value = content;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
