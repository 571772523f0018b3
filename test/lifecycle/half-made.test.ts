import { expect, test } from "vitest";
import { everything } from "./everything.ts";
import { unwell } from "./scene.ts";
import { remains, World } from "./world.ts";

/** Stops an up of everything before its nth mutating call; says whether it came so far. */
async function stopAt(n: number, world: World) {
  const dev = world.environment("dev", { file: everything });
  let count = 0;
  const controller = new AbortController();
  world.cloud.intercept = (call, apply) => {
    if (call.mutating && ++count > n) {
      controller.abort(new Error("stopped"));
      throw Object.assign(new Error("stopped"), { name: "ExpiredTokenException" });
    }
    return apply();
  };
  await dev.up(dev.run(controller.signal));
  world.cloud.intercept = undefined;
  return { dev, stopped: count > n };
}

/** What an account is left with by every environment: its keys pending deletion, and API Gateway's role and account. */
const lasting = [/^kms key\//, /^iam role\/trading-apigateway-logs$/, /^apigateway account$/];

/** Every stride calls; each run has its own share of them, so that all together stop at every call. */
const stride = 3;

test.each([0, 1, 2])("down leaves nothing of an up that stopped before any of its calls (share %i)", async (share) => {
  for (let n = share; ; n += stride) {
    using world = new World({ delegated: "all" });
    const { dev, stopped } = await stopAt(n, world);
    if (!stopped) {
      expect(n).toBeGreaterThan(100);
      break;
    }
    // With and without a state file, in turn.
    if (n % 2 === 1) dev.forget();
    const { endings, swept } = await dev.takeDown();
    expect(unwell(endings), `stopped before call ${n + 1}`).toEqual([]);
    expect([...swept.remaining.keys(), ...swept.unsearched]).toEqual([]);
    expect(remains(world, "dev")).toEqual([]);
    const left = [...world.cloud.resources()].map(({ service, key }) => `${service} ${key}`);
    expect(left.filter((what) => !lasting.some((pattern) => pattern.test(what)))).toEqual([]);
  }
});
