import { statusRows } from "../../src/engine/status.ts";
import { lifecycleOn, type MotoLifecycle } from "../local/moto-lifecycle.ts";
import { type MotoServer, startMoto } from "../local/moto-server.ts";
import { type Figure, round } from "./figure.ts";
import { serveDelayed } from "./proxy.ts";

/**
 * Up, status and down on a moto of the benchmark's own, in this process: what stands in for AWS where moto does
 * otherwise has to be in tap's.
 *
 * @param delays added to each call, in milliseconds; besides none
 * @throws when something does not end well, is not in sync, or is left
 */
export async function benchMoto(delays: readonly number[]): Promise<Figure[]> {
  const moto = await startMoto();
  try {
    // The first of all is slower than any delay makes it: moto loads its code, and this process compiles tap's.
    await fresh(moto, moto.endpoint, "", "");
    const figures = await fresh(moto, moto.endpoint, "", "");
    for (const delayMs of delays) figures.push(...(await delayed(moto, delayMs)));
    return figures;
  } finally {
    await moto.stop();
  }
}

async function delayed(moto: MotoServer, delayMs: number): Promise<Figure[]> {
  const proxy = await serveDelayed(moto.endpoint, delayMs);
  try {
    return await fresh(moto, proxy.url, `-${delayMs}`, `, each call ${delayMs} ms later`);
  } finally {
    await proxy.close();
  }
}

/**
 * In an account in which nothing was before: a key that is to be deleted would be taken back, and the snapshot that
 * moto makes of a cluster is in the way of the next cluster's in the same minute.
 */
async function fresh(moto: MotoServer, through: string, suffix: string, how: string): Promise<Figure[]> {
  await moto.reset();
  // Moto makes AWS's own policies anew when it is first asked for a role: seconds that are not tap's.
  await (await lifecycleOn(moto)).look();
  return measure(await lifecycleOn(moto, through), suffix, how);
}

async function measure(dev: MotoLifecycle, suffix: string, how: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [command, work] of [
    ["up", dev.bringUp],
    ["status", () => mustBeInSync(dev)],
    ["down", dev.takeDown],
  ] as const) {
    const start = performance.now();
    await work();
    const value = round((performance.now() - start) / 1000, 2);
    const what = `${command} on moto, in process (no process start)${how}`;
    figures.push({ id: `moto-${command}${suffix}`, what, value, unit: "s" });
  }
  return figures;
}

async function mustBeInSync(dev: MotoLifecycle): Promise<void> {
  const rows = statusRows(await dev.look()).filter(({ status }) => status !== "in-sync");
  if (rows.length > 0) throw new Error(`not in sync: ${rows.map(({ id }) => id).join(", ")}`);
}
