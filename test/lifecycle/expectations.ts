import { expect } from "vitest";
import type { DownOptions } from "../../src/engine/down.ts";
import { done, outOfSync, unwell } from "./scene.ts";
import { type Environment, remains } from "./world.ts";

/** In sync, and nothing left to do. */
export async function isConverged(environment: Environment): Promise<void> {
  expect(outOfSync(await environment.status())).toEqual({});
  environment.mutatingCalls();
  expect(done(await environment.up())).toEqual({});
  expect(environment.mutatingCalls()).toEqual([]);
}

/** Up, in sync, and nothing left to do. */
export async function comesUp(environment: Environment): Promise<void> {
  expect(unwell(await environment.up())).toEqual([]);
  await isConverged(environment);
}

/** Down, and nothing left of it in the account. */
export async function goesDown(environment: Environment, how?: DownOptions): Promise<void> {
  const { endings, swept } = await environment.takeDown(environment.run(), how);
  expect(unwell(endings)).toEqual([]);
  expect([...swept.remaining.keys(), ...swept.unsearched]).toEqual([]);
  expect(remains(environment.world, environment.settings.environment)).toEqual([]);
}
