import { expect, test } from "vitest";
import { InterruptedError } from "../../src/engine/errors.ts";
import { awsError, connectionReset } from "../cloud/errors.ts";
import { MemoryJournal } from "../state/memory-journal.ts";
import { inventory, unwell } from "./scene.ts";
import { World } from "./world.ts";

test("what a node needs is durable no later than the note without which it is not begun, however slow the disk", async () => {
  using world = new World({ delegated: "all" });
  const { clock } = world;
  const early: string[] = [];
  const begun = new Set<string>();
  const journal: MemoryJournal = new MemoryJournal({
    clock,
    beforeWrite: () => clock.sleep(700),
    afterWrite({ id }) {
      const { resources } = journal.toJSON();
      if (resources[id]?.intent?.action !== "create" || begun.has(id)) return;
      begun.add(id);
      for (const need of nodes.get(id)?.needs ?? []) {
        if (need.kind.role !== "by-product" && resources[need.id]?.id === undefined) early.push(`${id}: ${need.id}`);
      }
    },
  });
  const dev = world.environment("dev", { journal });
  const nodes = new Map(dev.platform.nodes.map((node) => [node.id, node]));
  expect(unwell(await dev.up())).toEqual([]);
  expect(begun.size).toBeGreaterThan(50);
  expect(early).toEqual([]);
});

test("no create is sent before it is noted that it will be, however slow the disk", async () => {
  using world = new World({ delegated: "all" });
  const journal: MemoryJournal = new MemoryJournal({ clock: world.clock, beforeWrite: () => world.clock.sleep(700) });
  const early: string[] = [];
  const sent = new Set<string>();
  world.cloud.intercept = ({ operation, input }, apply) => {
    // Both ways in which services spell tags.
    const text = JSON.stringify(input);
    const node = /"tap:id":"([^"]+)"|"Key":"tap:id","Value":"([^"]+)"/.exec(text)?.slice(1).find(Boolean);
    if (node !== undefined && /^(Create|Allocate|Request)/.test(operation)) {
      sent.add(node);
      if (journal.toJSON().resources[node]?.intent?.action !== "create") early.push(node);
    }
    return apply();
  };
  expect(unwell(await world.environment("dev", { journal }).up())).toEqual([]);
  expect(sent.size).toBeGreaterThan(35);
  expect(early).toEqual([]);
});

test("an id is noted while what was created is looked at already", async () => {
  using world = new World({ delegated: "all" });
  const looked = Promise.withResolvers<void>();
  let writes = 0;
  const journal = new MemoryJournal({
    clock: world.clock,
    beforeWrite: async ({ action, id }) => {
      if (action === "put" && id === "network/vpc" && ++writes === 2) await looked.promise;
    },
  });
  const { intercept } = world.cloud;
  let created = false;
  world.cloud.intercept = (call, apply) => {
    if (call.operation === "CreateVpc") created = true;
    else if (created && call.operation === "DescribeVpcs") looked.resolve();
    return intercept === undefined ? apply() : intercept(call, apply);
  };
  const dev = world.environment("dev", { journal });
  expect(unwell(await dev.up())).toEqual([]);
});

test("an id that could not be noted stops the node, unless a later note says it as well", async () => {
  using world = new World({ delegated: "all" });
  const failing = new Map([
    ["network/vpc", 2],
    ["database/user-secret", 2],
  ]);
  const journal = new MemoryJournal({
    clock: world.clock,
    beforeWrite: ({ id }) => {
      const left = failing.get(id);
      if (left === undefined) return;
      failing.set(id, left - 1);
      if (left === 1) throw new Error("no space left");
    },
  });
  const dev = world.environment("dev", { journal });
  const endings = new Map([...(await dev.up())].map(([node, ending]) => [node.id, ending]));
  // The network's DNS settings are still to be made.
  expect(endings.get("network/vpc")).toMatchObject({ is: "failed", failure: { message: "no space left" } });
  expect(endings.get("database/user-secret")).toMatchObject({ is: "created" });
  expect(journal.toJSON().resources["database/user-secret"]).toMatchObject({ id: expect.any(String) });
});

test("a create whose reply was lost stays noted when its repetition is refused", async () => {
  // Lists and tags show it so late that only the token tells that it is there already.
  using world = new World({ delegated: "all", lag: { reads: 20_000, tags: 20_000 } });
  const dev = world.environment("dev");
  const stop = new AbortController();
  world.cloud.intercept = (call, apply) => {
    const answer = apply();
    if (call.operation !== "CreateNatGateway") return answer;
    stop.abort(new InterruptedError("interrupted"));
    throw connectionReset();
  };
  await dev.up(dev.run(stop.signal));
  const noted = dev.journal.get("network/nat-1");
  expect(noted).toMatchObject({ intent: { action: "create" } });
  world.cloud.intercept = (call, apply) => {
    if (call.mutating) throw awsError("ExpiredToken", "the security token has expired", 403);
    return apply();
  };
  await dev.up();
  expect(dev.journal.get("network/nat-1")).toEqual(noted);
  world.cloud.intercept = undefined;
  expect(unwell(await dev.up())).toEqual([]);
  expect(inventory(world, "dev")["network/nat-1 (ec2 natgateway)"]).toBe(1);
});
