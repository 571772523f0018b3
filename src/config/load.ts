import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "./errors.ts";
import { noSettingsFile, SETTINGS_FILE, type SettingsFile } from "./file.ts";

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
