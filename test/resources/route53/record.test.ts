import {
  ACMClient,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
} from "@aws-sdk/client-acm";
import { APIGatewayClient, GetDomainNamesCommand } from "@aws-sdk/client-api-gateway";
import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { NotOursError } from "../../../src/engine/errors.ts";
import { DnsRecord } from "../../../src/resources/route53/record.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const route53 = mockClient(Route53Client);
const acm = mockClient(ACMClient);
const apigateway = mockClient(APIGatewayClient);
beforeEach(() => {
  for (const mock of [route53, acm, apigateway]) mock.reset();
  acm.on(ListCertificatesCommand).resolves({ CertificateSummaryList: [] });
  apigateway.on(GetDomainNamesCommand).resolves({ items: [] });
});

const me = identity("dns/alias", "trading-alias-dev");
const ours = { hostedZoneId: "Z1", zoneIsOurs: true, type: "A" as const, name: "api.example.com" };
const shared = { ...ours, zoneIsOurs: false };
const target = { dnsName: "d-1.execute-api.us-east-1.amazonaws.com", hostedZoneId: "ZAPI" };
const wanted = { name: "api.example.com", kind: "alias" as const, ...target };
const AliasTarget = { DNSName: `${target.dnsName}.`, HostedZoneId: "ZAPI", EvaluateTargetHealth: false };
const alias: ResourceRecordSet = { Name: "api.example.com.", Type: "A", AliasTarget };
const foreignAlias = { ...alias, AliasTarget: { ...AliasTarget, DNSName: "elsewhere.example.net." } };
const text = (Name: string, Value: string): ResourceRecordSet => ({
  Name,
  Type: "TXT",
  TTL: 300,
  ResourceRecords: [{ Value }],
});
const proof = text("_tap.api.example.com.", '"tap/dev/dns/alias"');

const open = { ...ours, type: "CNAME" as const, name: "_*.api.example.com" };
const value = { name: "_n.api.example.com", kind: "value" as const, ttl: 300, values: ["_v.acm-validations.aws"] };
const cname = (label: string, Value: string): ResourceRecordSet => ({
  Name: `${label}.api.example.com.`,
  Type: "CNAME",
  TTL: 300,
  ResourceRecords: [{ Value }],
});
const validation = cname("_n", "_v.acm-validations.aws.");

const records = (...ResourceRecordSets: ResourceRecordSet[]) =>
  route53.on(ListResourceRecordSetsCommand).resolves({ ResourceRecordSets, IsTruncated: false, MaxItems: 300 });

/** Our certificate for the domain, which asks for `validation`. */
function ourCertificate() {
  const owner = identity("certificate/certificate", "trading-certificate-dev");
  acm
    .on(ListCertificatesCommand)
    .resolves({ CertificateSummaryList: [{ CertificateArn: "arn:c", DomainName: "api.example.com" }] });
  acm.on(ListTagsForCertificateCommand).resolves({ Tags: tagList(owner) });
  const ResourceRecord = { Name: "_n.api.example.com.", Type: "CNAME" as const, Value: "_v.acm-validations.aws." };
  acm.on(DescribeCertificateCommand).resolves({
    Certificate: {
      DomainName: "api.example.com",
      DomainValidationOptions: [{ DomainName: "api.example.com", ResourceRecord }],
    },
  });
}

describe("find in our own zone", () => {
  test("a record under the name is ours, whatever it points at; the domain's records are read once", async () => {
    records(text("api.example.com.", '"x"'), foreignAlias, validation);
    const aws = testAws();
    expect(await DnsRecord.find(aws, me, ours)).toEqual({ ...ours, record: foreignAlias, ownership: undefined });
    expect(await DnsRecord.find(aws, me, open)).toEqual({
      ...open,
      name: "_n.api.example.com",
      record: validation,
      ownership: undefined,
    });
    expect(route53.commandCalls(ListResourceRecordSetsCommand).map((call) => call.args[0].input)).toEqual([
      { HostedZoneId: "Z1", StartRecordName: "api.example.com" },
    ]);
    records();
    expect(await DnsRecord.find(testAws(), me, ours)).toBeUndefined();
  });

  test("reads on while the next record lies under the domain, and no further", async () => {
    const page = { MaxItems: 1, IsTruncated: true };
    route53
      .on(ListResourceRecordSetsCommand)
      .resolvesOnce({
        ...page,
        ResourceRecordSets: [],
        NextRecordName: "api.example.com.",
        NextRecordType: "A",
        NextRecordIdentifier: "w",
      })
      .resolvesOnce({ ...page, ResourceRecordSets: [alias], NextRecordName: "zoo.example.com.", NextRecordType: "A" });
    expect((await DnsRecord.find(testAws(), me, ours))?.record).toEqual(alias);
    expect(route53.commandCalls(ListResourceRecordSetsCommand)[1]?.args[0].input).toEqual({
      HostedZoneId: "Z1",
      StartRecordName: "api.example.com.",
      StartRecordType: "A",
      StartRecordIdentifier: "w",
    });
    expect(route53.calls()).toHaveLength(2);
  });

  test("of several validation records, the remembered one, or the one that our certificate asks for", async () => {
    records(cname("_a", "_b.acm-validations.aws."), validation);
    expect((await DnsRecord.find(testAws(), { ...me, id: "_a.api.example.com CNAME" }, open))?.name).toBe(
      "_a.api.example.com",
    );
    expect(await DnsRecord.find(testAws(), me, open)).toBeUndefined();
    ourCertificate();
    expect((await DnsRecord.find(testAws(), me, open))?.name).toBe("_n.api.example.com");
  });

  test("a zone that is gone holds nothing", async () => {
    route53.on(ListResourceRecordSetsCommand).rejects(awsError("NoSuchHostedZone", "no", 404));
    expect(await DnsRecord.find(testAws(), me, ours)).toBeUndefined();
  });
});

