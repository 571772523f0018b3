import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** A sample of `npm run test:kill -- --times 200`: two kills of `up`, one of `down`. */
test("tap is killed at random moments and run again: nothing twice, nothing orphaned", async () => {
  const script = join(import.meta.dirname, "..", "kill", "kill.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--times", "3", "--seed", "11"]);
  expect(stdout).toBe("kill -9: 3 runs, 0 orphans, 0 duplicates\n");
});
