import { access, mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { emulatorVersion, install, installedVersion, venvOf } from "../../src/local/install.ts";
import { run, tail } from "../../src/local/processes.ts";
import { findPython } from "../../src/local/python.ts";

export const root = join(import.meta.dirname, "..", "..");

const cache = join(root, "node_modules", ".cache");
const emulatorHome = join(cache, `ministack-${emulatorVersion}`);

const path = () => process.env["PATH"] ?? "";
const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

/** Installs once what tap would install into every project, so that not every test waits for pip. */
export async function installEmulator(): Promise<void> {
  if ((await installedVersion(emulatorHome)) === emulatorVersion) return;
  await once(emulatorHome, (fresh) => install(fresh, path(), () => undefined));
}

/** Makes a local AWS's folder in which the emulator is installed already. */
export async function linkEmulator(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await symlink(venvOf(emulatorHome), venvOf(dir));
}

/**
 * Installs a Python package, unless it is there.
 *
 * @returns the Python that has it
 */
export async function installPackage(name: string, requirement: string): Promise<string> {
  const home = join(cache, name);
  const python = join(home, "bin", "python");
  if (await exists(python)) return python;
  await once(home, async (fresh) => {
    const { command } = await findPython(path());
    await must(command, ["-m", "venv", fresh]);
    await must(join(fresh, "bin", "python"), ["-m", "pip", "install", "--quiet", "--no-input", requirement]);
  });
  return python;
}

/** Makes a folder all or nothing: of two processes that do it at once, one wins. */
async function once(home: string, make: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = `${home}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    await make(fresh);
    // What is there is broken, or was made by another process a moment ago: either way this one is as good.
    await rm(home, { recursive: true, force: true });
    await rename(fresh, home);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function must(program: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(program, args, { path: path(), timeoutMs: 300_000 });
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${tail(output)}`);
}
