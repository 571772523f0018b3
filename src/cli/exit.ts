import { CommanderError } from "@commander-js/extra-typings";
import { writeRefusal } from "../config/disk.ts";
import { InterruptedError, TapError } from "../engine/errors.ts";
import { folded } from "../report/fold.ts";
import { makeStyle, wantsColours } from "../report/style.ts";
import { sanitise } from "../report/text.ts";
import type { Io } from "./io.ts";

/** What tap's exit codes mean. Scripts rely on them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Bad input, or drift with `--exit-code`. */
  refused: 2,
  locked: 3,
  interrupted: 130,
} as const;

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return exitCodes.interrupted;
  // Help and the version are errors to commander, with the code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.refused;
  if (error instanceof Error && "exitCode" in error && typeof error.exitCode === "number") return error.exitCode;
  return exitCodes.failed;
}

/** Says what went wrong and what to do, on standard error. */
export function explain<Aws>(io: Io<Aws>, error: unknown, verbose: boolean): void {
  // Commander has said it already.
  if (error instanceof CommanderError) return;
  const style = makeStyle(wantsColours(io.stderr, io.variables));
  const say = (text: string) => io.stderr.write(`${folded(text, io.stderr)}\n`);
  if (error instanceof InterruptedError) return void say(style.warn("Interrupted. Nothing was changed."));
  const refusal = error instanceof TapError ? undefined : writeRefusal(error);
  const message = refusal ?? (error instanceof Error ? error.message || error.name : String(error));
  const isExpected =
    refusal !== undefined || error instanceof TapError || (error instanceof Error && "exitCode" in error);
  const [first = "", ...rest] = message.split("\n").map(sanitise);
  say(`${style.bad("error:")} ${isExpected ? "" : "unexpected: "}${first}`);
  for (const line of rest) say(line);
  if (error instanceof TapError && error.advice !== undefined) say(`${style.note("→")} ${sanitise(error.advice)}`);
  if (verbose) say(style.dim(stackOf(error)));
  else if (!isExpected) say(`${style.note("→")} --verbose shows where it happened.`);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
