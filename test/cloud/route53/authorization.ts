import type { Authorization } from "../authorization.ts";

/** See {@link Authorization}. */
export const route53: Authorization = {
  actions: {
    "route53:ChangeResourceRecordSets": {
      on: { hostedzone: [] },
      keys: ["route53:ChangeResourceRecordSetsNormalizedRecordNames", "route53:ChangeResourceRecordSetsRecordTypes"],
    },
    "route53:ChangeTagsForResource": { on: { hostedzone: [] }, keys: [] },
    "route53:CreateHostedZone": { on: {}, keys: [] },
    "route53:DeleteHostedZone": { on: { hostedzone: [] }, keys: [] },
    "route53:GetHostedZone": { on: { hostedzone: [] }, keys: [] },
    "route53:ListHostedZones": { on: {}, keys: [] },
    "route53:ListResourceRecordSets": { on: { hostedzone: [] }, keys: [] },
    "route53:ListTagsForResource": { on: { hostedzone: [] }, keys: [] },
    "route53:UpdateHostedZoneComment": { on: { hostedzone: [] }, keys: [] },
  },
  forms: {
    hostedzone: /^arn:aws:route53:::hostedzone\//,
  },
  touched: ({ each }) =>
    ["Id", "HostedZoneId", "ResourceId"].flatMap((field) =>
      each(field, (id) => `arn:aws:route53:::hostedzone/${id.replace(/^\/?hostedzone\//, "")}`),
    ),
};
