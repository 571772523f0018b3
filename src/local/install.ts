import { access, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../state/atomic.ts";
import { installFailure } from "./install-failure.ts";
import { run } from "./processes.ts";
import { findPython } from "./python.ts";

/** The emulator that tap runs as the local AWS: https://pypi.org/project/ministack/ */
export const emulator = "ministack";

/** The version whose gaps `unreported` lists. */
export const emulatorVersion = "1.5.33";

/** All that is installed, by version and hash, so that nobody can put something else in its place. */
const requirements = join(import.meta.dirname, "requirements.txt");

/** Where pip and the virtual environment are given up on. */
const installTimeoutMs = 300_000;

export const venvOf = (dir: string): string => join(dir, "venv");
export const pythonOf = (dir: string): string => join(venvOf(dir), "bin", "python");

/** Written last, so an environment without it is one whose making was interrupted. */
const markerOf = (dir: string): string => join(venvOf(dir), "installed");

/** The version that is installed, whole; `undefined` when none is. */
export async function installedVersion(dir: string): Promise<string | undefined> {
  try {
    // The environment's python is a link, which dangles once the Python it was made with has been removed.
    await access(pythonOf(dir));
    return (await readFile(markerOf(dir), "utf8")).trim();
  } catch {
    return undefined;
  }
}

/**
 * Installs the emulator into a virtual environment of its own, unless this very version is there.
 *
 * @param dir the local AWS's folder
 * @param path where Python is looked for, as in the environment variable PATH
 * @throws {PythonError} without a Python that is new enough
 * @throws {LocalAwsError} when the installation fails, with its cause or the end of pip's output
 */
export async function install(dir: string, path: string, onProgress: (text: string) => void): Promise<void> {
  if ((await installedVersion(dir)) === emulatorVersion) return;
  const python = await findPython(path);
  onProgress(`Installing ${emulator} ${emulatorVersion} with Python ${python.version} into ${dir} (once)`);
  const venv = venvOf(dir);
  await rm(venv, { recursive: true, force: true });
  await must(dir, "the virtual environment could not be made", python.command, ["-m", "venv", venv], path);
  const quietly = ["--disable-pip-version-check", "--no-input", "--quiet"];
  const pip = ["-m", "pip", "install", ...quietly, "--require-hashes", "--requirement", requirements];
  await must(dir, `pip could not install ${emulator} ${emulatorVersion}`, pythonOf(dir), pip, path);
  await writeAtomically(markerOf(dir), `${emulatorVersion}\n`);
}

async function must(
  dir: string,
  failure: string,
  program: string,
  args: readonly string[],
  path: string,
): Promise<void> {
  const { code, output } = await run(program, args, { path, purpose: "downloads", timeoutMs: installTimeoutMs });
  if (code !== 0) throw await installFailure(failure, output, dir);
}
