import { statfs } from "node:fs/promises";
import { LocalAwsError } from "./errors.ts";
import { tail } from "./processes.ts";

/** Less than this is a full disk, in bytes: what is installed takes some hundred times as much. */
const leastBytes = 1024 * 1024;

/**
 * Why an installation has failed, in a sentence where its cause is known; else with the end of what was said.
 *
 * @param failure what has failed
 * @param output what pip, or Python's venv, has said
 * @param folder where it was to be installed
 */
export async function installFailure(failure: string, output: string, folder: string): Promise<LocalAwsError> {
  const again = "run the same command again: it starts the installation anew.";
  // Python's venv keeps to itself why it has failed.
  if (output.includes("No space left on device") || (await freeBytes(folder)) < leastBytes) {
    return new LocalAwsError(`${failure}: the disk is full (${folder})`, { advice: `Free disk space, then ${again}` });
  }
  const refused = /Read-only file system|Permission denied/.exec(output)?.[0];
  if (refused !== undefined) {
    return new LocalAwsError(`${failure}: ${folder} cannot be written (${refused})`, {
      advice: `Let this user write there, then ${again}`,
    });
  }
  // pip says this for each of its tries, and then that there is no such package.
  const broken = /after connection broken by '(.*)': \//.exec(output)?.[1];
  if (broken !== undefined) {
    const cause = /(?:\[Errno -?\d+\]|:) ([^:'"()[\]]+)['")]*$/.exec(broken)?.[1] ?? broken;
    return new LocalAwsError(`${failure}: the package index cannot be reached (${cause})`, {
      advice: `Check the network, and the proxy where there is one, then ${again}`,
    });
  }
  return new LocalAwsError(`${failure}:\n${tail(output) || "it was interrupted"}`, {
    advice: `Check the network and the disk, then ${again}`,
  });
}

/** What this user can still write in a folder, in bytes; endless where the file system does not say. */
const freeBytes = (folder: string): Promise<number> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  );
