import { name } from "../src/config/names.ts";
import type { DomainSettings, Settings } from "../src/config/settings.ts";
import { node, within } from "../src/engine/node.ts";
import { Certificate } from "../src/resources/acm/certificate.ts";
import { IssuedCertificate } from "../src/resources/acm/issued-certificate.ts";
import type { validation } from "./dns.ts";

/** The certificate of the API's own domain, requested at once: proving the domain takes longest. */
export const certificate = ({ environment }: Settings, domain: DomainSettings) =>
  node(Certificate, "certificate/certificate", {
    name: name("certificate", environment),
    key: { domainName: domain.name },
    want: () => ({ transparencyLogging: "ENABLED" as const }),
  });

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
