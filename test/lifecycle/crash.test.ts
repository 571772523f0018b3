import { expect, test } from "vitest";
import { progress } from "../progress.ts";
import { type Cell, cells, check, nameOf } from "./crash/matrix.ts";
import { scenarios } from "./crash/scenarios.ts";

/**
 * The crash matrix: a process is killed before each mutating call, after it and before its reply, and before, in and
 * after each write of the state; the next one finds the state, none, or the version before; and ends in the same cloud
 * as a run that nobody disturbed.
 *
 *     npx vitest run test/lifecycle/crash.test.ts                        a sample
 *     npm run test:crash                                                 every cell, on all cores
 *     CRASH=3/8 npx vitest run test/lifecycle/crash.test.ts              the third of eight parts
 *     CRASH="down | after call 17:" npx vitest run …                     the cells whose names contain that
 */
const asked = process.env["CRASH"];
const sampleSize = 140;

const all = await cells(scenarios);

/** Spread over the whole matrix by the golden ratio, the same each time. */
function sample(): Cell[] {
  const places = Array.from({ length: sampleSize }, (_, n) => Math.floor(((n * 0.6180339887498949) % 1) * all.length));
  return [...new Set(places)].sort((a, b) => a - b).flatMap((place) => all[place] ?? []);
}

function choose(): readonly Cell[] {
  if (asked === undefined) return sample();
  const [, part, parts] = (/^(\d+)\/(\d+)$/.exec(asked) ?? []).map(Number);
  if (part !== undefined && parts !== undefined) return all.filter((_, index) => index % parts === part - 1);
  return all.filter((cell) => nameOf(cell).includes(asked));
}

test("every cell ends as if nothing had happened", { timeout: 4 * 3_600_000 }, async () => {
  const chosen = choose();
  expect(chosen.length).toBeGreaterThan(0);
  const red: string[] = [];
  const done = progress("crash matrix", chosen.length);
  for (const cell of chosen) {
    try {
      await check(cell);
    } catch (error) {
      red.push(`${nameOf(cell)}\n${error instanceof Error ? error.message : error}`);
    }
    done();
  }
  const of = chosen.length < all.length ? ` (of ${all.length})` : "";
  console.log(`crash matrix: ${chosen.length} cells${of}, ${chosen.length - red.length} green`);
  expect(red.length, red.slice(0, 20).join("\n\n")).toBe(0);
});
