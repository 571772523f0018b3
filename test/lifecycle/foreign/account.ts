import fc from "fast-check";
import type { Aws } from "../../../src/aws/aws.ts";
import type { Outcomes } from "../../../src/engine/outcome.ts";
import type { Call, Cloud } from "../../cloud/cloud.ts";
import { settings, unwell } from "../scene.ts";
import { asStranger } from "../strangers.ts";
import { type Environment, remains, World } from "../world.ts";
import { guests, type Placed } from "./guests.ts";
import { nearMisses } from "./near-miss.ts";

/** What somebody else has built: the calls of one of our own environments, sent with tags that are not ours. */
interface Neighbour {
  /** The suffix in all its names. */
  readonly suffix: (typeof suffixes)[number];
  /** Whether it has names that we need; then we can do nothing. */
  readonly takesNames: boolean;
  /** How much of it there is, in thousandths of its calls. */
  readonly share: number;
  /** Which near misses its resources carry, one after the other. */
  readonly tags: readonly number[];
}

/** One account full of what is not ours, and what our environment lives through in it. */
export interface Story {
  readonly neighbour: Neighbour;
  readonly data: "discard" | "preserve";
  readonly domain: boolean;
  /** Steps; a guest's name lets it in, "leave" sends all guests away. */
  readonly steps: readonly string[];
}

const suffixes = ["dev", "dev2", "dev-2", "de", "xdev", "prod-dev"] as const;
const commands = ["up", "up", "down", "purge", "prune", "forget", "leave"];

/** Accounts and stories, the simplest first. */
export const story: fc.Arbitrary<Story> = fc.record({
  neighbour: fc.record({
    suffix: fc.constantFrom(...suffixes),
    takesNames: fc.constantFrom(...Array<boolean>(7).fill(false), true),
    share: fc.integer({ min: 0, max: 1000 }),
    tags: fc.array(fc.nat({ max: nearMisses.length - 1 }), { minLength: 1, maxLength: 8 }),
  }),
  data: fc.constantFrom("discard" as const, "preserve" as const),
  domain: fc.boolean(),
  steps: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...commands) },
      { weight: 2, arbitrary: fc.constantFrom(...Object.keys(guests)) },
    ),
    { minLength: 2, maxLength: 6 },
  ),
});

const recorded = new Map<string, Cloud>();

/** Brings one environment up for each suffix, so that its calls can be sent again as a stranger's. */
export async function prepare(): Promise<void> {
  for (const suffix of suffixes) {
    using world = new World({ delegated: "all" });
    const bad = unwell(await world.environment("dev", { suffix }).up());
    if (bad.length > 0) throw new Error(`${suffix} did not come up: ${bad.join(", ")}`);
    recorded.set(suffix, world.cloud);
  }
}

const isFoundByTags = ({ service, operation }: Call) =>
  service === "ec2" || ["CreateKey", "RequestCertificate", "CreateRestApi"].includes(operation);

/** What is one in an account, whoever's it is; a stage that writes logs needs it. */
const isShared = ({ operation, input }: Call) =>
  ["UpdateAccount", "CreateStage", "UpdateStage"].includes(operation) ||
  ("RoleName" in input && input.RoleName === "trading-apigateway-logs");

function accountWith({ suffix, takesNames, share, tags }: Neighbour): Cloud {
  const cloud = recorded.get(suffix);
  if (cloud === undefined) throw new Error(`nothing was recorded of ${suffix}`);
  const fits = (call: Call) => takesNames || (suffix === "dev" ? isFoundByTags(call) : !isShared(call));
  const made = cloud.log.filter((call) => call.mutating && fits(call));
  let next = 0;
  const alter = (call: Readonly<Call>) => {
    const miss = nearMisses[tags[next++ % tags.length] ?? 0];
    if (miss === undefined) throw new Error("there is no such near miss");
    return asStranger(miss)(call);
  };
  const account = cloud.replay(made.slice(0, Math.ceil((made.length * share) / 1000)), alter);
  // What is being made is ready by now: it does not change by itself any more.
  account.clock.jump(Math.max(account.now(), cloud.now()) + 7_200_000);
  return account;
}

/**
 * Lives through a story.
 *
 * @returns the guests who came in
 * @throws when something that is not ours has changed, or is in the way and not named, or when ours does not come and
 *   go in spite of it all
 */
