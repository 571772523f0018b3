import { expect, test } from "vitest";
import { MemoryJournal, type Snapshot } from "../state/memory-journal.ts";
import { everything } from "./everything.ts";
import { goesDown } from "./expectations.ts";
import { converged, inventory, outOfSync, type Scene, unwell } from "./scene.ts";
import { World } from "./world.ts";

const scene = await converged(everything);

/** Status, a second up and down do what they would do with the state as it was left. */
async function behavesAsBefore({ world, dev }: Scene) {
  const before = inventory(world, "dev");
  expect(outOfSync(await dev.status())).toEqual({});
  dev.mutatingCalls();
  const ended = await dev.up();
  expect(unwell(ended)).toEqual([]);
  expect(dev.mutatingCalls()).toEqual([]);
  expect(inventory(world, "dev")).toEqual(before);
}

test("the state is deleted: status and up find everything, and up notes it again", async () => {
  const { world, dev } = scene();
  using _ = world;
  const noted = dev.journal.toJSON();
  dev.forget();
  await behavesAsBefore({ world, dev });
  const ids = ({ resources }: Snapshot) => Object.entries(resources).map(([node, { id }]) => `${node} ${id}`);
  expect(ids(dev.journal.toJSON()).sort()).toEqual(ids(noted).sort());
});

test("the state is deleted: down finds everything", async () => {
  const { world, dev } = scene();
  using _ = world;
  dev.forget();
  await goesDown(dev);
});

/** Every state that was on disk during the first up. */
const versions = await (async () => {
  using world = new World({ delegated: "all" });
  const all: Snapshot[] = [];
  const journal: MemoryJournal = new MemoryJournal({
    clock: world.clock,
    afterWrite: () => void all.push(journal.toJSON()),
  });
  const dev = world.environment("dev", { file: everything, journal });
  await dev.up();
  return all;
})();

const stride = 6;

test(`the state is rolled back to any version (every ${stride}th)`, async () => {
  expect(versions.length).toBeGreaterThan(150);
  for (let n = 0; n < versions.length; n += stride) {
    const { world, dev } = scene();
    using _ = world;
    dev.journal = new MemoryJournal({ clock: world.clock, from: versions[n] ?? { resources: {}, retained: {} } });
    await behavesAsBefore({ world, dev });
    if (n % (4 * stride) === 0) await goesDown(dev);
  }
});
