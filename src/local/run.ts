import { spawn } from "node:child_process";

/** How a program ended. `output` is what it wrote, to either stream, in order. */
export interface Ended {
  /** `undefined` when it could not be started or was ended by a signal. */
  readonly code: number | undefined;
  readonly output: string;
}

/** Runs a program to its end, without input. A program that does not exist is an end without a code. */
export function run(
  program: string,
  args: readonly string[],
  { path, timeoutMs }: { readonly path: string; readonly timeoutMs: number },
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      // Not the option `timeout`: its timer outlives a program that does not exist, and holds this process.
      signal: AbortSignal.timeout(timeoutMs),
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", (error) => resolve({ code: undefined, output: output || error.message }));
    child.once("close", (code) => resolve({ code: code ?? undefined, output }));
  });
}

/** The last lines of a text, for an error message. */
export function tail(text: string, lines = 12): string {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
