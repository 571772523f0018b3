import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "./errors.ts";
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

/**
 * Reads the settings file.
 *
 * @param dir the project's folder, in which `tap.yaml` may be missing
 * @param path another file, which must be there
 * @throws InputError listing everything that is wrong in it
 */
export async function loadSettingsFile(dir: string, path?: string): Promise<SettingsFile> {
  const file = path ?? join(dir, SETTINGS_FILE);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" && path === undefined) return noSettingsFile;
    throw new InputError([{ path: file, expected: `a readable settings file (${code ?? error})` }]);
  }
  // The parser and the schema cost start-up time, which a project without the file need not pay.
  const { parseSettingsFile } = await import("./parse.ts");
  return parseSettingsFile(text, path ?? SETTINGS_FILE);
}
