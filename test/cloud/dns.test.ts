import {
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  type ResourceRecordSet,
  type RRType,
} from "@aws-sdk/client-route-53";
import { expect, test } from "vitest";
import type { CloudOptions } from "./cloud.ts";
import { refusal, world } from "./world.ts";

const minute = 60_000;

function setUp(options: CloudOptions = {}) {
  const base = world(options);
  const { cloud } = base;
  const createZone = (Name: string, CallerReference = Name) =>
    cloud.call(new CreateHostedZoneCommand({ Name, CallerReference })).HostedZone?.Id ?? "";
  const change = (HostedZoneId: string, ...Changes: Change[]) =>
    cloud.call(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } })).ChangeInfo;
  return { ...base, createZone, change };
}

function set(Name: string, Type: RRType, Value: string): ResourceRecordSet {
  return { Name, Type, TTL: 300, ResourceRecords: [{ Value }] };
}

test("a caller reference works once, also after its zone is gone", () => {
  const { cloud, createZone } = setUp();
  const Id = createZone("example.com", "tap/dev/1");
  expect(refusal(() => createZone("example.com", "tap/dev/1"))).toBe("HostedZoneAlreadyExists");
  expect(cloud.call(new GetHostedZoneCommand({ Id })).DelegationSet?.NameServers).toHaveLength(4);
  cloud.call(new DeleteHostedZoneCommand({ Id }));
  expect(refusal(() => createZone("example.com", "tap/dev/1"))).toBe("HostedZoneAlreadyExists");
  expect(refusal(() => createZone("example.com", "tap/dev/2"))).toBe("nothing");
});

test("a batch applies as a whole or not at all, and says what is wrong", () => {
  const { cloud, createZone, change } = setUp();
  const zone = createZone("example.com");
  const records = () =>
    cloud
      .call(new ListResourceRecordSetsCommand({ HostedZoneId: zone }))
      .ResourceRecordSets?.map((r) => `${r.Name} ${r.Type}`);
  const a = set("a.example.com", "TXT", '"one"');
  expect(() =>
    change(
      zone,
      { Action: "CREATE", ResourceRecordSet: a },
      { Action: "DELETE", ResourceRecordSet: set("b.example.com", "A", "10.0.0.1") },
    ),
  ).toThrow("[Tried to delete resource record set [name='b.example.com.', type='A'] but it was not found]");
  expect(records()).toEqual(["example.com. NS", "example.com. SOA"]);
  change(zone, { Action: "CREATE", ResourceRecordSet: a });
  expect(() => change(zone, { Action: "CREATE", ResourceRecordSet: a })).toThrow("but it already exists");
  const other = set("a.example.com", "TXT", '"two"');
  expect(() => change(zone, { Action: "DELETE", ResourceRecordSet: other })).toThrow("values provided do not match");
  expect(() => change(zone, { Action: "UPSERT", ResourceRecordSet: set("a.example.com", "CNAME", "b.org") })).toThrow(
    "conflicts with other records",
  );
  expect(() => change(zone, { Action: "UPSERT", ResourceRecordSet: set("example.com", "CNAME", "b.org") })).toThrow(
    "at apex",
  );
  expect(() => change(zone, { Action: "UPSERT", ResourceRecordSet: set("a.example.org", "A", "10.0.0.1") })).toThrow(
    "not permitted in zone",
  );
  expect(() => change(zone, { Action: "UPSERT", ResourceRecordSet: set("a.example.com", "TXT", "bare") })).toThrow(
    "quotation marks",
  );
  change(zone, { Action: "DELETE", ResourceRecordSet: a }, { Action: "CREATE", ResourceRecordSet: other });
  expect(refusal(() => cloud.call(new DeleteHostedZoneCommand({ Id: zone })))).toBe("HostedZoneNotEmpty");
  cloud.services.route53.occupy(zone, 1000);
  expect(refusal(() => change(zone, { Action: "DELETE", ResourceRecordSet: other }))).toBe("PriorRequestNotComplete");
});

test("an alias must point at what exists", () => {
  const { createZone, change } = setUp();
  const zone = createZone("example.com");
  const AliasTarget = {
    HostedZoneId: "Z1UJRXOUMOOFQ8",
    DNSName: "d-none.execute-api.us-east-1.amazonaws.com",
    EvaluateTargetHealth: false,
  };
  const alias: ResourceRecordSet = { Name: "api.example.com", Type: "A", AliasTarget };
  expect(() => change(zone, { Action: "UPSERT", ResourceRecordSet: alias })).toThrow(
    "does not lie within the target zone",
  );
});

test("a change is pending at first", () => {
  const { cloud, createZone, change, later } = setUp();
  const info = change(createZone("example.com"), {
    Action: "CREATE",
    ResourceRecordSet: set("a.example.com", "A", "10.0.0.1"),
  });
  expect(info?.Status).toBe("PENDING");
  later(45_000);
  expect(cloud.call(new GetChangeCommand({ Id: info?.Id })).ChangeInfo?.Status).toBe("INSYNC");
});

