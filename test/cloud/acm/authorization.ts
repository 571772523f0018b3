import { type Authorization, stringsIn } from "../authorization.ts";

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
};
