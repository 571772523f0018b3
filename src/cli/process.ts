import type { AccountLimits } from "../aws/account-limits.ts";
import { wallClock } from "../engine/clock.ts";
import { main } from "./main.ts";

/**
 * Runs tap in this process, and ends it.
 *
 * @param code the functions' ZIP: its path
 */
export async function runProcess(code: string): Promise<void> {
  // A reader that goes away (tap status | head) is no reason to stop half-way through a change.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  let shares: AccountLimits | undefined;
  const exitCode = await main(process.argv.slice(2), {
    cwd: process.cwd(),
    variables: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: wallClock,
    signals: process,
    open: async (environment, options) => {
      // The SDK's clients and the platform; help, config and unlock need none of them.
      const [{ openSession }, loaded] = await Promise.all([
        import("../session/open.ts"),
        import("../aws/account-limits.ts"),
      ]);
      shares ??= new loaded.AccountLimits(wallClock);
      return openSession(environment, options, { code, shares });
    },
    page: async (command, text) => {
      const { showInPager } = await import("./pager.ts");
      return showInPager(command, text, process.env);
    },
    exit: (status) => process.exit(status),
  });
  // Reads that were given up on would keep the process alive; what was written has to come out first.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
  process.exit(exitCode);
}
