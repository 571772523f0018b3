import { expect, test } from "vitest";
import { AccountLimits } from "../../src/aws/account-limits.ts";
import { connect } from "../../src/aws/aws.ts";
import { makeRun } from "../../src/session/run.ts";
import { unwell } from "./scene.ts";
import { World } from "./world.ts";

/** How long an `up` takes with so many mutating calls at once, in seconds. */
async function makespan(mutating: number): Promise<number> {
  using world = new World({ latency: 300 });
  const { clock, cloud } = world;
  const dev = world.environment("dev");
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const share = new AccountLimits(clock).of(cloud.account, cloud.region, mutating);
  const connection = connect({ region: cloud.region, clock, credentials, share });
  const start = clock.now();
  const endings = await dev.up(makeRun({ environment: "dev", connection, clock, journal: dev.journal }));
  expect(unwell(endings)).toEqual([]);
  return (clock.now() - start) / 1000;
}

test("one call at a time hardly takes longer than many, since the longest path goes first", async () => {
  expect((await makespan(1)) / (await makespan(64))).toBeLessThan(1.015);
});
