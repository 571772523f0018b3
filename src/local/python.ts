import { PythonError } from "./errors.ts";
import { run } from "./processes.ts";

const newest = 14;
const oldest = 10;

/** Names of Python 3, the newest first: the unversioned one may be older than its siblings. */
const names: readonly string[] = [
  ...Array.from({ length: newest - oldest + 1 }, (_, i) => `python3.${newest - i}`),
  "python3",
];

/** Says the version first, so that it is known even where Debian ships Python without what makes environments. */
const question = "import sys; print(*sys.version_info[:2], flush=True); import venv, ensurepip";

/** A Python on the PATH that can make virtual environments. */
export interface Python {
  readonly command: string;
  /** For example "3.12". */
  readonly version: string;
}

/**
 * Finds a Python that is new enough.
 *
 * @param path where to look, as in the environment variable PATH
 * @throws {PythonError} when there is none; it says what was found instead
 */
export async function findPython(path: string): Promise<Python> {
  const seen: { python: Python; flaw: "old" | "bare" }[] = [];
  for (const command of names) {
    const { code, output } = await run(command, ["-c", question], { path, purpose: "downloads", timeoutMs: 20_000 });
    const [, major, minor] = /^(\d+) (\d+)$/m.exec(output) ?? [];
    if (major === undefined || minor === undefined) continue;
    const python = { command, version: `${major}.${minor}` };
    const flaw = Number(major) === 3 && Number(minor) >= oldest ? "bare" : "old";
    if (flaw === "bare" && code === 0) return python;
    seen.push({ python, flaw });
  }
  const bare = seen.find(({ flaw }) => flaw === "bare");
  if (bare !== undefined) {
    throw new PythonError(`${describe(bare.python)} cannot make virtual environments, which the local AWS needs`, {
      advice:
        "Install its venv module (Debian, Ubuntu: apt-get install python3-venv), then run the same command again.",
    });
  }
  const instead =
    seen.length === 0 ? "there is none on the PATH" : `found ${seen.map((s) => describe(s.python)).join(", ")}`;
  throw new PythonError(`the local AWS needs Python 3.${oldest} or newer: ${instead}`, {
    advice:
      `Install Python 3.${oldest} or newer (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python; ` +
      "others: https://www.python.org/downloads/), then run the same command again.",
  });
}

function describe({ command, version }: Python): string {
  return `Python ${version} (${command})`;
}
