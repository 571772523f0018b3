import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, CreateMultipartUploadCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import type { SettingsFile } from "../../src/config/file.ts";
import { parseS3Location } from "../../src/config/location.ts";
import { planUp } from "../../src/engine/plan.ts";
import { up } from "../../src/engine/up.ts";
import { callerAccount } from "../../src/session/identity.ts";
import { s3Backend } from "../../src/state/s3/backend.ts";
import type { Cloud } from "../cloud/cloud.ts";
import { services } from "../cloud/services.ts";
import { type Baseline, bringUp, Copy, replay } from "../lifecycle/drift/baseline.ts";
import { exceptionOf } from "../lifecycle/drift/exceptions.ts";
import type { Leaf } from "../lifecycle/drift/leaves.ts";
import { alternatives, byHand, poolOf } from "../lifecycle/drift/values.ts";
import { everything, everythingWith } from "../lifecycle/everything.ts";
import { settings, unwell } from "../lifecycle/scene.ts";
import { type Environment, World } from "../lifecycle/world.ts";
import { Guard } from "./guard.ts";

/** What an environment's deployer was asked for in one life, and what did not end well in it. */
export interface Life {
  readonly guard: Guard;
  readonly unwell: readonly string[];
}

const domain = { name: "api.example.com", zone: "example.com" };

const guardFor = (environment: Environment, account?: string): Guard => {
  const guard = new Guard({ ...environment.settings, ...(account && { account }) });
  environment.world.cloud.intercept = guard.on(environment.world.cloud);
  return guard;
};

/** A domain in a zone of its own, and everything that can go wrong by hand. */
export async function withOwnZone(): Promise<Life> {
  const life = await comesAndGoes();
  const baseline = await bringUp(everything);
  const bad: string[] = [];
  for (const change of changesByHand(baseline)) bad.push(...(await repair(baseline, change, life.guard)));
  return { guard: life.guard, unwell: [...life.unwell, ...bad] };
}

/** Up, again, without its state, with less and with more; as many readers as have two digits. */
async function comesAndGoes(): Promise<Life> {
  const file = everythingWith({ database: { readers: 10 }, network: { natGateways: 2 } });
  using world = new World({ delegated: "all" });
  const dev = world.environment("dev", { file });
  const guard = guardFor(dev, world.cloud.account);
  const bad = unwell(await dev.up());
  await callerAccount(dev.connection().since(world.clock.now()));
  await dev.status();
  bad.push(...unwell(await dev.up()));
  dev.forget();
  await dev.status();
  bad.push(...unwell(await dev.up()));
  // What the settings have no more is left over, and pruned with the policy that knows it.
  const less = world.environment("dev", {
    file: settings(JSON.stringify({ defaults: { iam: everything.defaults.iam, database: { readers: 9 } } })),
    journal: dev.journal,
  });
  bad.push(...unwell(await less.up()), ...unwell(await less.prune()), ...unwell(await dev.up()));
  const Bucket = dev.journal.get("artifacts/bucket")?.id;
  world.cloud.call(new CreateMultipartUploadCommand({ Bucket, Key: "functions/unfinished.zip" }));
  bad.push(...unwell((await dev.takeDown()).endings));
  return { guard, unwell: bad };
}

/** Changes by hand that `up` repairs: one of each sort of property, and what is added or switched. */
function* changesByHand(baseline: Baseline): Generator<Cloud> {
  const id = (node: string) => baseline.journal.resources[node]?.id ?? "";
  const pool = poolOf(baseline.log);
  for (const leaf of oneOfEach(baseline.leaves)) {
    for (const change of alternatives(leaf, pool).flatMap((value) => byHand(leaf, value))) {
      const cloud = taken(() => replay(baseline, change));
      if (cloud === undefined) continue;
      yield cloud;
      break;
    }
  }
  const known = Object.values(services).flatMap(({ drift }) => drift ?? []);
  const additions = known.flatMap((drift) => drift.additions ?? []);
  for (const by of [...additions.map((addition) => addition.by), ...known.flatMap(({ seldom = [] }) => seldom)]) {
    const cloud = replay(baseline);
    by(cloud, id);
    cloud.clock.jump(cloud.now() + 3_600_000);
    yield cloud;
  }
}

