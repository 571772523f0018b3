import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";

/** Why a file's text cannot be had; the message is to be read after the file's name: "is a folder". */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";
}

/** Far more than any file of tap's ever holds: who named a larger one meant another. */
const usualMost = 16 * 1024 * 1024;

/**
 * The text of a file. What is none is never waited for: a pipe may have no writer, and a device no end.
 *
 * @param most how large it may be, in bytes
 * @returns undefined when there is nothing of this name
 * @throws {UnreadableFileError}
 */
export async function readText(path: string, most = usualMost): Promise<string | undefined> {
  // A pipe that is opened for reading waits for a writer unless told otherwise (open(2), O_NONBLOCK).
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new UnreadableFileError(`cannot be read (${error.code})`, { cause: error });
  });
  if (file === undefined) {
    const there = await lstat(path).catch(() => undefined);
    if (there === undefined) return undefined;
    if (there.isSymbolicLink()) throw new UnreadableFileError("is a link that leads nowhere");
    // Somebody has made it just now.
    return readText(path, most);
  }
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw new UnreadableFileError("is a folder");
    if (!found.isFile()) throw new UnreadableFileError("is a pipe or a device, not a file");
    if (found.size > most) throw new UnreadableFileError(`is larger than ${most / 1024} kB`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}
