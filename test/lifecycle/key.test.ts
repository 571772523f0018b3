import { ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { everything } from "./everything.ts";
import { converged, inventory, outOfSync, type Scene, unwell } from "./scene.ts";
import { remains } from "./world.ts";

const scene = await converged(everything);
const day = 24 * 3_600_000;

const scheduleDeletion = ({ world, dev }: Scene) =>
  world.cloud.call(
    new ScheduleKeyDeletionCommand({ KeyId: dev.journal.get("encryption/key")?.id, PendingWindowInDays: 7 }),
  );

test("a key pending deletion is missing until its date, and up brings it back with all that it encrypts", async () => {
  const { world, dev } = scene();
  using _ = world;
  const before = inventory(world, "dev");
  scheduleDeletion({ world, dev });
  const seen = outOfSync(await dev.status());
  expect(seen["encryption/key"]).toMatch(/^missing: pending deletion until 2026-01-12T/);
  expect(seen["artifacts/bucket"]).toBe("stranded: needs encryption/key, which is not there");

  expect(unwell(await dev.up())).toEqual([]);
  expect(outOfSync(await dev.status())).toEqual({});
  expect(inventory(world, "dev")).toEqual(before);
  dev.mutatingCalls();
  await dev.up();
  expect(dev.mutatingCalls()).toEqual([]);
});

test("a destroyed key forbids up, which says what that means for the data", async () => {
  const { world, dev } = scene();
  using _ = world;
  scheduleDeletion({ world, dev });
  await world.clock.sleep(8 * day);
  const seen = outOfSync(await dev.status());
  expect(seen["encryption/key"]).toBe("missing");
  dev.mutatingCalls();
  const { conflicts } = await dev.plan();
  expect(conflicts.find(({ node }) => node === "encryption/key")).toMatchObject({
    message: expect.stringMatching(/^is gone, though artifacts\/bucket, .*database\/cluster.* still need it$/),
    advice: expect.stringMatching(/cannot be read again.*Look for it first.*cancel-key-deletion/),
  });
  await expect(dev.up()).rejects.toThrow("encryption/key: is gone");
  expect(dev.mutatingCalls()).toEqual([]);
});

test.each([0, 8])("down goes on %i days after the key was scheduled for deletion by hand", async (days) => {
  const { world, dev } = scene();
  using _ = world;
  scheduleDeletion({ world, dev });
  await world.clock.sleep(days * day);
  const { endings, swept } = await dev.takeDown();
  expect(unwell(endings)).toEqual([]);
  expect([...swept.remaining.keys(), ...swept.unsearched]).toEqual([]);
  // Its key is not at hand, so nobody knows whether it is ours. It goes with the key.
  expect(remains(world, "dev").filter((what) => what !== "kms:alias/trading-us-east-1")).toEqual([]);
});

test("after a down, up brings the key back and makes the rest anew", async () => {
  const { world, dev } = scene();
  using _ = world;
  const before = inventory(world, "dev");
  const key = dev.journal.get("encryption/key")?.id;
  await dev.takeDown();
  dev.forget();
  expect(unwell(await dev.up())).toEqual([]);
  expect(dev.journal.get("encryption/key")?.id).toBe(key);
  expect(inventory(world, "dev")).toEqual(before);
  expect(outOfSync(await dev.status())).toEqual({});
});
