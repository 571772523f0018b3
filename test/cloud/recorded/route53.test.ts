import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-route-53";
import { expect } from "vitest";
import { world } from "../world.ts";
import { holds } from "./facts.ts";

function zone() {
  const { cloud } = world();
  const made = cloud.call(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" }));
  const Id = made.HostedZone?.Id ?? "";
  const add = (Name: string) => {
    const ResourceRecordSet = { Name, Type: "CNAME" as const, TTL: 300, ResourceRecords: [{ Value: "x.example.net" }] };
    const ChangeBatch = { Changes: [{ Action: "CREATE" as const, ResourceRecordSet }] };
    return cloud.call(new ChangeResourceRecordSetsCommand({ HostedZoneId: Id, ChangeBatch }));
  };
  return { cloud, made, Id, add };
}

holds([
  {
    operation: "CreateHostedZone",
    fact: "the zone is answered with a full stop and its path, two records, name servers without a full stop and a change that is pending",
    source: "LocalStack test_create_hosted_zone",
    check: () => {
      const { made, Id } = zone();
      expect(Id).toMatch(/^\/hostedzone\/Z[A-Z0-9]+$/);
      expect(made.HostedZone).toEqual({
        Id,
        Name: "example.com.",
        CallerReference: "1",
        Config: { PrivateZone: false },
        ResourceRecordSetCount: 2,
      });
      expect(made.ChangeInfo).toMatchObject({ Id: expect.stringMatching(/^\/change\/C/), Status: "PENDING" });
      expect(made.DelegationSet?.NameServers?.every((name) => !name.endsWith("."))).toBe(true);
    },
  },
  {
    operation: "ListHostedZones",
    fact: "no Marker on the first page, none to go on with on the last",
    source: "placebo, 11 replies",
    check: () => {
      const { cloud } = zone();
      const { Marker, NextMarker, IsTruncated } = cloud.call(new ListHostedZonesCommand({}));
      expect({ Marker, NextMarker, IsTruncated }).toEqual({ IsTruncated: false });
    },
  },
  {
    operation: "ListResourceRecordSets",
    fact: "NS and SOA are records like others, their values with a full stop at the end of each name; the zone's own come first",
    source: "placebo, 5 replies",
    check: () => {
      const { cloud, Id, add } = zone();
      add("mail.example.com");
      const { ResourceRecordSets = [] } = cloud.call(new ListResourceRecordSetsCommand({ HostedZoneId: Id }));
      expect(ResourceRecordSets.map(({ Name, Type, TTL }) => `${Name} ${Type} ${TTL}`)).toEqual([
        "example.com. NS 172800",
        "example.com. SOA 900",
        "mail.example.com. CNAME 300",
      ]);
      const [ns, soa] = ResourceRecordSets.map(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => Value));
      expect(ns?.every((value) => value?.endsWith("."))).toBe(true);
      expect(soa).toEqual([
        expect.stringMatching(/^ns-\S+\. awsdns-hostmaster\.amazon\.com\. 1 7200 900 1209600 86400$/),
      ]);
    },
  },
  {
    operation: "DeleteHostedZone",
    fact: "what still has records is refused, in AWS's spelling with two blanks; a zone that is gone is NoSuchHostedZone, 404",
    source: "placebo test_route53_hostedzone_delete; LocalStack test_delete_hosted_zone",
    check: () => {
      const { cloud, Id, add } = zone();
      add("mail.example.com");
      expect(() => cloud.call(new DeleteHostedZoneCommand({ Id }))).toThrow(
        "The specified hosted zone contains non-required resource record sets  and so cannot be deleted.",
      );
      expect(() => cloud.call(new GetHostedZoneCommand({ Id: "Z0" }))).toThrow("No hosted zone found with ID: Z0");
    },
  },
  {
    operation: "ListTagsForResource",
    fact: "a zone without tags has an empty list",
    source: "placebo, 1 of 6 replies",
    check: () => {
      const { cloud, Id } = zone();
      const ResourceId = Id.replace("/hostedzone/", "");
      const { ResourceTagSet } = cloud.call(new ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId }));
      expect(ResourceTagSet).toEqual({ ResourceType: "hostedzone", ResourceId, Tags: [] });
    },
  },
]);
