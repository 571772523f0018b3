import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "./errors.ts";
import { noSettingsFile, SETTINGS_FILE, type SettingsFile } from "./file.ts";
import { readText, UnreadableFileError } from "./read-text.ts";

/** Hundreds of environments with all their settings, in bytes. */
const largest = 256 * 1024;

/**
 * Reads the settings file.
 *
 * @param dir the project's folder, in which `tap.yaml` may be missing
 * @param path another file, which must be there
 * @throws InputError listing everything that is wrong in it
 */
export async function loadSettingsFile(dir: string, path?: string): Promise<SettingsFile> {
  const file = path ?? join(dir, SETTINGS_FILE);
  if (path === undefined) await refuseOtherNames(dir);
  const text = await readText(file, largest).catch((error: unknown) => {
    if (!(error instanceof UnreadableFileError)) throw error;
    throw new InputError([{ path: file, expected: `a settings file; this ${error.message}` }]);
  });
  if (text === undefined) {
    if (path === undefined) return noSettingsFile;
    throw new InputError([{ path: file, expected: "a settings file; there is none" }]);
  }
  // The parser and the schema cost start-up time, which a project without the file need not pay.
  const { parseSettingsFile } = await import("./parse.ts");
  return parseSettingsFile(text, path ?? SETTINGS_FILE);
}

/** Whether it is the settings file's name, or one that would be taken for it. */
export const isSettingsFileName = (name: string): boolean => /^\.?tap\.ya?ml$/i.test(name);

/** Refuses what would be taken for the settings file and is none: everything in it would be ignored, the account too. */
async function refuseOtherNames(dir: string): Promise<void> {
  // A folder that cannot be listed may still have a settings file that can be read.
  const names = await readdir(dir).catch(() => []);
  const others = names.filter((name) => name !== SETTINGS_FILE && isSettingsFileName(name));
  if (others.length === 0) return;
  throw new InputError(others.map((name) => ({ path: join(dir, name), expected: `the name ${SETTINGS_FILE}` })));
}