describe("find in a zone that is not ours", () => {
  test("the ownership record proves it, even when the value has changed or the record is gone", async () => {
    records(foreignAlias, proof);
    expect(await DnsRecord.find(testAws(), me, shared)).toEqual({ ...shared, record: foreignAlias, ownership: proof });
    records(proof);
    expect(await DnsRecord.find(testAws(), me, shared)).toEqual({ ...shared, record: undefined, ownership: proof });
  });

  test("without it, only what points at our domain name is ours", async () => {
    records(alias);
    await expect(DnsRecord.find(testAws(), me, shared)).rejects.toThrow(NotOursError);
    const domain = { domainName: "api.example.com", regionalDomainName: target.dnsName };
    apigateway
      .on(GetDomainNamesCommand)
      .resolves({ items: [{ ...domain, tags: { ManagedBy: "tap", Environment: "prod" } }] });
    await expect(DnsRecord.find(testAws(), me, shared)).rejects.toThrow(NotOursError);
    apigateway
      .on(GetDomainNamesCommand)
      .resolves({ items: [{ ...domain, tags: { ManagedBy: "tap", Environment: "dev" } }] });
    expect(await DnsRecord.find(testAws(), me, shared)).toEqual({ ...shared, record: alias, ownership: undefined });
  });

  test.each([
    ["another environment's ownership record", text("_tap.api.example.com.", '"tap/prod/dns/alias"')],
    ["a CNAME under the name", { ...cname("x", "elsewhere."), Name: "api.example.com." }],
    ["an AAAA record under the name", { ...foreignAlias, Type: "AAAA" as const }],
  ])("%s is refused", async (_what, record) => {
    records(record);
    await expect(DnsRecord.find(testAws(), me, shared)).rejects.toThrow(NotOursError);
  });

  test("other types, and other names, are nobody's business", async () => {
    records(text("api.example.com.", '"spf"'), { ...foreignAlias, Name: "www.api.example.com." });
    expect(await DnsRecord.find(testAws(), me, shared)).toBeUndefined();
  });

  test("validation records: ours by ownership record or certificate; those of others are ignored", async () => {
    const key = { ...open, zoneIsOurs: false };
    records(validation);
    expect(await DnsRecord.find(testAws(), me, key)).toBeUndefined();
    ourCertificate();
    expect(await DnsRecord.find(testAws(), me, key)).toEqual({
      ...key,
      name: "_n.api.example.com",
      record: validation,
      ownership: undefined,
    });
    const owned = text("_tap._a.api.example.com.", '"tap/dev/dns/alias"');
    const mine = cname("_a", "x.");
    records(validation, mine, owned);
    expect(await DnsRecord.find(testAws(), me, key)).toEqual({
      ...key,
      name: "_a.api.example.com",
      record: mine,
      ownership: owned,
    });
  });
});

