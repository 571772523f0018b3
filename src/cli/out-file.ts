import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { InputError } from "../config/errors.ts";
import { isSettingsFileName } from "../config/load.ts";
import { stateFolder } from "../session/backend.ts";

/** Where `--out` writes. */
export interface OutFile {
  /** As the user has said it. */
  readonly name: string;
  readonly path: string;
}

/**
 * Refuses a place where nothing can be written, and one that tap's own files have, before anything is looked at.
 *
 * @param dir the project's folder
 * @throws {InputError}
 */
export async function requireOutFile({ name, path }: OutFile, dir: string): Promise<void> {
  const refuse = (expected: string) => new InputError([{ path: "--out", value: name, expected }]);
  const folder = dirname(path);
  await access(folder, constants.W_OK).catch(() => {
    throw refuse("a file in a folder that is there and can be written to");
  });
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) throw refuse("a file");
  if (isSettingsFileName(basename(path))) throw refuse("another file than the settings");
  const [states, into] = await Promise.all([realpath(stateFolder(dir)).catch(() => undefined), realpath(folder)]);
  if (states !== undefined && !relative(states, join(into, "file")).startsWith("..")) {
    throw refuse("a file outside the folder of states and locks");
  }
}
