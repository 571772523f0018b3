import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";

/** What the file system says no with, in words. */
const refusals: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "this user's share of the disk is used up",
  EROFS: "the file system is read-only",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
};

/**
 * Why something could not be written, where the file system is the reason; undefined where it is not.
 *
 * @param path what was to be written
 */
export function diskRefusal(error: unknown, path: string): string | undefined {
  const code = codeOf(error);
  const told = code === undefined ? undefined : refusals[code];
  if (told !== undefined || code !== "ENOENT") return told;
  // Where a folder is to be made with those above it, Node.js says that they are not there, whatever the reason.
  return nearestRefusal(dirname(path));
}

/**
 * What an error says, where it is one that only writing has and the file system is the reason: no space, no right to
 * write to a file system, no folder that can be made.
 */
export function writeRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error && "syscall" in error)) return undefined;
  const code = codeOf(error) ?? "";
  if (error.syscall !== "mkdir" && !["ENOSPC", "EDQUOT", "EROFS"].includes(code)) return undefined;
  const path = "path" in error && typeof error.path === "string" ? error.path : undefined;
  const why = diskRefusal(error, path ?? "");
  return why === undefined || path === undefined ? why : `${path} cannot be written: ${why}`;
}

/** What is wrong with the nearest folder that is there. */
function nearestRefusal(folder: string): string | undefined {
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" && dirname(folder) !== folder) return nearestRefusal(dirname(folder));
    return code === undefined ? undefined : refusals[code];
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
