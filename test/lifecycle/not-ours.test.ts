import { expect, test } from "vitest";
import { isRemovable } from "../../src/engine/kind.ts";
import type { Call, Cloud } from "../cloud/cloud.ts";
import { services } from "../cloud/services.ts";
import { everything } from "./everything.ts";
import { outOfSync, unwell } from "./scene.ts";
import { asStranger, strangers } from "./strangers.ts";
import { type Environment, World } from "./world.ts";

const options = { delegated: "all" } as const;

/** The account in which dev stands, to be replayed as a stranger's. */
const ours = await (async () => {
  using world = new World(options);
  const dev = world.environment("dev", { file: everything });
  expect(unwell(await dev.up())).toEqual([]);
  return { cloud: world.cloud, nodes: dev.platform.nodes };
})();

/** A world in which a stranger has made those calls, with tags of the stranger's. */
function worldOfStrangers(tags: string, made: (call: Call) => boolean): { world: World; dev: Environment } {
  const alter = strangers[tags];
  if (alter === undefined) throw new Error(`there is no stranger with ${tags}`);
  const cloud = ours.cloud.replay(ours.cloud.log.filter(made), asStranger(alter));
  cloud.clock.jump(ours.cloud.now());
  const world = new World(options, cloud);
  return { world, dev: world.environment("dev", { file: everything }) };
}

/** The present state of all that was there at first. */
const stateOf = (cloud: Cloud, first: ReturnType<Cloud["dump"]>) => {
  const now = cloud.dump();
  return Object.fromEntries(
    Object.entries(first).map(([service, all]) => [
      service,
      Object.fromEntries(Object.keys(all).map((key) => [key, now[service]?.[key]])),
    ]),
  );
};

test.each(Object.keys(strangers))(
  "names taken by something with %s: nothing is created, nothing touched",
  async (tags) => {
    const { world, dev } = worldOfStrangers(tags, () => true);
    using _ = world;
    const first = world.cloud.dump();

    // The region's alias is whoever's claimed it first; the parts of an API are found in it.
    const taken = ours.nodes.filter(
      ({ id, kind, parent }) =>
        id === "dns/zone" ||
        (kind.recover === "fixed-name" && !parent && isRemovable(kind) && id !== "encryption/region-alias"),
    );
    const { conflicts } = await dev.plan();
    const named = conflicts.filter(({ node }) => node !== "api/account-role");
    expect(named.map(({ node }) => node).sort()).toEqual(taken.map(({ id }) => id).sort());
    for (const { message, advice } of named) {
      expect(message).toMatch(/exists, but it is not ours/);
      expect(advice).toMatch(/tap never touches/);
    }
    expect(outOfSync(await dev.status())["artifacts/bucket"]).toMatch(
      /^blocked: bucket trading-artifacts-dev-.* not ours/,
    );

    await expect(dev.up()).rejects.toThrow("not ours");
    expect(dev.mutatingCalls()).toEqual([]);
    const { endings } = await dev.takeDown();
    expect(unwell(endings)).toEqual([]);
    expect(dev.mutatingCalls()).toEqual([]);
    expect(world.cloud.dump()).toEqual(first);
  },
);

test("a bucket's name that another account has: nothing is created", async () => {
  using world = new World(options);
  const dev = world.environment("dev");
  const bucket = dev.platform.nodes.find(({ id }) => id === "artifacts/bucket");
  world.cloud.services.s3.takeName(bucket?.name ?? "");
  await expect(dev.up()).rejects.toThrow(/artifacts\/bucket: could not be looked at: Access Denied/);
  expect(dev.mutatingCalls()).toEqual([]);
});

/** What is found by its tags, and whatever it needs: network, keys, certificates and APIs. */
const isFoundByTags = ({ service, operation }: Call) => services[service]?.nameless?.test(operation) === true;

test.each(Object.keys(strangers))("what is found by tags, but has %s, is ignored and untouched", async (tags) => {
  const { world, dev } = worldOfStrangers(tags, isFoundByTags);
  using _ = world;
  // Our own proof of the domain would be the stranger's as well.
  for (const { service, arn = "" } of world.cloud.resources()) {
    if (service === "acm") world.cloud.services.acm.fail(arn, "CAA_ERROR");
  }
  const first = world.cloud.dump();
  const nameless = Object.keys(services).filter((name) => services[name]?.nameless !== undefined);
  expect(Object.keys(first).sort()).toEqual(nameless.sort());

  expect(unwell(await dev.up())).toEqual([]);
  expect(outOfSync(await dev.status())).toEqual({});
  expect(stateOf(world.cloud, first)).toEqual(first);
  dev.mutatingCalls();
  await dev.up();
  expect(dev.mutatingCalls()).toEqual([]);

  const { endings, swept } = await dev.takeDown();
  expect(unwell(endings)).toEqual([]);
  expect([...swept.remaining.keys(), ...swept.unsearched]).toEqual([]);
  expect(stateOf(world.cloud, first)).toEqual(first);
});
