import { type Cidr, contains, overlaps, parseCidr } from "./cidr.ts";
import type { Path } from "./file.ts";
import type { Settings } from "./settings.ts";

/** What is wrong with a setting in the company of the others. */
export interface Conflict {
  /** Steps to the value inside the settings. */
  readonly at: Path;
  readonly value: unknown;
  readonly expected: string;
}

/** Rules between settings. That each value is right by itself was checked when the file was read. */
export function checkSettings(settings: Settings): Conflict[] {
  return [
    ...subnetConflicts(settings),
    ...zoneConflicts(settings),
    ...domainConflicts(settings),
    ...roleConflicts(settings),
  ];
}

interface Subnet {
  readonly at: Path;
  readonly zone: string;
  readonly cidr: string;
  readonly range: Cidr | undefined;
}

function subnetsOf({ network }: Settings): Subnet[] {
  return (["publicSubnets", "privateSubnets"] as const).flatMap((group) =>
    network[group].map((subnet, i) => ({ at: ["network", group, i], ...subnet, range: parseCidr(subnet.cidr) })),
  );
}

function subnetConflicts(settings: Settings): Conflict[] {
  const conflicts: Conflict[] = [];
  const vpc = parseCidr(settings.network.cidr);
  const subnets = subnetsOf(settings);
  subnets.forEach(({ at, cidr, range }, i) => {
    if (!vpc || !range) return;
    const complain = (expected: string) => conflicts.push({ at: [...at, "cidr"], value: cidr, expected });
    if (!contains(vpc, range)) complain(`a range inside the VPC's ${settings.network.cidr}`);
    for (const other of subnets.slice(0, i)) {
      if (other.range && overlaps(other.range, range)) complain(`a range that does not overlap ${other.cidr}`);
    }
  });
  return conflicts;
}

function zoneConflicts(settings: Settings): Conflict[] {
  const conflicts: Conflict[] = [];
  const { publicSubnets, privateSubnets } = settings.network;
  for (const { at, zone } of subnetsOf(settings)) {
    const inRegion = zone.startsWith(settings.region) && zone.length === settings.region.length + 1;
    if (!inRegion) conflicts.push({ at: [...at, "zone"], value: zone, expected: `a zone of ${settings.region}` });
  }
  const [a, b] = publicSubnets;
  if (a.zone === b.zone) {
    conflicts.push({
      at: ["network", "publicSubnets", 1, "zone"],
      value: b.zone,
      expected: `a zone other than ${a.zone}`,
    });
  }
  privateSubnets.forEach(({ zone }, i) => {
    const facing = publicSubnets[i]?.zone;
    if (zone === facing) return;
    const expected = `${facing}, the zone of the public subnet that it leaves through`;
    conflicts.push({ at: ["network", "privateSubnets", i, "zone"], value: zone, expected });
  });
  return conflicts;
}

function domainConflicts({ domain }: Settings): Conflict[] {
  if (!domain || domain.name === domain.zone || domain.name.endsWith(`.${domain.zone}`)) return [];
  return [{ at: ["domain", "name"], value: domain.name, expected: `${domain.zone} or a name under it` }];
}

function roleConflicts({ account, roleArn }: Settings): Conflict[] {
  if (account === undefined || roleArn === undefined || roleArn.split(":")[4] === account) return [];
  return [{ at: ["roleArn"], value: roleArn, expected: `a role of the account ${account}` }];
}
