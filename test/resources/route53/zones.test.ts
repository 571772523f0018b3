import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  type ResourceRecordSet,
  Route53Client,
  UpdateHostedZoneCommentCommand,
} from "@aws-sdk/client-route-53";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { AmbiguousError, NotOursError, TapError } from "../../../src/engine/errors.ts";
import { ExistingHostedZone } from "../../../src/resources/route53/existing-zone.ts";
import { HostedZone } from "../../../src/resources/route53/hosted-zone.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const route53 = mockClient(Route53Client);
beforeEach(() => route53.reset());

const me = identity("dns/zone", "trading-zone-dev");
const key = { zoneName: "example.com" };
const wanted = { comment: "made by tap" };
const zone = {
  Id: "/hostedzone/Z1",
  Name: "example.com.",
  CallerReference: "tap/dev/0123",
  Config: { Comment: "made by tap", PrivateZone: false },
};
const DelegationSet = { NameServers: ["ns-2.awsdns-02.net.", "NS-1.awsdns-01.com"] };
const nameServers = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"];
const live = { zone, nameServers, tags: me.tags };

describe("HostedZone", () => {
  const found = (...zones: object[]) =>
    route53.on(ListHostedZonesCommand).resolves({
      HostedZones: zones.map((altered) => ({ ...zone, ...altered })),
      IsTruncated: false,
      Marker: "",
      MaxItems: 100,
    });
  beforeEach(() => {
    route53.on(GetHostedZoneCommand, { Id: "Z1" }).resolves({ HostedZone: zone, DelegationSet });
    route53.on(ListTagsForResourceCommand, { ResourceId: "Z1" }).resolves({
      ResourceTagSet: { ResourceType: "hostedzone", ResourceId: "Z1", Tags: tagList(me) },
    });
  });

  test("is found by name and caller reference, on any page, whatever its tags say", async () => {
    const page = { Marker: "", MaxItems: 100 };
    route53
      .on(ListHostedZonesCommand)
      .resolvesOnce({
        ...page,
        HostedZones: [{ ...zone, Id: "Z7", Name: "b.com." }],
        IsTruncated: true,
        NextMarker: "more",
      })
      .resolvesOnce({
        ...page,
        HostedZones: [{ ...zone, Id: "Z8", Config: { PrivateZone: true } }, zone],
        IsTruncated: false,
      });
    expect(await HostedZone.find(testAws(), me, key)).toEqual(live);
    expect(route53.commandCalls(ListHostedZonesCommand)[1]?.args[0].input).toEqual({ Marker: "more" });
    found({});
    route53.on(ListTagsForResourceCommand).resolves({});
    const untagged = await HostedZone.find(testAws(), me, key);
    expect(untagged && HostedZone.changes(wanted, untagged, me).map((c) => c.path)).toContain("tags.tap:id");
  });

  test("none of that name is absent; another environment's with a similar suffix is not ours", async () => {
    found({ Name: "www.example.com." });
    expect(await HostedZone.find(testAws(), me, key)).toBeUndefined();
    found({ CallerReference: "tap/dev-2/0123" });
    await expect(HostedZone.find(testAws(), me, key)).rejects.toThrow(NotOursError);
  });

  test("someone else's is refused, naming the setting that uses it; beside ours it is ignored", async () => {
    found({ Id: "/hostedzone/Z9", CallerReference: "console" });
    await expect(HostedZone.find(testAws(), me, key)).rejects.toThrow(/domain\.hostedZoneId: Z9/);
    found({ Id: "/hostedzone/Z9", CallerReference: "console" }, {});
    expect(await HostedZone.find(testAws(), me, key)).toEqual(live);
  });

  test("two of ours are an error; one that is listed and not found is looked at again", async () => {
    found({}, { Id: "/hostedzone/Z2" });
    await expect(HostedZone.find(testAws(), me, key)).rejects.toThrow(AmbiguousError);
    found({});
    route53.on(GetHostedZoneCommand).rejects(awsError("NoSuchHostedZone", "no", 404));
    await expect(HostedZone.find(testAws(), me, key)).rejects.toThrow("no");
  });

  test("create binds the caller reference to token and name", async () => {
    route53.on(CreateHostedZoneCommand).resolves({ HostedZone: zone });
    expect(await HostedZone.create(testAws(), me, key, wanted, "t")).toBe("Z1");
    await HostedZone.create(testAws(), me, key, wanted, "t");
    await HostedZone.create(testAws(), me, { zoneName: "example.org" }, wanted, "t");
    const sent = route53.commandCalls(CreateHostedZoneCommand).map((call) => call.args[0].input);
    expect(sent[0]).toEqual({
      Name: "example.com",
      CallerReference: expect.stringMatching(/^tap\/dev\/[0-9a-f]{32}$/),
      HostedZoneConfig: { Comment: "made by tap", PrivateZone: false },
    });
    expect(sent[1]?.CallerReference).toBe(sent[0]?.CallerReference);
    expect(sent[2]?.CallerReference).not.toBe(sent[0]?.CallerReference);
  });

  test("comment and tags are compared and repaired", async () => {
    route53.onAnyCommand().resolves({});
    expect(HostedZone.changes(wanted, live, me)).toEqual([]);
    const drifted = { ...live, zone: { ...zone, Config: { Comment: "x" } }, tags: {} };
    const changes = HostedZone.changes(wanted, drifted, me);
    expect(changes[0]).toEqual({ path: "comment", want: "made by tap", live: "x", fix: "update" });
    await HostedZone.update(testAws(), drifted, wanted, changes, me);
    expect(route53.commandCalls(UpdateHostedZoneCommentCommand)[0]?.args[0].input).toEqual({
      Id: "Z1",
      Comment: "made by tap",
    });
    expect(route53.commandCalls(ChangeTagsForResourceCommand)[0]?.args[0].input).toEqual({
      ResourceType: "hostedzone",
      ResourceId: "Z1",
      AddTags: tagList(me),
    });
  });

  test("outputs, and what is kept where data is protected", async () => {
    expect(HostedZone.outputs(live)).toEqual({ hostedZoneId: "Z1", zoneName: "example.com", nameServers });
    expect(await HostedZone.retainReason?.(testAws(), live, { protect: true })).toBeDefined();
    expect(await HostedZone.retainReason?.(testAws(), live, { protect: false })).toBeUndefined();
  });

  test("removal: gone is success, and the records in the way are named, on any page", async () => {
    route53.on(DeleteHostedZoneCommand).rejects(awsError("NoSuchHostedZone", "no", 404));
    route53.on(ListResourceRecordSetsCommand).rejectsOnce(awsError("NoSuchHostedZone", "no", 404));
    await HostedZone.remove(testAws(), live, { token: "t", protect: false }, me);
    route53.resetHistory();
    const own = [
      { Name: "example.com.", Type: "NS" as const },
      { Name: "example.com.", Type: "SOA" as const },
    ];
    route53
      .on(ListResourceRecordSetsCommand)
      .resolvesOnce({
        ResourceRecordSets: own,
        IsTruncated: true,
        NextRecordName: "b.example.com.",
        NextRecordType: "NS",
        MaxItems: 2,
      })
      .resolvesOnce({ ResourceRecordSets: [{ Name: "b.example.com.", Type: "NS" }], IsTruncated: false, MaxItems: 2 })
      .resolves({ ResourceRecordSets: own, IsTruncated: false, MaxItems: 2 });
    expect(await HostedZone.blockers?.(testAws(), live)).toBe("records in the zone: b.example.com NS");
    expect(route53.commandCalls(ListResourceRecordSetsCommand)[1]?.args[0].input).toEqual({
      HostedZoneId: "Z1",
      StartRecordName: "b.example.com.",
      StartRecordType: "NS",
    });
    expect(await HostedZone.blockers?.(testAws(), live)).toBeUndefined();
  });

  test("removal takes along what only tap puts there, and nothing else", async () => {
    const proof: ResourceRecordSet = {
      Name: "_a.api.example.com.",
      Type: "CNAME",
      TTL: 300,
      ResourceRecords: [{ Value: "_b.acm-validations.aws." }],
    };
    const target = (DNSName: string) => ({ HostedZoneId: "Z2", DNSName, EvaluateTargetHealth: false });
    const address: ResourceRecordSet = {
      Name: "api.example.com.",
      Type: "A",
      AliasTarget: target("d-1.execute-api.us-east-1.amazonaws.com."),
    };
    const theirs: ResourceRecordSet[] = [
      { Name: "example.com.", Type: "NS" },
      { Name: "www.example.com.", Type: "A", AliasTarget: target("x.cloudfront.net.") },
      { Name: "x.example.com.", Type: "CNAME", TTL: 300, ResourceRecords: [{ Value: "y.example.org" }] },
    ];
    const ResourceRecordSets = [...theirs, proof, address];
    route53.on(ListResourceRecordSetsCommand).resolves({ ResourceRecordSets, IsTruncated: false, MaxItems: 100 });
    route53.on(ChangeResourceRecordSetsCommand).resolves({});
    route53.on(DeleteHostedZoneCommand).resolves({});
    await HostedZone.remove(testAws(), live, { token: "t", protect: false }, me);
    expect(route53.commandCalls(ChangeResourceRecordSetsCommand).map((call) => call.args[0].input)).toEqual([
      {
        HostedZoneId: "Z1",
        ChangeBatch: { Changes: [proof, address].map((set) => ({ Action: "DELETE", ResourceRecordSet: set })) },
      },
    ]);
    expect(route53.commandCalls(DeleteHostedZoneCommand)).toHaveLength(1);
  });

  test("all of ours, found by caller reference", async () => {
    found({}, { Id: "/hostedzone/Z9", CallerReference: "tap/prod/1" });
    expect(await HostedZone.listOwned?.(testAws(), "dev")).toEqual([
      { node: "dns/zone", name: "trading-zone-dev", id: "Z1", key },
    ]);
    expect(route53.commandCalls(ListTagsForResourceCommand)).toHaveLength(1);
  });
});

