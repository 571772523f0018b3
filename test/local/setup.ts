import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { installEmulator, root } from "./installed.ts";

/** Before the first test of the project: `dist/` is built from what is there now, and the emulator is installed. */
export default async function setup(): Promise<void> {
  const build = promisify(execFile)(process.execPath, [join(root, "scripts", "build.ts")]);
  await Promise.all([build, installEmulator()]);
}