describe("changes", () => {
  const live = { ...ours, record: alias, ownership: undefined };
  const live2 = { ...open, name: value.name, record: validation, ownership: undefined };
  test("in sync, final dots and capitals apart", () => {
    expect(DnsRecord.changes(wanted, live, me)).toEqual([]);
    expect(DnsRecord.changes({ ...value, name: "_N.api.example.com." }, live2, me)).toEqual([]);
  });

  test.each([
    ["alias.dnsName", { DNSName: "x." }, target.dnsName, "x"],
    ["alias.hostedZoneId", { HostedZoneId: "Z9" }, "ZAPI", "Z9"],
    ["alias.evaluateTargetHealth", { EvaluateTargetHealth: true }, false, true],
  ])("%s", (path, altered, want, found) => {
    const record = { ...alias, AliasTarget: { ...AliasTarget, ...altered } };
    expect(DnsRecord.changes(wanted, { ...live, record }, me)).toEqual([{ path, want, live: found, fix: "update" }]);
  });

  test.each([
    ["ttl", { TTL: 60 }, 300, 60, "update"],
    ["values", { ResourceRecords: [{ Value: "x." }] }, ["_v.acm-validations.aws"], ["x"], "update"],
  ])("%s", (path, altered, want, found, fix) => {
    const record = { ...validation, ...altered };
    expect(DnsRecord.changes(value, { ...live2, record }, me)).toEqual([{ path, want, live: found, fix }]);
  });

  test("another name is another record; a value in place of an alias is named", () => {
    expect(DnsRecord.changes(value, { ...live2, name: "_a.api.example.com" }, me)).toEqual([
      { path: "name", want: "_n.api.example.com", live: "_a.api.example.com", fix: "replace" },
    ]);
    const plainRecord = {
      Name: "api.example.com.",
      Type: "A" as const,
      TTL: 60,
      ResourceRecords: [{ Value: "192.0.2.1" }],
    };
    const paths = DnsRecord.changes(wanted, { ...live, record: plainRecord }, me).map((c) => c.path);
    expect(paths).toEqual(["ttl", "values", "alias.dnsName", "alias.hostedZoneId", "alias.evaluateTargetHealth"]);
  });

  test("in a zone that is not ours, the ownership record counts as well", () => {
    const proven = { ...shared, record: alias, ownership: proof };
    expect(DnsRecord.changes(wanted, proven, me)).toEqual([]);
    const one = (changes: ReturnType<typeof DnsRecord.changes>) => changes.map((c) => c.path);
    expect(one(DnsRecord.changes(wanted, { ...proven, ownership: undefined }, me))).toEqual(["ownership"]);
    expect(one(DnsRecord.changes(wanted, { ...proven, ownership: { ...proof, TTL: 1 } }, me))).toEqual([
      "ownership.ttl",
    ]);
    expect(one(DnsRecord.changes(wanted, { ...proven, record: undefined }, me))).toEqual(["record"]);
  });
});

describe("calls", () => {
  const sent = () => route53.commandCalls(ChangeResourceRecordSetsCommand).map((call) => call.args[0].input);
  const set = { Name: "api.example.com", Type: "A", AliasTarget: { ...AliasTarget, DNSName: target.dnsName } };
  const beside = { ...proof, Name: "_tap.api.example.com" };
  beforeEach(() => {
    route53.on(ChangeResourceRecordSetsCommand).resolves({});
  });

  test("create never overwrites; in a shared zone the ownership record is in the same batch", async () => {
    expect(await DnsRecord.create(testAws(), me, ours, wanted, "t")).toBe("api.example.com A");
    await DnsRecord.create(testAws(), me, shared, wanted, "t");
    await DnsRecord.create(testAws(), me, open, value, "t");
    const { Name, ...rest } = cname("_n", "_v.acm-validations.aws");
    expect(Name).toBe("_n.api.example.com.");
    expect(sent().map((input) => input.ChangeBatch?.Changes)).toEqual([
      [{ Action: "CREATE", ResourceRecordSet: set }],
      [
        { Action: "CREATE", ResourceRecordSet: set },
        { Action: "UPSERT", ResourceRecordSet: beside },
      ],
      [{ Action: "CREATE", ResourceRecordSet: { Name: "_n.api.example.com", ...rest } }],
    ]);
  });

  test("update sets both again; removal repeats what is there", async () => {
    const live = { ...shared, record: foreignAlias, ownership: proof };
    await DnsRecord.update(testAws(), live, wanted, DnsRecord.changes(wanted, live, me), me);
    await DnsRecord.remove(testAws(), live, { token: "t", protect: false }, me);
    await DnsRecord.remove(testAws(), { ...live, record: undefined }, { token: "t", protect: false }, me);
    const gone = (...sets: ResourceRecordSet[]) =>
      sets.map((ResourceRecordSet) => ({ Action: "DELETE", ResourceRecordSet }));
    expect(sent().map((input) => input.ChangeBatch?.Changes)).toEqual([
      [
        { Action: "UPSERT", ResourceRecordSet: set },
        { Action: "UPSERT", ResourceRecordSet: beside },
      ],
      gone(foreignAlias, proof),
      gone(proof),
    ]);
    route53.on(ChangeResourceRecordSetsCommand).rejects(awsError("NoSuchHostedZone", "no", 404));
    await DnsRecord.remove(testAws(), live, { token: "t", protect: false }, me);
  });

  test("what is wrong with a batch is in its text", () => {
    const batch = (message: string) =>
      Object.assign(awsError("InvalidChangeBatch", "invalid"), { messages: [message] });
    const taken = batch(
      "Tried to create resource record set [name='api.example.com.', type='A'] but it already exists",
    );
    const gone = batch("Tried to delete resource record set [name='api.example.com.', type='A'] but it was not found");
    const moved = awsError(
      "InvalidChangeBatch",
      "[Tried to delete resource record set [name='a.', type='A'] but the values provided do not match the current values]",
    );
    expect(DnsRecord.classify?.(taken, "create")).toBe("exists");
    expect(DnsRecord.classify?.(gone, "remove")).toBe("gone");
    expect(DnsRecord.classify?.(moved, "remove")).toBe("gone");
    expect(DnsRecord.classify?.(taken, "update")).toBeUndefined();
    expect(DnsRecord.classify?.(awsError("Throttling"), "create")).toBeUndefined();
  });
});
