import { openSync, writeSync } from "node:fs";
import type { CallRecord } from "../aws/caller.ts";
import { InputError } from "../config/errors.ts";
import { makeStyle, type Sink, type Style, wantsColours } from "./style.ts";
import { sanitise } from "./text.ts";

/** One call on one line: "2026-11-03T12:03:14.120Z ec2 DescribeVpcs 85 ms, request 4f3a…". */
export function callText(call: CallRecord, style: Style): string {
  const { service, operation, at, durationMs, attempt, requestId, error } = call;
  const parts = [
    `${service} ${operation} ${Math.round(durationMs)} ms`,
    ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
    ...(error === undefined ? [] : [style.warn(sanitise(error))]),
    ...(requestId === undefined ? [] : [`request ${sanitise(requestId)}`]),
  ];
  return `${style.dim(new Date(at).toISOString())} ${parts.join(", ")}`;
}

/** Shows calls as they end. */
export function showCalls(
  stderr: Sink,
  variables: Readonly<Record<string, string | undefined>>,
): (call: CallRecord) => void {
  const style = makeStyle(wantsColours(stderr, variables));
  return (call) => void stderr.write(`${callText(call, style)}\n`);
}

/**
 * Appends calls to a file, a JSON value a line. Each is written at once, so that the file has the last call before a
 * crash, too. Once the file cannot be written any more (the disk is full), the run goes on without it.
 *
 * @param trouble told then, once
 * @throws {InputError} when the file cannot be opened
 */
export function logCalls(path: string, trouble: (text: string) => void): (call: CallRecord) => void {
  let file: number;
  try {
    file = openSync(path, "a", 0o600);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    throw new InputError([{ path: "--debug-log", value: path, expected: `a file that can be written (${code})` }]);
  }
  let broken = false;
  return (call) => {
    if (broken) return;
    const { at, ...rest } = call;
    try {
      writeSync(file, `${JSON.stringify({ at: new Date(at).toISOString(), ...rest })}\n`);
    } catch (error) {
      broken = true;
      const why = error instanceof Error ? error.message : String(error);
      trouble(sanitise(`No more calls are logged in ${path}: ${why}`));
    }
  };
}
