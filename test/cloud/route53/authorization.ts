import { type Authorization, listOf, objectOf } from "../authorization.ts";

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
  context({ given }) {
    const changes = listOf(objectOf(given["ChangeBatch"])["Changes"]).map((one) => objectOf(one["ResourceRecordSet"]));
    if (changes.length === 0) return {};
    return {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": changes.map(({ Name }) =>
        String(Name).replace(/\.$/, "").toLowerCase(),
      ),
      "route53:ChangeResourceRecordSetsRecordTypes": changes.map(({ Type }) => String(Type)),
    };
  },
};
