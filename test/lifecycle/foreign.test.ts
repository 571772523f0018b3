import { inspect } from "node:util";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { progress } from "../progress.ts";
import { live, prepare, story } from "./foreign/account.ts";
import { guests } from "./foreign/guests.ts";

/**
 * Accounts full of what is not ours: names like ours, tags that miss ours by a letter, guests in our VPC. Whatever is
 * done with our environment, nothing of theirs changes, and what is in our way is named.
 *
 *     npx vitest run test/lifecycle/foreign.test.ts                   a sample
 *     npm run test:foreign                                            500 accounts, on all cores
 *     FOREIGN=50 npx vitest run test/lifecycle/foreign.test.ts        another number
 *     SEED=<seed>/<path> npm run test:foreign                         the account that a failure names
 */
const { FOREIGN = "12", SEED = "1" } = process.env;
const [seed = "1", path] = SEED.split("/");

beforeAll(prepare);

test.each(Object.keys(guests))("%s of theirs among ours: untouched, named when in the way", async (guest) => {
  const neighbour = { suffix: "dev", takesNames: false, share: 1000, tags: [1, 6, 9] } as const;
  const story = { neighbour, data: "discard", domain: true, steps: ["up", guest, "up", "down"] } as const;
  expect(await live(story)).toEqual([guest]);
});

test("nothing that is not ours is touched, and what is in the way is named", { timeout: 4 * 3_600_000 }, async () => {
  const numRuns = path === undefined ? Number(FOREIGN) : 1;
  const done = progress("foreign", numRuns);
  const details = await fc.check(
    fc.asyncProperty(story, async (one) => void (await live(one).finally(done))),
    {
      seed: Number(seed),
      numRuns,
      ...(path === undefined ? {} : { path, endOnFailure: true }),
    },
  );
  console.log(`foreign: ${details.numRuns} accounts, ${details.numRuns - (details.failed ? 1 : 0)} untouched`);
  const replay = `SEED=${details.seed}/${details.counterexamplePath} npm run test:foreign`;
  expect(
    details.failed,
    `${inspect(details.errorInstance)}\n${JSON.stringify(details.counterexample)}\nreplay: ${replay}`,
  ).toBe(false);
});
