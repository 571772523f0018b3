import type { Aws } from "../../../src/aws/aws.ts";
import type { DownOptions } from "../../../src/engine/down.ts";
import type { Outcomes } from "../../../src/engine/outcome.ts";
import type { Run } from "../../../src/engine/run.ts";
import type { Cloud, CloudOptions } from "../../cloud/cloud.ts";
import { MemoryJournal, type Snapshot } from "../../state/memory-journal.ts";
import { everything } from "../everything.ts";
import { type Environment, World } from "../world.ts";
import { damage } from "./damage.ts";

/** A world in which a scenario's command is about to be run, and the state that it finds. */
export interface Scene {
  readonly world: World;
  readonly state: Snapshot | undefined;
}

type Command = (environment: Environment, run: Run<Aws>) => Promise<Outcomes<Aws>>;
type Name = "dev" | "prod";

/** A command, and what it finds. To add one, add it to the list below. */
export interface Scenario {
  readonly name: string;
  /** `dev` discards its data, `prod` keeps it. */
  readonly environment: Name;
  /** Makes the scene anew. */
  begin(options: CloudOptions): Scene | Promise<Scene>;
  /** The command that is stopped. */
  readonly command: Command;
  /** What is run next: the same again, in most cases. */
  readonly next: Command;
  /** What it leaves: everything in sync, what holds data, or nothing. */
  readonly leaves: "everything" | "data" | "nothing";
  /** What may differ from an undisturbed run, because the stop came before it was made: see `difference`. */
  readonly fine?: RegExp;
}

export const open = (world: World, name: Name, journal?: MemoryJournal): Environment =>
  world.environment(name, { file: everything, ...(journal === undefined ? {} : { journal }) });

const up: Command = (environment, run) => environment.up(run);

/** With the search of the account at its end, which removes what late writers made again. */
const takeDown =
  (how?: DownOptions): Command =>
  async (environment, run) => {
    const { endings, swept } = await environment.takeDown(run, how);
    const rest = [...swept.remaining.keys()].map(({ id }) => id);
    if (rest.length > 0) throw new Error(`not gone: ${rest.join(", ")}`);
    return endings;
  };
const down = takeDown();
const purge = takeDown({ protect: false, purge: true });

interface Standing {
  readonly cloud: Cloud;
  readonly now: number;
  readonly state: Snapshot;
}

const standing = new Map<string, Promise<Standing>>();

const fresh = (options: CloudOptions): Scene => ({ world: new World(options), state: undefined });

/** A world in which `up` has succeeded and trades were made. The run is made once; the worlds are made from its log. */
async function converged(name: Name, options: CloudOptions): Promise<Scene & { readonly state: Snapshot }> {
  const key = `${name} ${JSON.stringify(options)}`;
  const made = standing.get(key) ?? bringUp(name, options);
  standing.set(key, made);
  const { cloud, now, state } = await made;
  const copy = cloud.replay();
  copy.clock.jump(now);
  const world = new World(options, copy);
  world.cloud.services.rds.rows(`trading-cluster-${name}`).push("trade 1", "trade 2");
  world.cloud.services.logs.write(`/aws/lambda/trading-processor-${name}`, 100);
  return { world, state };
}

async function bringUp(name: Name, options: CloudOptions): Promise<Standing> {
  using world = new World(options);
  const environment = open(world, name);
  await environment.up();
  return { cloud: world.cloud, now: world.clock.now(), state: environment.journal.toJSON() };
}

const standingDev = (options: CloudOptions) => converged("dev", options);
const standingProd = (options: CloudOptions) => converged("prod", options);

/** A world in which prod was taken down, and has kept its data. That run is made once, too. */
async function takenDownProd(options: CloudOptions): Promise<Scene> {
  const key = `prod taken down ${JSON.stringify(options)}`;
  const made = standing.get(key) ?? takeProdDown(options);
  standing.set(key, made);
  const { cloud, now, state } = await made;
  const { world } = await standingProd(options);
  world.cloud.repeat(cloud.log);
  world.clock.jump(now);
  return { world, state };
}

async function takeProdDown(options: CloudOptions): Promise<Standing> {
  const { world, state } = await standingProd(options);
  using _ = world;
  const prod = open(world, "prod", new MemoryJournal({ from: state, clock: world.clock }));
  await down(prod, prod.run());
  return { cloud: world.cloud, now: world.clock.now(), state: prod.journal.toJSON() };
}

export const scenarios: readonly Scenario[] = [
  { name: "up", environment: "dev", begin: fresh, command: up, next: up, leaves: "everything" },
  {
    name: "up given up",
    environment: "dev",
    begin: fresh,
    command: up,
    next: down,
    leaves: "nothing",
    // A half-made key pending deletion, and what belongs to the whole account and is not taken down.
    fine: /^[-+] \["(kms\/key|apigateway\/account|iam\/role\/trading-apigateway-logs)/,
  },
  {
    name: "up repairing",
    environment: "dev",
    async begin(options) {
      const { world, state } = await standingDev(options);
      await damage(world.cloud, state.resources);
      return { world, state };
    },
    command: up,
    next: up,
    leaves: "everything",
  },
  {
    name: "up restoring",
    environment: "prod",
    begin: takenDownProd,
    command: up,
    next: up,
    leaves: "everything",
  },
  { name: "down", environment: "dev", begin: standingDev, command: down, next: down, leaves: "nothing" },
  { name: "down protecting", environment: "prod", begin: standingProd, command: down, next: down, leaves: "data" },
  { name: "down --purge", environment: "prod", begin: standingProd, command: purge, next: purge, leaves: "nothing" },
];
