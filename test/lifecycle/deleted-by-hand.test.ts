import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import type { Json } from "../../src/engine/journal.ts";
import type { Node } from "../../src/engine/node.ts";
import { type Hand, hands } from "./hands.ts";
import { converged, inventory, outOfSync, type Scene, unwell, withDomain } from "./scene.ts";
import { remains } from "./world.ts";

const scene = await converged(withDomain);

/** Whether it is a resource that a person could delete, and not a look-up or part of another resource. */
const isDeletable = ({ id, kind }: Node<Json, Aws>) => kind.role === undefined && id !== "encryption/key";

/** Deletes one resource, and says which nodes are gone then. */
async function deleteByHand({ world, dev }: Scene, node: string, hand: Hand): Promise<readonly string[]> {
  const id = (of: string): string => dev.journal.get(of)?.id ?? "";
  try {
    await hand.remove(world.cloud, id);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== hand.refused) throw error;
    return [];
  }
  if (hand.refused !== undefined) throw new Error(`AWS lets one delete ${node}`);
  return [node, ...(hand.takes ?? [])];
}

test("every resource has its hand", () => {
  const { world, dev } = scene();
  using _ = world;
  expect(Object.keys(hands).sort()).toEqual(
    dev.platform.nodes
      .filter(isDeletable)
      .map((n) => n.id)
      .sort(),
  );
});

test.each(Object.entries(hands))("%s: status says what is missing, up makes it again", async (node, hand) => {
  const { world, dev } = scene();
  using _ = world;
  const before = inventory(world, "dev");
  const missing = await deleteByHand({ world, dev }, node, hand);

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

test.each(Object.entries(hands))("%s: down goes on from there and leaves nothing", async (node, hand) => {
  const { world, dev } = scene();
  using _ = world;
  await deleteByHand({ world, dev }, node, hand);
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
  await hands["database/user-secret"]?.remove(world.cloud, (of) => dev.journal.get(of)?.id ?? "");
  await dev.up();
  expect(invocations.slice(before).map(({ functionName }) => functionName)).toEqual(["trading-migrate-dev"]);
});
