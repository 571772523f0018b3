import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

/**
 * Compares a text that people see with the one that is kept in this folder. UPDATE_GOLDENS=1 keeps the new one instead:
 * read the difference before committing it.
 *
 * @param name of the file, without ".golden.txt"
 */
export function expectGolden(name: string, text: string): void {
  const file = new URL(`${name}.golden.txt`, import.meta.url);
  if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(file, `${text}\n`);
  expect(`${text}\n`).toBe(readFileSync(file, "utf8"));
}
