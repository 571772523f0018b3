import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { another, type DriftFacts, inSync, noProperty, oneElement, onlyOne, refused } from "../drift.ts";

const domainName = "api.example.com";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [
    { fields: /Changes\[[+-]\]|Changes\[\]\.Action|ResourceType/, reason: oneElement, expect: noProperty },
    {
      fields: /(ResourceId|(?<!AliasTarget\.)HostedZoneId) @|Zone Name|ResourceRecordSet\.(Name|Type)/,
      reason: another,
      expect: noProperty,
    },
    { fields: /PrivateZone/, reason: "a private zone is another zone, with a VPC; not modelled", expect: inSync },
    {
      fields: /ResourceRecords\[-\]/,
      reason: "the list is as short as AWS takes it, or holds all that there is",
      expect: refused,
    },
    { fields: /AliasTarget\.(HostedZoneId|DNSName)/, reason: onlyOne, expect: refused },
    {
      fields: /ChangeTagsForResource tags\.tap:id/,
      reason: "the same zone is listed once more, as a left-over",
      expect: { is: "repaired", also: /^by hand/ },
    },
    {
      fields: / tags\.(ManagedBy|Environment)/,
      reason: "a zone is ours by its caller reference",
      expect: { is: "repaired" },
    },
    {
      fields: /Value @dns\/address = "tap\//,
      reason: "in a zone of someone else's, the record beside ours says whose ours is",
      expect: { is: "blocked", reason: /says "by hand"/ },
    },
    {
      fields: /Value @dns\/validation = "tap\//,
      reason: "the proof of our certificate is ours whatever the record beside it says",
      expect: { is: "repaired", told: "otherwise" },
    },
  ],
  choices: [
    [/ResourceRecords\[\+\]$/, [{ Value: "by.hand.example.com" }, { Value: '"by hand"' }]],
    [/ResourceRecords\[\]\.Value$/, ["by.hand.example.com", '"by hand"']],
    [/ResourceRecordSet\.Name$/, ["_other.api.example.com", "other.example.com"]],
    [/ResourceRecordSet\.Type$/, ["AAAA", "TXT"]],
    [/AliasTarget\.HostedZoneId$/, ["Z2FDTNDATAQYW2"]],
  ],
  afterwards: {
    ChangeResourceRecordSets: (input) => [
      "ChangeResourceRecordSets",
      JSON.parse(JSON.stringify(input).replaceAll('"Action":"CREATE"', '"Action":"UPSERT"')),
    ],
  },
  additions: [
    {
      what: "an address record that leads elsewhere",
      node: "dns/address",
      path: /^(ttl|values|alias\.\w+)$/,
      by: (cloud, id) =>
        cloud.call(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: id("dns/zone"),
            ChangeBatch: {
              Changes: [
                {
                  Action: "UPSERT",
                  ResourceRecordSet: {
                    Name: domainName,
                    Type: "A",
                    TTL: 60,
                    ResourceRecords: [{ Value: "192.0.2.1" }],
                  },
                },
              ],
            },
          }),
        ),
    },
    {
      what: "a record beside the address",
      node: "dns/address",
      path: /^others\.AAAA$/,
      by: (cloud, id) =>
        cloud.call(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: id("dns/zone"),
            ChangeBatch: {
              Changes: [
                {
                  Action: "CREATE",
                  ResourceRecordSet: {
                    Name: domainName,
                    Type: "AAAA",
                    TTL: 60,
                    ResourceRecords: [{ Value: "2001:db8::1" }],
                  },
                },
              ],
            },
          }),
        ),
    },
  ],
  strangers: {
    async settle({ zone }) {
      if (zone === undefined) return;
      await new Route53Client().send(new CreateHostedZoneCommand({ Name: zone, CallerReference: "stranger" }));
    },
  },
};
