import { AccountLimits } from "../../src/aws/account-limits.ts";
import { outOfSync, unwell } from "../lifecycle/scene.ts";
import { type Environment, remains, World } from "../lifecycle/world.ts";
import { type Figure, round } from "./figure.ts";

/**
 * Brings up many environments in one account at the same time, reports on them, and takes them down, as one process
 * does, and one of them alone; in virtual time.
 *
 * @throws when something does not end well, is not in sync, or is left
 */
export async function benchFleet(size: number): Promise<Figure[]> {
  const one = await lifecycle(1);
  const all = await lifecycle(size);
  const figures = (["up", "status", "down"] as const).map((command): Figure[] => [
    {
      id: `fleet-${command}`,
      what: `${command} of ${size} environments in one account (one: ${round(one[command].seconds)} s)`,
      value: round(all[command].seconds),
      unit: "s",
    },
    {
      id: `fleet-${command}-calls`,
      what: `calls of that (one: ${one[command].calls}; throttled: ${all[command].throttled})`,
      value: all[command].calls,
      unit: "calls",
    },
  ]);
  return figures.flat();
}

interface Measured {
  /** Virtual. */
  readonly seconds: number;
  readonly calls: number;
  readonly throttled: number;
}

async function lifecycle(size: number): Promise<Record<"up" | "status" | "down", Measured>> {
  // AWS gives an account five of each: whoever has more environments has asked for more.
  const quotas = { vpcs: size + 1, addresses: size, natGatewaysPerZone: size };
  using world = new World({ quotas, pageSize: 100 });
  const share = new AccountLimits(world.clock).of(world.cloud.account, world.cloud.region);
  const all = Array.from({ length: size }, (_, i) => world.environment("dev", { suffix: `pr-${i + 1}`, share }));
  const measure = async (work: (one: Environment) => Promise<readonly string[]>): Promise<Measured> => {
    const count = { calls: 0, throttled: 0 };
    const tally = () => {
      const log = world.cloud.log.splice(0);
      count.calls += log.length;
      count.throttled += log.filter(({ error }) => isThrottle(error)).length;
    };
    // What the log holds of many environments' lists would fill the memory.
    world.cloud.intercept = (_call, apply) => {
      if (world.cloud.log.length > 2_000) tally();
      return apply();
    };
    const start = world.clock.now();
    const bad = (await Promise.all(all.map(work))).flat();
    if (bad.length > 0) throw new Error(bad.join(", "));
    tally();
    return { seconds: (world.clock.now() - start) / 1000, ...count };
  };
  const up = await measure(async (one) => unwell(await one.up()));
  const status = await measure(async (one) => Object.keys(outOfSync(await one.status())));
  const down = await measure(async (one) => {
    const { endings, swept } = await one.takeDown();
    return [...unwell(endings), ...[...swept.remaining.keys()].map(({ id }) => id)];
  });
  const left = all.flatMap(({ settings }) => remains(world, settings.environment));
  if (left.length > 0) throw new Error(`down has left ${left.join(", ")}`);
  return { up, status, down };
}

const isThrottle = (error: unknown) => error instanceof Error && /Throttl|TooMany|RequestLimit/.test(error.name);
