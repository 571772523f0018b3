import { createInterface } from "node:readline";
import { InputError } from "../config/errors.ts";
import { InterruptedError } from "../engine/errors.ts";
import type { Reporter } from "../report/reporter.ts";
import type { Io } from "./io.ts";

/** Whether a question that comes up can be answered. */
export const isAnswerable = <Aws>({ stdin }: Io<Aws>, yes: boolean): boolean => yes || stdin.isTTY === true;

/**
 * Refuses to go on when a question will come up and there is nobody to answer it.
 *
 * @param word what has to be typed, or given, instead of "y"
 * @throws {InputError}
 */
export function requireAnswerable<Aws>(io: Io<Aws>, yes: boolean, word?: string): void {
  if (isAnswerable(io, yes)) return;
  const missing =
    word === undefined
      ? { path: "--yes", expected: "it to be given, since there is no terminal to ask on" }
      : { path: "--confirm", expected: `the environment's name, ${word}, since there is no terminal to type it on` };
  throw new InputError([missing]);
}

/**
 * Asks, and waits for one line. Only "y" and "yes" mean yes, or only the given word does; the end of the input means no.
 *
 * @throws {InterruptedError} when the user asks to stop instead
 */
export async function confirm<Aws>(
  io: Io<Aws>,
  reporter: Reporter,
  question: string,
  signal?: AbortSignal,
  word?: string,
): Promise<boolean> {
  reporter.prompt(word === undefined ? `${question} [y/N]` : `${question} Type ${word} to go on:`);
  // Not as a terminal: then Ctrl-C is a signal here as everywhere else.
  const lines = createInterface({ input: io.stdin, terminal: false });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const stop = () => reject(new InterruptedError("interrupted"));
      if (signal?.aborted) stop();
      signal?.addEventListener("abort", stop, { once: true });
      lines.once("line", resolve);
      lines.once("close", () => resolve(""));
    });
    return word === undefined ? /^y(es)?$/i.test(answer.trim()) : answer.trim() === word;
  } finally {
    lines.close();
  }
}
