/**
 * Compares recordings of an account with the in-memory AWS as it is now, without AWS:
 *
 *     npm run test:recordings                 all of recordings/
 *     npm run test:recordings -- a.jsonl …    these
 *
 * Each difference is a line; the exit code is 1 when there are any.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { differences } from "./compare.ts";
import { readRecording } from "./file.ts";
import { recordModel } from "./in-memory.ts";

const given = process.argv.slice(2);
const folder = "recordings";
const names = await readdir(folder).catch(() => []);
const files =
  given.length > 0 ? given : names.filter((name) => name.endsWith(".jsonl")).map((name) => join(folder, name));
if (files.length === 0) {
  console.error("no recordings: npm run test:aws makes one");
  process.exit(2);
}
const model = await recordModel();
for (const file of files) {
  const found = differences(await readRecording(file), model);
  for (const difference of found) console.log(`${file}: ${difference}`);
  console.log(`${file}: ${found.length} differences to the in-memory AWS`);
  if (found.length > 0) process.exitCode = 1;
}
