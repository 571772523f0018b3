import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import type { Json } from "../../src/engine/journal.ts";
import type { Node } from "../../src/engine/node.ts";
import { services } from "../cloud/services.ts";
import { everything } from "./everything.ts";
import { deleteByHand, handOf, noted } from "./hands.ts";
import { converged, inventory, outOfSync, type Scene, unwell } from "./scene.ts";
import { remains } from "./world.ts";

const scene = await converged(everything);

/** The only subnet in which nothing stands: of whatever else AWS could refuse to delete, something needs it. */
const unused = "network/public-subnet-2";

/** What a person could delete: no look-up and no part of another resource. The key has tests of its own. */
const deletable = (() => {
  const { world, dev } = scene();
  using _ = world;
  const nodes = dev.platform.nodes.filter(({ id, kind }) => kind.role === undefined && id !== "encryption/key");
  return nodes.map(({ id, kind }) => [id, kind.type] as const);
})();

/** The nodes that are inside of another. */
const partsOf = (nodes: readonly Node<Json, Aws>[], id: string): readonly string[] =>
  nodes.filter(({ parent }) => parent?.id === id).flatMap((part) => [part.id, ...partsOf(nodes, part.id)]);

/** Deletes one resource, and says which nodes are gone then. */
async function remove({ world, dev }: Scene, node: string, type: string): Promise<readonly string[]> {
  const { resources } = dev.journal.toJSON();
  const hand = handOf(type);
  const refused = node === unused ? undefined : hand?.refused;
  const it = noted(resources, node);
  const taken = Object.keys(resources).filter((id) => id !== node && hand?.takes?.(noted(resources, id), it));
  try {
    await deleteByHand(world.cloud, resources, node);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== refused) throw error;
    return [];
  }
  if (refused !== undefined) throw new Error(`AWS lets one delete ${node}`);
  return [...new Set([node, ...partsOf(dev.platform.nodes, node), ...taken])];
}

test("every type has its hand, and every hand a type", () => {
  const hands = Object.values(services).flatMap((service) => Object.keys(service.hands ?? {}));
  expect(hands.sort()).toEqual([...new Set(deletable.map(([, type]) => type))].sort());
});

test.each(deletable)("%s: status says what is missing, up makes it again", async (node, type) => {
  const { world, dev } = scene();
  using _ = world;
  const before = inventory(world, "dev");
  const missing = await remove({ world, dev }, node, type);

  const rows = await dev.status();
  const gone = rows.filter((row) => row.status === "missing").map((row) => row.id);
  expect(gone.sort()).toEqual([...missing].sort());
  for (const { id, needs, after } of dev.platform.nodes) {
    const row = rows.find((r) => r.id === id);
    if (missing.includes(id) || row === undefined) continue;
    const lost = needs.filter((need) => missing.includes(need.id));
    // What only has to come first leaves nothing stranded when it goes.
    if (lost.some((need) => after.includes(need))) continue;
    if (lost.length === 0) expect(row, id).toMatchObject({ status: "in-sync" });
    else {
      expect(row, id).toMatchObject({ status: "stranded" });
      for (const need of lost) expect(row.reason).toContain(need.id);
    }
  }

  expect(unwell(await dev.up())).toEqual([]);
  // The log group of an API that is gone is no longer that of the API.
  const orphans = missing.includes("api/rest-api") ? ["api/execution-log"] : [];
  const left = (await dev.status()).filter((row) => row.status !== "in-sync");
  expect(left.map(({ id, status }) => `${id.replace(/#.*/, "")} ${status}`)).toEqual(
    orphans.map((id) => `${id} left-over`),
  );
  expect(unwell(await dev.prune())).toEqual([]);
  expect(inventory(world, "dev")).toEqual(before);

  dev.mutatingCalls();
  expect(unwell(await dev.up())).toEqual([]);
  expect(dev.mutatingCalls()).toEqual([]);
});

test.each(deletable)("%s: down goes on from there and leaves nothing", async (node, type) => {
  const { world, dev } = scene();
  using _ = world;
  await remove({ world, dev }, node, type);
  const { endings, swept } = await dev.takeDown();
  expect(unwell(endings)).toEqual([]);
  expect([...swept.remaining.keys(), ...swept.unsearched]).toEqual([]);
  expect(remains(world, "dev")).toEqual([]);
  expect(Object.entries(outOfSync(await dev.status())).filter(([, is]) => !is.startsWith("missing"))).toEqual([]);
});

test("the functions' login is lost with its secret: the migration makes another", async () => {
  const { world, dev } = scene();
  using _ = world;
  const { invocations } = world.cloud.services.lambda;
  const before = invocations.length;
  await deleteByHand(world.cloud, dev.journal.toJSON().resources, "database/user-secret");
  await dev.up();
  expect(invocations.slice(before).map(({ functionName }) => functionName)).toEqual(["trading-migrate-dev"]);
});
