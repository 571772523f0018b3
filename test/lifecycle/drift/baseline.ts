import type { SettingsFile } from "../../../src/config/file.ts";
import type { Call, Cloud } from "../../cloud/cloud.ts";
import { services } from "../../cloud/services.ts";
import { MemoryJournal, type Snapshot } from "../../state/memory-journal.ts";
import { Environment, type EnvironmentOptions, outcomesOf, World } from "../world.ts";
import { type Leaf, leavesOf } from "./leaves.ts";
import { applied, attribute, type Owners } from "./owner.ts";

const strangers = Object.values(services).flatMap(({ drift }) => drift?.strangers ?? []);

export const domainName = "api.example.com";

/** A platform that a fresh `up` has brought up, with everything that is needed to bring it up again, altered. */
export interface Baseline {
  readonly options: EnvironmentOptions;
  /** As `up` left it. */
  readonly cloud: Cloud;
  /** What AWS carried out, the strangers' calls included. */
  readonly log: readonly Call[];
  readonly owners: Owners;
  readonly journal: Snapshot;
  readonly leaves: readonly Leaf[];
}

/**
 * What the strangers have put into ours is accepted from then on.
 *
 * @throws when `up` does not succeed, or what it leaves is not in sync
 */
export async function bringUp(file: SettingsFile): Promise<Baseline> {
  const options: EnvironmentOptions = { env: "dev", file };
  using world = new World({ delegated: "all", rateLimits: false, databaseName: "shown" });
  const { domain } = file.defaults;
  const names = { domain: domainName, zone: domain?.hostedZoneId === undefined ? undefined : domain.zone };
  for (const { settle } of strangers) await settle?.(names);
  const environment = world.environment("dev", options);
  const owners = attribute(world.cloud, environment.platform.nodes, async (call, output) =>
    services[call.service]?.drift?.strangers?.follow?.(call, output),
  );
  const endings = Object.entries(outcomesOf(await environment.up()));
  const bad = endings.filter(([, is]) => !["created", "updated", "unchanged"].includes(is));
  const rows = await environment.status();
  const drifted = rows.filter(({ status }) => status !== "in-sync" && status !== "flagged");
  // What the strangers have in ours, by AWS's ids.
  const known = new Set(rows.flatMap(({ id, findings = [] }) => findings.map(({ path }) => `${id} ${path}`)));
  if (bad.length > 0 || drifted.length > 0) throw new Error(JSON.stringify({ bad, drifted }, null, 2));
  const log = applied(world.cloud);
  return {
    options: { ...options, ruling: (node, { path }) => (known.has(`${node} ${path}`) ? "accepted" : undefined) },
    cloud: world.cloud,
    log,
    owners,
    journal: environment.journal.toJSON(),
    leaves: log.flatMap((call) => {
      const owner = owners.get(call);
      return owner === undefined ? [] : leavesOf(call, owner);
    }),
  };
}

/** A call that someone has sent with another input: in place of tap's, or by hand after `up`. */
export interface ByHand {
  readonly call: Call;
  readonly input: object;
  /** Another operation of the same service, for calls that cannot be sent twice. */
  readonly afterwards?: string;
}

/**
 * The cloud that `up` left, or that is there after a change by hand.
 *
 * @throws what AWS answers when it does not accept the change, or a later call because of it
 */
export function replay(baseline: Baseline, change?: ByHand): Cloud {
  const log = [...baseline.log];
  let changed = change?.call;
  if (change?.afterwards !== undefined) {
    const { call, afterwards: operation } = change;
    changed = { ...call, operation, sequence: Number.POSITIVE_INFINITY, at: baseline.cloud.now() };
    log.push(changed);
  }
  const cloud = baseline.cloud.replay(log, (call) =>
    change !== undefined && call === changed ? change.input : call.input,
  );
  cloud.clock.jump(baseline.cloud.now());
  cloud.services.lambda.onInvoke = (_function, event) => event;
  return cloud;
}

/** A cloud with the environment in it, connected until it is disposed of. */
export class Copy implements Disposable {
  readonly cloud: Cloud;
  readonly environment: Environment;
  readonly owners: Owners;

  constructor(baseline: Baseline, cloud: Cloud) {
    this.cloud = cloud.connect();
    const world: World = {
      clock: cloud.clock,
      cloud,
      environment: (env = "dev", extra = {}) => new Environment(world, { env, ...extra }),
      [Symbol.dispose]: () => cloud.disconnect(),
    };
    const journal = new MemoryJournal({ from: baseline.journal, clock: cloud.clock });
    this.environment = new Environment(world, { ...baseline.options, journal });
    this.owners = attribute(cloud, this.environment.platform.nodes);
  }

  [Symbol.dispose](): void {
    this.cloud.disconnect();
  }
}
