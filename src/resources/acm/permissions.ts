import { both, permissions, reference } from "../../aws/permissions.ts";

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
    DescribeCertificate: { "acm:DescribeCertificate": "LookAtCertificates" },
    ListCertificates: { "acm:ListCertificates": "LookAtCertificates" },
    ListTagsForCertificate: { "acm:ListTagsForCertificate": "LookAtCertificates" },
    AddTagsToCertificate: { "acm:AddTagsToCertificate": "TagCertificate" },
    DeleteCertificate: { "acm:DeleteCertificate": "Certificate" },
    // Tags need a permission of their own (ACM user guide, "Tagging").
    RequestCertificate: { "acm:RequestCertificate": "NewCertificate", "acm:AddTagsToCertificate": "TagCertificate" },
    UpdateCertificateOptions: { "acm:UpdateCertificateOptions": "Certificate" },
  },
});
