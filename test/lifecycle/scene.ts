import type { Aws } from "../../src/aws/aws.ts";
import type { SettingsFile } from "../../src/config/file.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import type { Outcomes } from "../../src/engine/outcome.ts";
import type { StatusRow } from "../../src/engine/status.ts";
import type { CloudOptions } from "../cloud/cloud.ts";
import { MemoryJournal } from "../state/memory-journal.ts";
import { type Environment, outcomesOf, World } from "./world.ts";

/** A settings file, of YAML. */
export const settings = (yaml: string): SettingsFile => parseSettingsFile(yaml);

/** A world in which dev stands, and the environment in it. */
export interface Scene {
  readonly world: World;
  readonly dev: Environment;
}

/**
 * Brings dev up once.
 *
 * @returns makes a world in which that has happened, as often as it is asked; one can be used at a time
 */
export async function converged(file: SettingsFile, options: CloudOptions = { delegated: "all" }) {
  using first = new World(options);
  const dev = first.environment("dev", { file });
  const ended = unwell(await dev.up());
  if (ended.length > 0) throw new Error(`dev did not come up: ${ended.join(", ")}`);
  const state = dev.journal.toJSON();
  const { cloud, clock } = first;
  return (): Scene => {
    const copy = cloud.replay();
    copy.clock.jump(clock.now());
    const world = new World(options, copy);
    const journal = new MemoryJournal({ clock: world.clock, from: state });
    return { world, dev: world.environment("dev", { file, journal }) };
  };
}

const well = ["created", "updated", "replaced", "removed", "unchanged"];

/** The nodes that did not end well, and how. */
export const unwell = (endings: Outcomes<Aws>): string[] =>
  Object.entries(outcomesOf(endings)).flatMap(([node, is]) => (well.includes(is) ? [] : [`${node}: ${is}`]));

/** The nodes that a run did something to, and what. */
export const done = (endings: Outcomes<Aws>): Record<string, string> =>
  Object.fromEntries(Object.entries(outcomesOf(endings)).filter(([, is]) => is !== "unchanged"));

/** The rows of a drift report that are not in sync: status and reason by node. */
export const outOfSync = (rows: readonly StatusRow[]): Record<string, string> =>
  Object.fromEntries(
    rows
      .filter((row) => row.status !== "in-sync")
      .map((row) => [row.id, row.reason === undefined ? row.status : `${row.status}: ${row.reason}`]),
  );

/**
 * How many things of each sort exist of an environment, by the node that they belong to: the same before and after when
 * nothing was orphaned or made twice. Network interfaces of AWS's services come and go by themselves.
 */
export function inventory(world: World, environment: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, key, tags } of world.cloud.resources()) {
    if (tags["Environment"] !== environment || key.startsWith("network-interface/")) continue;
    const sort = `${tags["tap:id"]} (${service} ${key.split("/")[0]?.replace(`-${environment}-`, "-…-")})`;
    counts[sort] = (counts[sort] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
