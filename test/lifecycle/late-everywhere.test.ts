import { describe, expect, test } from "vitest";
import type { CloudOptions } from "../cloud/cloud.ts";
import { type Lateness, parts } from "../cloud/visibility.ts";
import { comesUp, goesDown } from "./expectations.ts";
import { settings, unwell } from "./scene.ts";
import { World } from "./world.ts";

/** Every part is late, each by a time of its own between half a second and half a minute. */
const late: Lateness = Object.fromEntries(parts.map((part, i) => [part, 500 + ((i * 7_919) % 30_000)]));
const picture: CloudOptions = {
  delegated: "all",
  lag: { reads: 2_000, tags: 5_000 },
  late,
  overlap: { ms: 1_000, answer: "lost" },
};

const zone = "domain: {name: api.example.com, zone: example.com}";
const variants = [
  ["one NAT gateway, no domain", "network: {natGateways: 1}", 0],
  ["two NAT gateways, no domain", "network: {natGateways: 2}", 0],
  ["one NAT gateway and a domain", `network: {natGateways: 1}, ${zone}`, 1],
  ["two NAT gateways and a domain", `network: {natGateways: 2}, ${zone}`, 1],
] as const;

const requested = (world: World) =>
  world.cloud.log.filter(({ operation, sequence }) => operation === "RequestCertificate" && sequence !== undefined);

describe.each(variants)("where every part of everything shows late: %s", (_, chosen, certificates) => {
  const file = settings(`defaults: {${chosen}}`);

  test("dev comes up, is in sync, has nothing left to do, and leaves nothing", async () => {
    using world = new World(picture);
    const dev = world.environment("dev", { file });
    await comesUp(dev);
    expect(requested(world)).toHaveLength(certificates);
    await goesDown(dev);
  });

  test("prod goes down with its data kept, comes back with it, and leaves nothing when it is purged", async () => {
    using world = new World(picture);
    const prod = world.environment("prod", { file });
    const rows = () => world.cloud.services.rds.rows("trading-cluster-prod");
    await comesUp(prod);
    rows().push("trade 1");
    const kept = unwell((await prod.takeDown()).endings);
    expect(kept.filter((text) => !text.endsWith(": retained"))).toEqual([]);
    await comesUp(prod);
    expect(rows()).toEqual(["trade 1"]);
    // One each time that it came up.
    expect(requested(world)).toHaveLength(2 * certificates);
    await goesDown(prod, { protect: false, purge: true });
  });
});
