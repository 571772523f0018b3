import { both, each, permissions, reference } from "../../aws/permissions.ts";

/** AWS Certificate Manager. */
export const acm = permissions({
  source: reference("awscertificatemanager"),
  scopes: ({ domain, arn, ours, asOurs, notOthers, inRegion }) => ({
    LookAtCertificates: domain && { resources: ["*"], condition: inRegion },
    NewCertificate: domain && {
      resources: ["*"],
      condition: both(asOurs, inRegion, { "ForAllValues:StringEquals": { "acm:DomainNames": domain.name } }),
    },
    TagCertificate: domain && { resources: [arn("acm", "certificate/*")], condition: both(asOurs, notOthers) },
    Certificate: domain && { resources: [arn("acm", "certificate/*")], condition: ours },
  }),
  operations: {
    ...each("acm:*", "LookAtCertificates", "DescribeCertificate", "ListCertificates", "ListTagsForCertificate"),
    AddTagsToCertificate: { "acm:AddTagsToCertificate": "TagCertificate" },
    ...each("acm:*", "Certificate", "DeleteCertificate", "UpdateCertificateOptions"),
    // Tags need a permission of their own (ACM user guide, "Tagging").
    RequestCertificate: { "acm:RequestCertificate": "NewCertificate", "acm:AddTagsToCertificate": "TagCertificate" },
  },
});
