import { name } from "../src/config/names.ts";
import type { DomainSettings, Settings } from "../src/config/settings.ts";
import { node } from "../src/engine/node.ts";
import { ExistingHostedZone } from "../src/resources/route53/existing-zone.ts";
import { HostedZone } from "../src/resources/route53/hosted-zone.ts";
import { protection } from "./place.ts";

/** The zone: one of our own, or one that is there already and is only ever given records. */
export function zone(all: Settings, { zone: zoneName, hostedZoneId }: DomainSettings) {
  if (hostedZoneId !== undefined) {
    return node(ExistingHostedZone, "dns/existing-zone", {
      name: zoneName,
      key: { hostedZoneId, zoneName },
      want: () => ({}),
    });
  }
  return node(HostedZone, "dns/zone", {
    name: name("zone", all.environment),
    tags: protection(all),
    key: { zoneName },
    want: () => ({ comment: `Trading platform, environment ${all.environment}` }),
  });
}
