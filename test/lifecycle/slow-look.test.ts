import { expect, test } from "vitest";
import { unwell } from "./scene.ts";
import { World } from "./world.ts";

const minute = 60_000;

/** After a create, AWS's answer to a read is on its way for three minutes: the nth one. */
function slowReply(world: World, create: string, read: string, nth: number): string[] {
  const created: string[] = [];
  let reads = 0;
  world.cloud.intercept = async ({ operation }, apply) => {
    if (operation === create) created.push(operation);
    if (created.length === 0 || operation !== read || ++reads !== nth) return apply();
    try {
      return apply();
    } finally {
      await world.clock.sleep(3 * minute);
    }
  };
  return created;
}

test("a look that takes longer than something may stay hidden does not prove that it is not there", async () => {
  using world = new World({ lag: { reads: 3_000 } });
  const created = slowReply(world, "CreateVpc", "DescribeVpcs", 2);
  expect(unwell(await world.environment().up())).toEqual([]);
  expect(created).toEqual(["CreateVpc"]);
});

test("a key that was hidden when it was looked for by its id is found by its tags", async () => {
  using world = new World({ lag: { reads: 3_000 } });
  const created = slowReply(world, "CreateKey", "ListKeys", 1);
  expect(unwell(await world.environment().up())).toEqual([]);
  expect(created).toEqual(["CreateKey"]);
});
