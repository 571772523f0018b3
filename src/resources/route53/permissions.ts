import { each, permissions, reference } from "../../aws/permissions.ts";

/** Amazon Route 53. It knows no condition on a zone's tags. */
export const route53 = permissions({
  source: reference("amazonroute53"),
  scopes: ({ domain }) => {
    const zone = `arn:aws:route53:::hostedzone/${domain?.hostedZoneId ?? "*"}`;
    const isOurs = domain !== undefined && domain.hostedZoneId === undefined;
    return {
      LookAtZones: { resources: ["*"] },
      NewZone: isOurs ? { resources: ["*"] } : undefined,
      Zone: domain && { resources: [zone] },
      OwnZone: isOurs ? { resources: [zone] } : undefined,
      ZoneRecords: domain && {
        resources: [zone],
        condition: {
          "ForAllValues:StringLike": {
            // The second covers ACM's label and, in a zone of someone else's, our ownership records.
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain.name, `_*.${domain.name}`],
          },
          "ForAllValues:StringEquals": {
            "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME", isOurs ? "AAAA" : "TXT"],
          },
        },
      },
    };
  },
  operations: {
    ...each("route53:*", "Zone", "GetHostedZone", "ListResourceRecordSets"),
    ListHostedZones: { "route53:ListHostedZones": "LookAtZones" },
    ...each("route53:*", "OwnZone", "ListTagsForResource", "ChangeTagsForResource"),
    ...each("route53:*", "OwnZone", "DeleteHostedZone", "UpdateHostedZoneComment"),
    ChangeResourceRecordSets: { "route53:ChangeResourceRecordSets": "ZoneRecords" },
    CreateHostedZone: { "route53:CreateHostedZone": "NewZone" },
  },
});