export async function live({ neighbour, data, domain, steps }: Story): Promise<readonly string[]> {
  const quotas = { vpcs: 10, addresses: 20, natGatewaysPerZone: 10 };
  const cloud = accountWith(neighbour);
  using world = new World({ delegated: "all", quotas }, cloud);
  const yaml = domain ? `{data: ${data}, domain: {name: api.example.com, zone: example.com}}` : `{data: ${data}}`;
  const dev = world.environment("dev", { file: settings(`defaults: ${yaml}`) });
  const theirs = new Theirs(cloud);
  const placed = new Map<string, Placed>();
  const came: string[] = [];
  const leave = () => {
    for (const guest of placed.values()) theirs.change(() => guest.leave());
    placed.clear();
  };

  for (const step of [...steps, "leave", "down", "purge"]) {
    const guest = guests[step];
    if (step === "leave") leave();
    else if (step === "forget") dev.forget();
    else if (step === "up" && (await isRefused(dev))) continue;
    else if (guest !== undefined) {
      const known = placed.has(step) ? undefined : theirs.change(() => enter(guest, world));
      if (known === undefined) continue;
      placed.set(step, known);
      came.push(step);
    } else {
      const bad = unwell(await command(dev, step)).filter((line) => !line.endsWith(": retained"));
      checkBlockers(step, bad, [...placed.values()]);
    }
    theirs.check(step);
  }
  const left = remains(world, "dev").filter((key) => !theirs.has(key));
  if (left.length > 0) throw new Error(`left after the last purge: ${left.join(", ")}`);
  return came;
}

/** Lets a guest in, if what it comes to is there. */
function enter(guest: (typeof guests)[string], world: World) {
  const nobody = new Error("not there");
  const isOurs = (tags: Readonly<Record<string, string>>, node: string) =>
    tags["ManagedBy"] === "tap" && tags["Environment"] === "dev" && tags["tap:id"] === node;
  try {
    return guest(world, (node) => {
      const ours = [...world.cloud.resources()].find(({ arn, tags }) => arn !== undefined && isOurs(tags, node));
      const found = ours?.key.slice(ours.key.indexOf("/") + 1);
      if (found === undefined) throw nobody;
      return found;
    });
  } catch (error) {
    // Nor can anybody give an alias to a key that is pending deletion (CreateAlias, KMSInvalidStateException).
    const isTooLate = error instanceof Error && error.name === "KMSInvalidStateException";
    if (error === nobody || isTooLate) return undefined;
    throw error;
  }
}

/** Whether a name that we need is taken: then that is said, and nothing is done. */
async function isRefused(dev: Environment): Promise<boolean> {
  const { conflicts } = await dev.plan();
  if (conflicts.length === 0) return false;
  const other = conflicts.filter(({ message }) => !/exists, but it is not ours/.test(message));
  if (other.length > 0) throw new Error(other.map(({ node, message }) => `${node}: ${message}`).join("\n"));
  return true;
}

function command(dev: Environment, name: string): Promise<Outcomes<Aws>> {
  switch (name) {
    case "up":
      return dev.up();
    case "down":
      return dev.takeDown().then(({ endings }) => endings);
    case "purge":
      return dev.takeDown(dev.run(), { protect: false, purge: true }).then(({ endings }) => endings);
    case "prune":
      return dev.prune();
    default:
      throw new Error(`there is no step ${name}`);
  }
}

/** Nothing fails but what a guest is in the way of, and then the guest is named. */
function checkBlockers(step: string, bad: readonly string[], placed: readonly Placed[]): void {
  const names = placed.flatMap(({ named }) => named ?? []);
  const failures = bad.filter((line) => line.includes(": failed: "));
  if (failures.length > 0 && names.length === 0) throw new Error(`${step}: ${failures.join("; ")}`);
  for (const line of failures) {
    if (!names.some((name) => line.includes(name)))
      throw new Error(`${step} does not name what is in the way: ${line}`);
  }
  if (bad.length > 0 && failures.length === 0) throw new Error(`${step}: no failure, and yet ${bad.join("; ")}`);
}

/** What is not ours, and how it was when we saw it first. */
class Theirs {
  readonly #cloud: Cloud;
  #state: ReadonlyMap<string, string>;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#state = this.#everything();
  }

  has(key: string): boolean {
    return this.#state.has(key);
  }

  /** Lets somebody else do something: what is new or different since is theirs. */
  change<T>(act: () => T): T {
    const before = this.#everything();
    const result = act();
    this.#cloud.clock.jump(this.#cloud.now() + 7_200_000);
    const after = this.#everything();
    const touched = [...after].filter(([key, state]) => this.#state.has(key) || before.get(key) !== state);
    this.#state = new Map(touched.filter(([key]) => this.#state.has(key) || !before.has(key)));
    return result;
  }

  /** @throws naming what has changed */
  check(step: string): void {
    const now = this.#everything();
    const changed = [...this.#state].filter(([key, state]) => now.get(key) !== state);
    if (changed.length === 0) return;
    const [key = "", state] = changed[0] ?? [];
    throw new Error(`${step} has changed ${changed.map(([k]) => k).join(", ")}\n${state}\n${now.get(key)}`);
  }

  #everything(): Map<string, string> {
    return new Map(
      Object.entries(this.#cloud.dump()).flatMap(([service, all]) =>
        Object.entries(all).map(([key, state]) => [`${service}:${key}`, JSON.stringify(state)] as const),
      ),
    );
  }
}
