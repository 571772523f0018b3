import { name } from "../src/config/names.ts";
import type { DomainSettings, Settings } from "../src/config/settings.ts";
import { node, within } from "../src/engine/node.ts";
import { BasePathMapping } from "../src/resources/apigateway/base-path-mapping.ts";
import { ApiDomainName } from "../src/resources/apigateway/domain-name.ts";
import { DnsRecord } from "../src/resources/route53/record.ts";
import type { api } from "./api.ts";
import type { issuedCertificate } from "./certificate.ts";
import type { zone } from "./dns.ts";

/** The whole of a domain, in API Gateway's words. */
const root = "(none)";

/** The API's own domain name, and what it leads to. */
export function domain(
  { environment }: Settings,
  settings: DomainSettings,
  issued: ReturnType<typeof issuedCertificate>,
  { restApi, stage }: ReturnType<typeof api>,
) {
  const domainName = node(ApiDomainName, "domain/domain-name", {
    name: settings.name,
    needs: { issued },
    want: ({ issued }) => ({ certificateArn: issued.certificateArn, basePaths: [root] }),
  });
  const mapping = node(BasePathMapping, "domain/mapping", {
    name: name("mapping", environment),
    key: { domainName: settings.name, basePath: root },
    needs: { domainName, restApi, stage },
    want: ({ restApi, stage }) => ({ restApiId: restApi.restApiId, stage: stage.stageName }),
  });
  return { nodes: [domainName, mapping], domainName };
}

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
