import { expect, test } from "vitest";
import { InterruptedError } from "../../src/engine/errors.ts";
import { done, inventory, outOfSync, unwell, withDomain } from "./scene.ts";
import { type Environment, World } from "./world.ts";

const options = { delegated: "all" } as const;

const whole = await (async () => {
  using world = new World(options);
  await world.environment("dev", { file: withDomain }).up();
  return inventory(world, "dev");
})();

/** When the user presses Ctrl-C: while a mutating call is under way, or after so many seconds. */
type Moment = { readonly call: number } | { readonly seconds: number };

const moments: readonly (readonly [string, Moment])[] = [
  ...[1, 2, 5, 10, 20, 40, 60, 80, 100].map((call) => [`call ${call}`, { call }] as const),
  ...[1, 10, 60, 300, 480].map((seconds) => [`${seconds} seconds`, { seconds }] as const),
];

/** Brings dev up until the moment. Whatever is under way then, AWS still carries out. */
async function upUntil(world: World, dev: Environment, moment: Moment) {
  const controller = new AbortController();
  const stop = () => controller.abort(new InterruptedError("interrupted"));
  let count = 0;
  world.cloud.intercept = (call, apply) => {
    if (call.mutating && "call" in moment && ++count === moment.call) stop();
    return apply();
  };
  if ("seconds" in moment) void world.clock.sleep(moment.seconds * 1000).then(stop);
  const endings = await dev.up(dev.run(controller.signal));
  world.cloud.intercept = undefined;
  return endings;
}

test.each(moments)(
  "interrupted at %s: what is in flight finishes, every id is noted, up goes on",
  async (_, moment) => {
    using world = new World(options);
    const dev = world.environment("dev", { file: withDomain });
    const endings = await upUntil(world, dev, moment);
    const how = Object.values(done(endings));
    expect(how).toContain("interrupted");
    expect(how.filter((is) => is !== "created" && is !== "updated" && is !== "interrupted")).toEqual([]);

    // Whatever exists is noted with its id: whoever looks without the state finds nothing that is not in it.
    const seen = await world.environment("dev", { file: withDomain }).look();
    for (const [node, look] of seen.declared) {
      if (look.is === "present" && !node.kind.permanent) expect(dev.journal.get(node.id)?.id, node.id).toBe(look.awsId);
    }

    expect(unwell(await dev.up())).toEqual([]);
    expect(inventory(world, "dev")).toEqual(whole);
    expect(outOfSync(await dev.status())).toEqual({});
    dev.mutatingCalls();
    await dev.up();
    expect(dev.mutatingCalls()).toEqual([]);
  },
);
