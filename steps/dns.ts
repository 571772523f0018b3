import { name } from "../src/config/names.ts";
import type { DomainSettings, Settings } from "../src/config/settings.ts";
import { node, within } from "../src/engine/node.ts";
import { delegation, resolvePublicNs } from "../src/resources/route53/delegation.ts";
import { ExistingHostedZone } from "../src/resources/route53/existing-zone.ts";
import { HostedZone } from "../src/resources/route53/hosted-zone.ts";
import { DnsRecord } from "../src/resources/route53/record.ts";
import type { certificate } from "./certificate.ts";
import type { domain } from "./domain.ts";
import { type Place, protection } from "./place.ts";

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

/** The proof that the domain is ours, and whether the world can see it. */
export function validation(
  { environment }: Settings,
  place: Place,
  settings: DomainSettings,
  hostedZone: ReturnType<typeof zone>,
  requested: ReturnType<typeof certificate>,
) {
  const record = node(DnsRecord, "dns/validation", {
    name: name("validation", environment),
    key: within(hostedZone, ({ hostedZoneId }) => ({
      hostedZoneId,
      zoneIsOurs: settings.hostedZoneId === undefined,
      type: "CNAME" as const,
      // ACM chooses the first label.
      name: `_*.${settings.name}`,
    })),
    needs: { requested },
    want: ({ requested }) => ({
      kind: "value" as const,
      name: requested.validationName,
      ttl: 300,
      values: [requested.validationValue],
    }),
  });
  const resolveNs = place.resolveNs ?? (place.local ? asDelegated : resolvePublicNs);
  const delegated = node(delegation(resolveNs), "dns/delegation", {
    name: name("delegation", environment),
    key: within(hostedZone, ({ zoneName, nameServers }) => ({ zoneName, nameServers })),
    want: () => ({}),
  });
  return { nodes: [record, delegated], record, delegation: delegated };
}

/** No public DNS knows the zones of the local AWS: they count as delegated. */
const asDelegated = async (_zone: string, nameServers: readonly string[]) => nameServers;

/** Where the world finds the API. */
export const addressRecord = (
  { environment }: Settings,
  settings: DomainSettings,
  hostedZone: ReturnType<typeof zone>,
  { domainName }: ReturnType<typeof domain>,
) =>
  node(DnsRecord, "dns/address", {
    name: name("address", environment),
    key: within(hostedZone, ({ hostedZoneId }) => ({
      hostedZoneId,
      zoneIsOurs: settings.hostedZoneId === undefined,
      type: "A" as const,
      name: settings.name,
    })),
    needs: { domainName },
    want: ({ domainName }) => ({
      kind: "alias" as const,
      name: settings.name,
      dnsName: domainName.regionalDomainName,
      hostedZoneId: domainName.regionalHostedZoneId,
    }),
  });
