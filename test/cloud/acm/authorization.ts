import { type Authorization, one, stringsIn } from "../authorization.ts";

/** See {@link Authorization}. */
export const acm: Authorization = {
  actions: {
    "acm:AddTagsToCertificate": { on: { certificate: ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "acm:DeleteCertificate": { on: { certificate: ["aws:ResourceTag"] }, keys: [] },
    "acm:DescribeCertificate": { on: { certificate: ["aws:ResourceTag"] }, keys: [] },
    "acm:ListCertificates": { on: {}, keys: [] },
    "acm:ListTagsForCertificate": { on: { certificate: ["aws:ResourceTag"] }, keys: [] },
    "acm:RequestCertificate": { on: {}, keys: ["acm:DomainNames", "aws:RequestTag"] },
    "acm:UpdateCertificateOptions": { on: { certificate: ["aws:ResourceTag"] }, keys: [] },
  },
  forms: {
    certificate: /^arn:aws:acm:[^:]+:\d+:certificate\//,
  },
  touched: ({ operation, given, arn }) =>
    operation === "RequestCertificate" ? [arn("acm", "certificate/new")] : stringsIn(given["CertificateArn"]),
  tagging: "acm:AddTagsToCertificate",
  taggable: () => [["acm:AddTagsToCertificate", "arn:aws:acm:us-east-1:123456789012:certificate/1"]],
  context: ({ given }) => one("acm:DomainNames", given["DomainName"]),
};
