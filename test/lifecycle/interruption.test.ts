import { expect, test } from "vitest";
import { InterruptedError } from "../../src/engine/errors.ts";
import { isRemovable } from "../../src/engine/kind.ts";
import { everything } from "./everything.ts";
import { done, inventory, outOfSync, unwell } from "./scene.ts";
import { type Environment, World } from "./world.ts";

const options = { delegated: "all" } as const;
/** What comes of a call, a refusal included, nobody learns. */
function attempt(apply: () => unknown): void {
  try {
    apply();
  } catch {}
}

/** A connection that stays open and says nothing. */
const silence = new Promise<never>(() => undefined);

/** What a whole run makes, and with how many calls that change something. */
const { whole, calls } = await (async () => {
  using world = new World(options);
  await world.environment("dev", { file: everything }).up();
  return { whole: inventory(world, "dev"), calls: world.cloud.log.filter(({ mutating }) => mutating).length };
})();

/** The calls at which it is interrupted, close together at first. */
const numbers = [0, 0.01, 0.03, 0.06, 0.12, 0.25, 0.38, 0.5, 0.63].map((share) => 1 + Math.round(share * calls));

/** When the user presses Ctrl-C: while a mutating call is under way, or after so many seconds. */
type Moment = { readonly call: number } | { readonly seconds: number };

const moments: readonly (readonly [string, Moment])[] = [
  ...numbers.map((call) => [`call ${call}`, { call }] as const),
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
    const dev = world.environment("dev", { file: everything });
    const endings = await upUntil(world, dev, moment);
    const how = Object.values(done(endings));
    expect(how).toContain("interrupted");
    expect(how.filter((is) => is !== "created" && is !== "updated" && is !== "interrupted")).toEqual([]);

    // Whatever exists is noted with its id: whoever looks without the state finds nothing that is not in it.
    const seen = await world.environment("dev", { file: everything }).look();
    for (const [node, look] of seen.declared) {
      if (look.is === "present" && isRemovable(node.kind))
        expect(dev.journal.get(node.id)?.id, node.id).toBe(look.awsId);
    }

    expect(unwell(await dev.up())).toEqual([]);
    expect(inventory(world, "dev")).toEqual(whole);
    expect(outOfSync(await dev.status())).toEqual({});
    dev.mutatingCalls();
    await dev.up();
    expect(dev.mutatingCalls()).toEqual([]);
  },
);

test.each(numbers.flatMap((call) => (["before", "after"] as const).map((when) => [call, when] as const)))(
  "interrupted at call %i, which is not answered, %s it took effect: five seconds later it counts as unknown, and up goes on",
  async (number, when) => {
    using world = new World(options);
    const dev = world.environment("dev", { file: everything });
    const controller = new AbortController();
    let count = 0;
    let asked = 0;
    const begun: string[] = [];
    world.cloud.intercept = (call, apply) => {
      // What was on its way already has been begun.
      if (asked > 0 && call.at > asked) begun.push(call.operation);
      if (!call.mutating || ++count !== number) return apply();
      if (when === "after") attempt(apply);
      controller.abort(new InterruptedError("interrupted"));
      asked = world.clock.now();
      return silence;
    };
    const how = Object.values(done(await dev.up(dev.run(controller.signal))));
    world.cloud.intercept = undefined;
    // Half of its latency is over when a call gets to AWS.
    expect(world.clock.now() - asked).toBe(5_000);
    expect(how).toContain("interrupted");
    expect(how.filter((is) => is !== "created" && is !== "updated" && is !== "interrupted")).toEqual([]);
    expect(begun).toEqual([]);

    expect(unwell(await dev.up())).toEqual([]);
    expect(inventory(world, "dev")).toEqual(whole);
    expect(outOfSync(await dev.status())).toEqual({});
  },
);