test("records are ordered by reversed labels and come page by page", () => {
  const { cloud, createZone, change } = setUp();
  const HostedZoneId = createZone("example.com");
  const names = ["z.example.com", "a.b.example.com", "*.example.com", "b.example.com", "a.example.com"];
  change(
    HostedZoneId,
    ...names.map((name) => ({ Action: "CREATE" as const, ResourceRecordSet: set(name, "A", "10.0.0.1") })),
  );
  const first = cloud.call(new ListResourceRecordSetsCommand({ HostedZoneId }));
  expect(first.ResourceRecordSets?.map((r) => r.Name)).toEqual([
    "example.com.",
    "example.com.",
    "\\052.example.com.",
    "a.example.com.",
    "b.example.com.",
  ]);
  const second = cloud.call(
    new ListResourceRecordSetsCommand({
      HostedZoneId,
      StartRecordName: first.NextRecordName,
      StartRecordType: first.NextRecordType,
    }),
  );
  expect(second.ResourceRecordSets?.map((r) => r.Name)).toEqual(["a.b.example.com.", "z.example.com."]);
  expect(second.IsTruncated).toBe(false);
});

test("zones by name begin at the name and go on behind it", () => {
  const { cloud, createZone } = setUp();
  const id = createZone("b.com");
  createZone("c.com");
  const zones = cloud.call(new ListHostedZonesByNameCommand({ DNSName: "a.com" })).HostedZones;
  expect(zones?.map((z) => z.Name)).toEqual(["b.com.", "c.com."]);
  const ResourceId = id.replace("/hostedzone/", "");
  cloud.call(
    new ChangeTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId, AddTags: [{ Key: "a", Value: "1" }] }),
  );
  const { ResourceTagSet } = cloud.call(new ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId }));
  expect(ResourceTagSet?.Tags).toEqual([{ Key: "a", Value: "1" }]);
});

function withCertificate(options: CloudOptions = {}) {
  const base = setUp(options);
  const { cloud, later } = base;
  const request = (IdempotencyToken = "token") =>
    cloud.call(
      new RequestCertificateCommand({ DomainName: "api.example.com", ValidationMethod: "DNS", IdempotencyToken }),
    ).CertificateArn ?? "";
  const look = (CertificateArn: string) => cloud.call(new DescribeCertificateCommand({ CertificateArn })).Certificate;
  const validationRecord = (arn: string): ResourceRecordSet => {
    const { Name = "", Type = "CNAME", Value = "" } = look(arn)?.DomainValidationOptions?.[0]?.ResourceRecord ?? {};
    return set(Name, Type, Value);
  };
  return { ...base, request, look, validationRecord, later };
}

test("the token makes a request repeatable for one hour, and the record comes after some seconds", () => {
  const { request, look, later } = withCertificate();
  const arn = request();
  expect(look(arn)?.DomainValidationOptions?.[0]).not.toHaveProperty("ResourceRecord");
  later(59 * minute);
  expect(request()).toBe(arn);
  expect(look(arn)?.DomainValidationOptions?.[0]).toHaveProperty("ResourceRecord");
  later(minute);
  expect(request()).not.toBe(arn);
});

test("a certificate is issued only when its record is in a zone that is delegated", () => {
  const { cloud, createZone, change, request, look, validationRecord, later } = withCertificate();
  const zone = createZone("example.com");
  const arn = request();
  later(5_000);
  const record = validationRecord(arn);
  change(zone, { Action: "CREATE", ResourceRecordSet: record });
  later(60 * minute);
  expect(look(arn)?.Status).toBe("PENDING_VALIDATION");
  cloud.services.route53.delegate("example.com");
  later(2 * minute);
  expect(look(arn)?.Status).toBe("PENDING_VALIDATION");
  later(minute);
  // The record may go afterwards, whether anyone looked in between or not.
  change(zone, { Action: "DELETE", ResourceRecordSet: record });
  expect(look(arn)?.Status).toBe("ISSUED");
});

test("a zone made anew has other name servers: its delegation is broken", () => {
  const { cloud, createZone } = setUp();
  const zone = createZone("example.com");
  cloud.services.route53.delegate("example.com");
  const before = cloud.services.route53.resolveNs("example.com");
  cloud.call(new DeleteHostedZoneCommand({ Id: zone }));
  const Id = createZone("example.com", "second");
  expect(cloud.services.route53.resolveNs("example.com")).toEqual(before);
  expect(cloud.call(new GetHostedZoneCommand({ Id })).DelegationSet?.NameServers).not.toEqual(before);
});

test("a validation record that stayed makes the next certificate almost instant", () => {
  const { cloud, createZone, change, request, look, validationRecord, later } = withCertificate({
    delegated: ["example.com"],
  });
  const arn = request("one");
  later(5_000);
  change(createZone("example.com"), { Action: "CREATE", ResourceRecordSet: validationRecord(arn) });
  later(3 * minute);
  expect(look(arn)?.Status).toBe("ISSUED");
  cloud.call(new DeleteCertificateCommand({ CertificateArn: arn }));
  const next = request("two");
  later(20_000);
  expect(look(next)?.Status).toBe("ISSUED");
});

test("a certificate can time out or fail, and lists show RSA keys only unless asked", () => {
  const { cloud, request, look, later } = withCertificate();
  const arn = request();
  later(72 * 60 * minute);
  expect(look(arn)?.Status).toBe("VALIDATION_TIMED_OUT");
  const failed = request();
  cloud.services.acm.fail(failed, "CAA_ERROR");
  expect(look(failed)).toMatchObject({ Status: "FAILED", FailureReason: "CAA_ERROR" });
  cloud.call(
    new RequestCertificateCommand({
      DomainName: "ec.example.com",
      ValidationMethod: "DNS",
      KeyAlgorithm: "EC_prime256v1",
    }),
  );
  expect(cloud.call(new ListCertificatesCommand({})).CertificateSummaryList).toHaveLength(2);
  const all = new ListCertificatesCommand({ Includes: { keyTypes: ["RSA_2048", "EC_prime256v1"] } });
  expect(cloud.call(all).CertificateSummaryList).toHaveLength(3);
});
