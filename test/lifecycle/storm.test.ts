import fc from "fast-check";
import { expect, test } from "vitest";
import { progress } from "../progress.ts";
import { prepare, weatherStorm } from "./storm/storm.ts";
import { weather } from "./storm/weather.ts";

/**
 * Fault storms: `up` and `down` while everything goes wrong that can. Each run ends well, or with errors that say what
 * to do; the next one, in fine weather, ends in the same cloud as one that nothing disturbed, and `down` leaves nothing.
 *
 *     npx vitest run test/lifecycle/storm.test.ts                     a sample
 *     npm run test:storm                                              2,000 storms, on all cores
 *     STORM=100 npx vitest run test/lifecycle/storm.test.ts           another number
 *     SEED=<seed>/<path> npx vitest run test/lifecycle/storm.test.ts  the storm that a failure names
 */
const { STORM = "30", SEED = "1" } = process.env;
const [seed = "1", path] = SEED.split("/");

test("every storm ends", { timeout: 4 * 3_600_000 }, async () => {
  await prepare();
  const numRuns = path === undefined ? Number(STORM) : 1;
  const done = progress("storm", numRuns);
  const property = fc.asyncProperty(weather, (one) => weatherStorm(one).finally(done));
  const details = await fc.check(property, {
    seed: Number(seed),
    numRuns,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  });
  console.log(`storm: ${details.numRuns} seeds, ${details.numRuns - (details.failed ? 1 : 0)} green`);
  const why = details.errorInstance instanceof Error ? details.errorInstance.message : details.errorInstance;
  const replay = `SEED=${details.seed}/${details.counterexamplePath} npm run test:storm`;
  expect(details.failed, `${why}\n${JSON.stringify(details.counterexample)}\nreplay: ${replay}`).toBe(false);
});
