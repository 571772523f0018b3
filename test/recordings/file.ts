import { readFile } from "node:fs/promises";
import * as z from "zod";
import type { Plain, Recorded } from "./exchange.ts";

const plain: z.ZodType<Plain> = z.json();

const line = z.object({
  service: z.string(),
  operation: z.string(),
  time: z.string(),
  input: plain,
  output: plain.optional(),
  error: z.object({ name: z.string(), message: z.string(), status: z.number().nullable() }).optional(),
});

/**
 * Reads a recording: JSON Lines, one call each.
 *
 * @throws naming file and line where it is none
 */
export async function readRecording(path: string): Promise<Recorded[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((text) => text !== "");
  return lines.map((text, i) => {
    try {
      const { output, error, ...head } = line.parse(JSON.parse(text));
      return { ...head, ...(output === undefined ? {} : { output }), ...(error === undefined ? {} : { error }) };
    } catch (cause) {
      throw new Error(`${path}:${i + 1} is no line of a recording`, { cause });
    }
  });
}
