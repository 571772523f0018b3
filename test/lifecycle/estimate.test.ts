import { describe, expect, test } from "vitest";
import { down } from "../../src/engine/down.ts";
import { type Estimate, estimateDown, estimateUp } from "../../src/engine/estimate.ts";
import type { Event } from "../../src/engine/events.ts";
import { planUp } from "../../src/engine/plan.ts";
import { up } from "../../src/engine/up.ts";
import { Progress } from "../../src/report/progress.ts";
import { makeStyle } from "../../src/report/style.ts";
import { drawn } from "../bench/drawn.ts";
import { deleteByHand } from "./hands.ts";
import { type Environment, World } from "./world.ts";

/** Milliseconds that a call takes. */
const latency = 100;

/** What a run was expected to take, what it took, in seconds, and what it said. */
interface Ran {
  readonly estimate: Estimate;
  readonly seconds: number;
  readonly start: number;
  readonly events: readonly Event[];
}

async function ran(dev: Environment, command: "up" | "down"): Promise<Ran> {
  const { clock } = dev.world;
  const run = dev.run();
  const looks = await dev.look(run);
  const estimate = command === "up" ? estimateUp(run, planUp(looks).changes) : estimateDown(run, looks, new Map());
  if (estimate === undefined) throw new Error("no estimate");
  const start = clock.now();
  dev.events.length = 0;
  await (command === "up" ? up(run, dev.platform.nodes, looks) : down(run, looks, { protect: false }));
  return { estimate, seconds: (clock.now() - start) / 1000, start, events: [...dev.events] };
}

const error = ({ estimate, seconds }: Ran): number => Math.abs(estimate.seconds / seconds - 1);

describe("the estimate", () => {
  test("of up, of down and of a repair is right within 5 % where AWS takes as long as it usually does", async () => {
    using world = new World({ latency });
    const dev = world.environment("dev");
    const first = await ran(dev, "up");
    expect(error(first)).toBeLessThan(0.05);
    expect(first.estimate.criticalPath.map(({ node }) => node)).toEqual([
      "network/vpc",
      "network/private-subnet-1",
      "database/subnet-group",
      "database/cluster",
      "database/writer",
      "database/schema",
    ]);

    for (const node of ["network/nat-1", "functions/query"]) {
      await deleteByHand(world.cloud, dev.journal.toJSON().resources, node);
      const repair = await ran(dev, "up");
      expect(error(repair), `${node}: ${repair.estimate.seconds}, ${repair.seconds}`).toBeLessThan(0.05);
      expect(repair.estimate.criticalPath.map((one) => one.node)).toContain(node);
    }

    const removal = await ran(dev, "down");
    expect(error(removal)).toBeLessThan(0.05);
    expect(removal.estimate.criticalPath.map(({ node }) => node).slice(0, 2)).toEqual([
      "database/writer",
      "database/cluster",
    ]);
  });

  test("is right within 20 % where AWS takes as long as it did before", async () => {
    for (const seed of [1, 2, 3]) {
      using world = new World({ latency, durations: drawn(seed) });
      const dev = world.environment("dev");
      await ran(dev, "up");
      await ran(dev, "down");
      expect(error(await ran(dev, "up")), `up, seed ${seed}`).toBeLessThan(0.2);
      expect(error(await ran(dev, "down")), `down, seed ${seed}`).toBeLessThan(0.2);
    }
  });
});

/** What is shown of the time that is left, in seconds. */
function shown(lines: readonly string[]): number {
  const text = /about (.*) left/.exec(lines.join("\n"))?.[1] ?? "nothing";
  const parts = [...text.matchAll(/(\d+) (h|min|s)/g)];
  if (parts.length === 0) throw new Error(`no time is shown: ${lines.join("\n")}`);
  const unit: Readonly<Record<string, number>> = { h: 3600, min: 60, s: 1 };
  return parts.reduce((sum, [, n, of = ""]) => sum + Number(n) * (unit[of] ?? 0), 0);
}

/** What is shown at each second of a run, as a share of what was really left then. */
function* shownOverReal({ estimate, seconds, start, events }: Ran): Generator<{ at: number; share: number }> {
  const progress = new Progress(start, new Set(), estimate.tasks);
  let next = 0;
  for (let second = 0; second < seconds; second++) {
    const now = start + second * 1000;
    for (let event = events[next]; event !== undefined && event.at <= now; event = events[++next]) progress.add(event);
    const left = shown(progress.lines(now, 80, 24, makeStyle(false)));
    yield { at: second / seconds, share: left / (seconds - second) };
  }
}

test("the time left that is shown is right within 20 % from a tenth of the run to nine tenths", async () => {
  using world = new World({ latency });
  const dev = world.environment("dev");
  for (const command of ["up", "down"] as const) {
    for (const { at, share } of shownOverReal(await ran(dev, command))) {
      if (at < 0.1 || at > 0.9) continue;
      expect(Math.abs(share - 1), `${command} at ${at.toFixed(2)}: ${share}`).toBeLessThan(0.2);
    }
  }
});
