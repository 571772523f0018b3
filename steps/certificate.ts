import { name } from "../src/config/names.ts";
import type { DomainSettings, Settings } from "../src/config/settings.ts";
import { node, within } from "../src/engine/node.ts";
import { Certificate } from "../src/resources/acm/certificate.ts";
import { IssuedCertificate } from "../src/resources/acm/issued-certificate.ts";
import { delegation, resolvePublicNs } from "../src/resources/route53/delegation.ts";
import { DnsRecord } from "../src/resources/route53/record.ts";
import type { zone } from "./dns.ts";
import type { Place } from "./place.ts";

/** The certificate of the API's own domain, requested at once: proving the domain takes longest. */
export const certificate = ({ environment }: Settings, domain: DomainSettings) =>
  node(Certificate, "certificate/certificate", {
    name: name("certificate", environment),
    key: { domainName: domain.name },
    want: () => ({ transparencyLogging: "ENABLED" as const }),
  });

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

/** The same certificate once ACM has seen the proof in DNS. */
export const issuedCertificate = (
  { environment }: Settings,
  requested: ReturnType<typeof certificate>,
  { record, delegation }: ReturnType<typeof validation>,
) =>
  node(IssuedCertificate, "certificate/issued", {
    name: name("issued-certificate", environment),
    key: within(requested, ({ certificateArn }) => ({ certificateArn })),
    needs: { record, delegation },
    want: () => ({}),
  });
