import { expect, test } from "vitest";
import { inventory, outOfSync, unwell } from "./scene.ts";
import { type Environment, remains, World } from "./world.ts";

/** Who holds the region's alias, as an environment's drift report says it. */
const heldBy = async (environment: Environment) =>
  (await environment.status()).find(({ id }) => id === "encryption/region-alias")?.reason;

test("two environments and a copy: each comes and goes without the others noticing", async () => {
  using world = new World();
  const dev = world.environment("dev");
  const staging = world.environment("staging");
  const copy = world.environment("dev", { suffix: "pr-42" });
  const all = [dev, staging, copy];

  expect(unwell(await dev.up())).toEqual([]);
  const alone = world.cloud.dump({ environment: "dev" });
  expect(unwell(await staging.up())).toEqual([]);
  expect(unwell(await copy.up())).toEqual([]);
  expect(world.cloud.dump({ environment: "dev" })).toEqual(alone);
  for (const environment of all) expect(outOfSync(await environment.status())).toEqual({});

  // The same, but for the region's alias, which dev had first.
  const { "encryption/region-alias": _, ...own } = byNode(inventory(world, "dev"));
  expect(byNode(inventory(world, "pr-42"))).toEqual(own);
  expect(await Promise.all(all.map(heldBy))).toEqual([undefined, "held by environment dev", "held by environment dev"]);

  await takenDown(world, dev, []);
  expect(unwell(await staging.up())).toEqual([]);
  expect(await Promise.all([staging, copy].map(heldBy))).toEqual([undefined, "held by environment staging"]);
  expect(outOfSync(await staging.status())).toEqual({});

  await takenDown(world, copy, []);
  await takenDown(world, staging, []);
});

/** Everything that is not an environment's. The secret that RDS makes for its cluster says so in another tag. */
function othersThan(world: World, except: string) {
  const { secretsmanager = {}, ...others } = world.cloud.dump({ except });
  const secrets = Object.entries(secretsmanager).filter(([, secret]) => {
    return !JSON.stringify(secret).includes(`:cluster:trading-cluster-${except}"`);
  });
  return { ...others, secretsmanager: Object.fromEntries(secrets) };
}

/** Takes one down, and makes sure that everything else stays as it is. */
async function takenDown(world: World, environment: Environment, kept: readonly string[]): Promise<void> {
  const except = environment.settings.environment;
  const others = othersThan(world, except);
  const { endings, swept } = await environment.takeDown();
  expect(unwell(endings)).toEqual(kept);
  expect([...swept.remaining.keys(), ...swept.unsearched]).toEqual([]);
  expect(remains(world, except)).toEqual([]);
  expect(othersThan(world, except)).toEqual(others);
}

/** Aliases carry the tags of their key: which is the region's shows in its name only. */
const byNode = (counts: Readonly<Record<string, number>>) => {
  const { "encryption/key (kms alias)": aliases = 0, ...rest } = counts;
  return { ...rest, ...(aliases > 1 ? { "encryption/region-alias": 1 } : {}) };
};