describe("ExistingHostedZone", () => {
  const given = { hostedZoneId: "Z1", zoneName: "example.com" };
  test("is read, and never written", async () => {
    route53.on(GetHostedZoneCommand, { Id: "Z1" }).resolves({ HostedZone: zone, DelegationSet });
    const found = await ExistingHostedZone.find(testAws(), me, given);
    expect(found && ExistingHostedZone.outputs(found)).toEqual({
      hostedZoneId: "Z1",
      zoneName: "example.com",
      nameServers,
    });
    expect(ExistingHostedZone.role).toBe("lookup");
    if (found) await ExistingHostedZone.remove(testAws(), found, { token: "t", protect: false }, me);
    expect(route53.calls()).toHaveLength(1);
    await expect(ExistingHostedZone.create(testAws(), me, given, {}, "t")).rejects.toThrow(TapError);
  });

  test.each([
    ["does not exist", undefined],
    ["is for b.com", { ...zone, Name: "b.com." }],
    ["is private", { ...zone, Config: { PrivateZone: true } }],
  ])("one that %s is an error before anything is made", async (message, HostedZone) => {
    if (HostedZone) route53.on(GetHostedZoneCommand).resolves({ HostedZone, DelegationSet });
    else route53.on(GetHostedZoneCommand).rejects(awsError("NoSuchHostedZone", "no", 404));
    await expect(ExistingHostedZone.find(testAws(), me, given)).rejects.toThrow(message);
  });
});
