import { DescribeAvailabilityZonesCommand } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/aws.ts";
import type { SettingsFile } from "../config/file.ts";
import { name } from "../config/names.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";
import { duration } from "../report/text.ts";
import { findEngineVersion, listOptions } from "../resources/rds/engine-version.ts";
import { delegationInPlace, type ResolveNs } from "../resources/route53/delegation.ts";
import { ExistingHostedZone } from "../resources/route53/existing-zone.ts";
import { HostedZone } from "../resources/route53/hosted-zone.ts";
import { nameServersOf } from "../resources/route53/shared.ts";
import { guardAccount } from "../session/environment.ts";
import { error, type Finding, ok, warning } from "./check.ts";

/** Who runs tap, as AWS sees it. */
export interface Caller {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
  /** When the credentials end; unknown for those that last. */
  readonly expiration?: Date;
}

/** An AWS account, and what an environment wants of it. */
export interface Account {
  readonly settings: Settings;
  readonly file: SettingsFile;
  readonly clock: Clock;
  readonly aws: Aws;
  /** Rejected with a `CredentialsError` where AWS does not tell. */
  readonly caller: Promise<Caller>;
  /** The time of an answer of AWS's, which needs no credentials. */
  serverTime(): Promise<Date>;
  readonly resolveNs: ResolveNs;
}

/** A change takes this long where AWS is slow (the network interfaces of Lambda), in milliseconds. */
const longRun = 60 * 60_000;

/** Whether there are credentials that AWS accepts, and that the settings do. */
export async function credentials({ settings, file, clock, caller }: Account): Promise<Finding> {
  const { account, arn, expiration } = await caller;
  try {
    guardAccount({ settings, file }, account);
  } catch (refused) {
    const fix = `AWS_PROFILE=… tap doctor --env ${settings.environment}, with a profile of the account ${settings.account}`;
    return error(refused instanceof Error ? refused.message : String(refused), fix);
  }
  const who = `account ${account}, ${arn}`;
  if (expiration === undefined) return ok(who);
  const left = expiration.getTime() - clock.now();
  const ends = `${who}, until ${expiration.toISOString()}`;
  // SSO and roles are renewed by the SDK where it can; what is in variables is not.
  if (left >= longRun) return ok(ends);
  return warning(
    `${ends}: for ${duration(Math.max(0, left) / 1000)}`,
    "Where they do not renew themselves: aws sso login",
  );
}

const minute = 60_000;

/** Whether this machine's clock goes right: AWS refuses signatures that are more than five minutes old or early. */
export async function clock({ clock, serverTime }: Account): Promise<Finding> {
  const before = clock.now();
  const theirs = (await serverTime()).getTime();
  const skew = (before + clock.now()) / 2 - theirs;
  const off = `this machine's clock is ${duration(Math.abs(skew) / 1000)} ${skew > 0 ? "ahead of" : "behind"} AWS's`;
  const fix = "sudo timedatectl set-ntp true";
  if (Math.abs(skew) > 5 * minute) return error(`${off}, which refuses what is more than 5 min off`, fix);
  return Math.abs(skew) > minute ? warning(off, fix) : ok("this machine's clock agrees with AWS's");
}

/** Whether the account can use the region, and has the availability zones that the settings name. */
export async function region({ aws, settings }: Account): Promise<Finding> {
  const { AvailabilityZones = [] } = await aws.ec2(new DescribeAvailabilityZonesCommand({}));
  const open = AvailabilityZones.filter(({ State }) => State === "available").map(({ ZoneName }) => ZoneName);
  const wanted = settings.network.publicSubnets.map(({ zone }) => zone);
  const closed = wanted.filter((zone) => !open.includes(zone));
  if (closed.length === 0) return ok(`${settings.region} with ${wanted.join(" and ")}`);
  return error(
    `${closed.join(" and ")} cannot be used by this account; ${open.join(", ") || "none"} can`,
    "Set network.publicSubnets and network.privateSubnets to other zones.",
  );
}

/** Whether the region offers the database of the settings. */
export async function database({ aws, settings }: Account): Promise<Finding> {
  const { engineVersion: version, instanceClass } = settings.database;
  const clusterIdentifier = name("cluster", settings.environment);
  const { engineVersion } = await findEngineVersion(aws, { version, instanceClass, clusterIdentifier });
  const options = await listOptions(aws, engineVersion, instanceClass);
  const zones = new Set(options.flatMap(({ AvailabilityZones = [] }) => AvailabilityZones.map(({ Name }) => Name)));
  const wanted = settings.network.privateSubnets.map(({ zone }) => zone);
  const without = wanted.filter((zone) => !zones.has(zone));
  const what = `Aurora MySQL ${engineVersion} on ${instanceClass}`;
  if (without.length === 0) return ok(`${what} is on offer in ${wanted.join(" and ")}`);
  return error(
    `${what} is not on offer in ${without.join(" and ")}; it is in ${[...zones].sort().join(", ") || "no zone"}`,
    "Set database.instanceClass, or the zones of network.publicSubnets and network.privateSubnets.",
  );
}

/** Whether the world finds the domain's zone where Route 53 has it. */
export async function domain({ aws, settings: { domain, environment }, resolveNs }: Account): Promise<Finding> {
  if (domain === undefined) return ok("no domain is configured");
  const { zone } = domain;
  const nameServers = await nameServersIn(aws, environment, domain);
  if (nameServers === undefined) {
    return warning(
      `there is no zone ${zone} yet: up makes it, and leaves it to you to delegate it`,
      `tap up --env ${environment}`,
    );
  }
  const { inPlace, found } = await delegationInPlace(zone, nameServers, resolveNs);
  if (inPlace) return ok(`${zone} is delegated to ${nameServers.join(", ")}`);
  return warning(
    `${zone} is delegated to ${found.join(", ") || "nobody"}`,
    `Where ${zone} is registered, set its name servers to ${nameServers.join(", ")}`,
  );
}

/** @throws {TapError} when the zone is not there, or is not one to put records into */
async function nameServersIn(
  aws: Aws,
  environment: string,
  { zone: zoneName, hostedZoneId }: NonNullable<Settings["domain"]>,
): Promise<readonly string[] | undefined> {
  const me = { environment, node: "dns/zone", name: zoneName, tags: {} };
  if (hostedZoneId === undefined) return (await HostedZone.find(aws, me, { zoneName }))?.nameServers;
  const found = await ExistingHostedZone.find(aws, me, { hostedZoneId, zoneName });
  return found && nameServersOf(found);
}
