import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { another, type DriftFacts, noProperty, onlyOne, refused } from "../drift.ts";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [
    { fields: /DomainName @/, reason: another, expect: noProperty },
    { fields: /ValidationMethod/, reason: onlyOne, expect: refused },
    {
      fields: /KeyAlgorithm/,
      reason:
        "only another certificate can have it: that is made, the domain moves to it, and the first one is removed",
      expect: {
        is: "repaired",
        follows: /^(domain\/domain-name|certificate\/certificate#.*|a left-over)$/,
        differs: /^acm:certificate\//,
      },
    },
  ],
  choices: [
    [/KeyAlgorithm$/, ["EC_prime256v1"]],
    [/TransparencyLoggingPreference$/, ["DISABLED"]],
  ],
  replacements: ["certificate.keyAlgorithm remade"],
  strangers: {
    async settle({ domain }) {
      await new ACMClient().send(new RequestCertificateCommand({ DomainName: domain, ValidationMethod: "DNS" }));
    },
  },
};
