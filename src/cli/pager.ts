import { spawn } from "node:child_process";
import { childEnvironment } from "../local/child-environment.ts";
import { heightOf } from "../report/screen.ts";
import type { Io } from "./io.ts";

type Variables = Io<never>["variables"];

/**
 * The command that a text is to be shown with: `$PAGER`, where a person sits before a terminal that has fewer lines than
 * the text. `undefined`: it is just printed.
 */
export function pagerFor<Aws>(
  { stdin, stdout, variables }: Pick<Io<Aws>, "stdin" | "stdout" | "variables">,
  text: string,
): string | undefined {
  const { isTTY, columns = 80, rows = 24 } = stdout;
  const { PAGER: pager = "", TERM, CI = "" } = variables;
  if (pager.trim() === "" || isTTY !== true || stdin.isTTY !== true || TERM === "dumb" || CI !== "") return undefined;
  const height = text.split("\n").reduce((sum, line) => sum + heightOf(line, columns), 0);
  // The line that the cursor is on is one of the terminal's.
  return height < rows ? undefined : pager;
}

/**
 * A pager's whole environment: nothing of the user's credentials. Unless the user has said otherwise, `less` shows
 * colours, leaves the text on the screen, and ends by itself where there is nothing to page.
 */
export const pagerEnvironment = (variables: Variables): Record<string, string> => ({
  LESS: "FRX",
  ...childEnvironment("pages", variables),
});

/**
 * Shows a text in a pager, and waits until the user leaves it.
 *
 * @param command for `sh -c`, as POSIX has it of PAGER (man, "Environment variables")
 * @returns false when there is no such command: nothing was shown
 */
export function showInPager(command: string, text: string, variables: Variables): Promise<boolean> {
  const child = spawn("sh", ["-c", command], {
    env: pagerEnvironment(variables),
    stdio: ["pipe", "inherit", "inherit"],
  });
  // Whoever leaves before the end has not read it all.
  child.stdin.on("error", () => undefined);
  child.stdin.end(`${text}\n`);
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    // 126, 127: it cannot be run, or is not there (POSIX, "Exit status for commands").
    child.once("close", (code) => resolve(code !== 126 && code !== 127));
  });
}