/** What came of a change, if AWS takes it. */
function taken(change: () => Cloud): Cloud | undefined {
  try {
    return change();
  } catch {
    return undefined;
  }
}

/** One property of each kind that a call sets, as far as `up` repairs it. */
function oneOfEach(leaves: readonly Leaf[]): Leaf[] {
  const chosen = new Map<string, Leaf>();
  for (const leaf of leaves) {
    const { service, operation } = leaf.call;
    const kind = `${service} ${operation} ${String(leaf.path[0])}`;
    const repaired = ["repaired", undefined].includes(exceptionOf(leaf)?.expect.is);
    if (leaf.change === "value" && repaired && !chosen.has(kind)) chosen.set(kind, leaf);
  }
  return [...chosen.values()];
}

/** Looks and repairs under guard; a plan that is refused changes nothing. */
async function repair(baseline: Baseline, changed: Cloud, guard: Guard): Promise<string[]> {
  using copy = new Copy(baseline, changed);
  copy.cloud.intercept = guard.on(copy.cloud);
  const { environment } = copy;
  // What is left alone unless it is named is named here.
  const run = { ...environment.run(), ruling: () => "lifted" as const };
  const looks = await environment.look(run);
  if (planUp(looks).conflicts.length > 0) return [];
  return unwell(await up(run, environment.platform.nodes, looks)).filter((end) => !end.endsWith(": held"));
}

/** Neither domain nor a known account, beside another environment that held the region's alias first. */
export async function withoutDomain(): Promise<Life> {
  using world = new World();
  const staging = world.environment("staging");
  const bad = unwell(await staging.up());
  const dev = world.environment("dev");
  const guard = guardFor(dev);
  bad.push(...unwell(await dev.up()));
  await dev.status();
  world.cloud.intercept = undefined;
  await staging.takeDown();
  world.cloud.intercept = guard.on(world.cloud);
  bad.push(...unwell(await dev.up()), ...unwell((await dev.takeDown()).endings));
  return { guard, unwell: bad };
}

const state = "s3://acme-tap-state/trading";

/** Data that is kept, a zone of someone else's, and the state in S3. */
export async function protectedAndShared(): Promise<Life> {
  using world = new World({ delegated: "all" });
  const { cloud } = world;
  const zone = cloud.call(new CreateHostedZoneCommand({ Name: domain.zone, CallerReference: "theirs" })).HostedZone?.Id;
  const dev = world.environment("dev", { file: sharedSettings(zone) });
  const guard = guardFor(dev, cloud.account);
  await useState(world);

  const bad = unwell(await dev.up());
  cloud.services.logs.write("/aws/lambda/trading-processor-dev", 100);
  cloud.services.rds.rows("trading-cluster-dev").push("a trade");
  await dev.down();
  await dev.status();
  bad.push(...unwell(await dev.up()));
  await dev.down();
  bad.push(...unwell(await dev.purge()));
  bad.push(...unwell(await dev.up()), ...unwell(await dev.purge()));
  return { guard, unwell: bad };
}

const sharedSettings = (zone = ""): SettingsFile =>
  everythingWith({ data: "preserve", state, domain: { ...domain, hostedZoneId: zone.replace("/hostedzone/", "") } });

/** What a run does to its state and its lock. */
async function useState({ cloud, clock }: World): Promise<void> {
  const location = parseS3Location(state);
  if (location === undefined) throw new Error(`${state} is no place`);
  const { bucket: Bucket } = location;
  cloud.call(new CreateBucketCommand({ Bucket }));
  cloud.call(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const home = s3Backend({ location, region: cloud.region, credentials, clock });
  const place = home.of("dev");
  const lock = await place.lock({ command: "tap up --env dev", clock });
  const text = place.text();
  await text.read();
  await text.write("{}");
  await home.environments();
  await text.remove();
  await lock.release();
}
