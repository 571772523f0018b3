import {
  ACMClient,
  AddTagsToCertificateCommand,
  type CertificateDetail,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
  UpdateCertificateOptionsCommand,
} from "@aws-sdk/client-acm";
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { AmbiguousError, NotOursError, TapError } from "../../../src/engine/errors.ts";
import { Certificate } from "../../../src/resources/acm/certificate.ts";
import { IssuedCertificate } from "../../../src/resources/acm/issued-certificate.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const acm = mockClient(ACMClient);
const tagging = mockClient(ResourceGroupsTaggingAPIClient);
beforeEach(() => {
  acm.reset();
  tagging.reset();
});

const me = identity("certificate/certificate", "trading-certificate-dev");
const key = { domainName: "api.example.com" };
const wanted = { transparencyLogging: "ENABLED" as const };
const arn = "arn:aws:acm:us-east-1:123456789012:certificate/1";
const other = "arn:aws:acm:us-east-1:123456789012:certificate/2";
const record = { Name: "_n.api.example.com.", Type: "CNAME" as const, Value: "_v.acm-validations.aws." };
const certificate: CertificateDetail = {
  CertificateArn: arn,
  DomainName: "api.example.com",
  SubjectAlternativeNames: ["api.example.com"],
  DomainValidationOptions: [{ DomainName: "api.example.com", ValidationMethod: "DNS", ResourceRecord: record }],
  Status: "PENDING_VALIDATION",
  KeyAlgorithm: "RSA_2048",
  Options: { CertificateTransparencyLoggingPreference: "ENABLED" },
};
const live = { certificate, tags: me.tags };
const unnamed = {
  ...certificate,
  DomainValidationOptions: [{ DomainName: "api.example.com", ValidationMethod: "DNS" as const }],
};

describe("find", () => {
  beforeEach(() => {
    acm.on(DescribeCertificateCommand, { CertificateArn: arn }).resolves({ Certificate: certificate });
    acm.on(ListTagsForCertificateCommand, { CertificateArn: arn }).resolves({ Tags: tagList(me) });
    acm
      .on(ListTagsForCertificateCommand, { CertificateArn: other })
      .resolves({ Tags: [{ Key: "Environment", Value: "prod" }] });
  });

  test("lists all key types and pages, and asks for the tags of this domain's certificates only", async () => {
    acm
      .on(ListCertificatesCommand)
      .resolvesOnce({
        CertificateSummaryList: [{ CertificateArn: "arn:x", DomainName: "x.example.com" }],
        NextToken: "more",
      })
      .resolvesOnce({
        CertificateSummaryList: [
          { CertificateArn: other, DomainName: "api.example.com" },
          { CertificateArn: arn, DomainName: "api.example.com" },
        ],
      });
    expect(await Certificate.find(testAws(), me, key)).toEqual(live);
    expect(acm.commandCalls(ListTagsForCertificateCommand)).toHaveLength(2);
    expect(acm.commandCalls(ListCertificatesCommand)[0]?.args[0].input.Includes?.keyTypes).toContain("EC_prime256v1");
  });

  test("two of ours are an error; one that goes meanwhile is absent", async () => {
    const both = [arn, other].map((CertificateArn) => ({ CertificateArn, DomainName: "api.example.com" }));
    acm.on(ListCertificatesCommand).resolves({ CertificateSummaryList: both });
    acm.on(ListTagsForCertificateCommand, { CertificateArn: other }).resolvesOnce({ Tags: tagList(me) });
    const second = { ...certificate, CertificateArn: other };
    acm.on(DescribeCertificateCommand, { CertificateArn: other }).resolves({ Certificate: second });
    await expect(Certificate.find(testAws(), me, key)).rejects.toThrow(AmbiguousError);
    acm.on(ListTagsForCertificateCommand).rejects(awsError("ResourceNotFoundException"));
    expect(await Certificate.find(testAws(), me, key)).toBeUndefined();
  });

  test("of two of ours the good one is found, whichever is remembered; of none that is good the remembered or newest", async () => {
    const both = [arn, other].map((CertificateArn) => ({ CertificateArn, DomainName: "api.example.com" }));
    acm.on(ListCertificatesCommand).resolves({ CertificateSummaryList: both });
    acm.on(ListTagsForCertificateCommand).resolves({ Tags: tagList(me) });
    const newer = { ...certificate, CertificateArn: other, CreatedAt: new Date("2026-02-01") };
    const older = { ...certificate, CreatedAt: new Date("2026-01-01"), Status: "EXPIRED" as const };
    acm.on(DescribeCertificateCommand, { CertificateArn: arn }).resolves({ Certificate: older });
    acm.on(DescribeCertificateCommand, { CertificateArn: other }).resolves({ Certificate: newer });
    const found = async (id?: string) =>
      (await Certificate.find(testAws(), { ...me, ...(id && { id }) }, key))?.certificate.CertificateArn;
    expect([await found(), await found(arn)]).toEqual([other, other]);
    const failed = { ...newer, Status: "FAILED" as const };
    acm.on(DescribeCertificateCommand, { CertificateArn: other }).resolves({ Certificate: failed });
    expect([await found(), await found(arn)]).toEqual([other, arn]);
  });

  test("the remembered one is found before the list shows it, and refused without our tags", async () => {
    acm.on(ListCertificatesCommand).resolves({ CertificateSummaryList: [] });
    expect(await Certificate.find(testAws(), { ...me, id: arn }, key)).toEqual(live);
    await expect(Certificate.find(testAws(), { ...me, id: other }, key)).rejects.toThrow(NotOursError);
  });
});

test("is pending until the validation record is named, and then ready, issued or not", () => {
  expect(Certificate.phase({ ...live, certificate: unnamed }).is).toBe("pending");
  expect(Certificate.phase(live).is).toBe("ready");
  expect(Certificate.phase({ ...live, certificate: { ...certificate, Status: "ISSUED" } }).is).toBe("ready");
  const failed = { ...certificate, Status: "FAILED" as const, FailureReason: "CAA_ERROR" as const };
  expect(Certificate.phase({ ...live, certificate: failed })).toEqual({ is: "failed", why: "FAILED: CAA_ERROR" });
  const late = { ...certificate, Status: "VALIDATION_TIMED_OUT" as const };
  expect(Certificate.phase({ ...live, certificate: late })).toEqual({ is: "failed", why: "VALIDATION_TIMED_OUT" });
  expect(Certificate.outputs(live)).toEqual({
    certificateArn: arn,
    validationName: "_n.api.example.com",
    validationValue: "_v.acm-validations.aws",
  });
});

test("create sends a token that AWS takes, bound to what is wanted, and the tags", async () => {
  acm.on(RequestCertificateCommand).resolves({ CertificateArn: arn });
  const token = "0b6f6a52-97a2-4a9c-9a53-2fd6f4e0a7f1";
  expect(await Certificate.create(testAws(), me, key, wanted, token)).toBe(arn);
  await Certificate.create(testAws(), me, key, wanted, token);
  await Certificate.create(testAws(), me, { domainName: "b.example.com" }, wanted, token);
  const sent = acm.commandCalls(RequestCertificateCommand).map((call) => call.args[0].input);
  expect(sent[0]).toEqual({
    DomainName: "api.example.com",
    ValidationMethod: "DNS",
    KeyAlgorithm: "RSA_2048",
    Options: { CertificateTransparencyLoggingPreference: "ENABLED" },
    IdempotencyToken: expect.stringMatching(/^\w{32}$/),
    Tags: tagList(me),
  });
  expect(sent[1]?.IdempotencyToken).toBe(sent[0]?.IdempotencyToken);
  expect(sent[2]?.IdempotencyToken).not.toBe(sent[0]?.IdempotencyToken);
});

test.each<[string, CertificateDetail, string]>([
  ["names", { SubjectAlternativeNames: ["api.example.com", "b.example.com"] }, "replace"],
  [
    "validationMethod",
    { DomainValidationOptions: [{ DomainName: "api.example.com", ValidationMethod: "EMAIL" }] },
    "replace",
  ],
  ["keyAlgorithm", { KeyAlgorithm: "RSA_4096" }, "replace"],
  ["transparencyLogging", { Options: { CertificateTransparencyLoggingPreference: "DISABLED" } }, "update"],
])("%s is reported", (path, altered, fix) => {
  expect(Certificate.changes(wanted, live, me)).toEqual([]);
  const changes = Certificate.changes(wanted, { ...live, certificate: { ...certificate, ...altered } }, me);
  expect(changes.map((c) => [c.path, c.fix])).toEqual([[path, fix]]);
});

test("the key's algorithm is in sync in both of ACM's spellings", () => {
  for (const KeyAlgorithm of ["RSA_2048", "RSA-2048"]) {
    // The SDK's type knows one of the two only; DescribeCertificate answers with the other.
    const seen = { ...certificate, KeyAlgorithm } as CertificateDetail;
    expect(Certificate.changes(wanted, { ...live, certificate: seen }, me)).toEqual([]);
  }
  const elliptic = { ...certificate, KeyAlgorithm: "EC-prime256v1" } as unknown as CertificateDetail;
  // Of this spelling the SDK's type has no like at all, so it takes two steps.
  expect(Certificate.changes(wanted, { ...live, certificate: elliptic }, me)).toEqual([
    { path: "keyAlgorithm", want: "RSA_2048", live: "EC_prime256v1", fix: "replace" },
  ]);
});

test("update sets options and tags again", async () => {
  acm.onAnyCommand().resolves({});
  const drifted = {
    certificate: { ...certificate, Options: { CertificateTransparencyLoggingPreference: "DISABLED" as const } },
    tags: {},
  };
  await Certificate.update(testAws(), drifted, wanted, Certificate.changes(wanted, drifted, me), me);
  expect(acm.commandCalls(UpdateCertificateOptionsCommand)[0]?.args[0].input).toEqual({
    CertificateArn: arn,
    Options: { CertificateTransparencyLoggingPreference: "ENABLED" },
  });
  expect(acm.commandCalls(AddTagsToCertificateCommand)[0]?.args[0].input).toEqual({
    CertificateArn: arn,
    Tags: tagList(me),
  });
});

test("removal: gone is success, and what still uses it is named", async () => {
  acm.on(DeleteCertificateCommand).rejects(awsError("ResourceNotFoundException"));
  await Certificate.remove(testAws(), live, { token: "t", protect: false }, me);
  acm.on(DescribeCertificateCommand).resolves({ Certificate: { ...certificate, InUseBy: ["arn:lb"] } });
  expect(await Certificate.blockers?.(testAws(), live)).toBe("in use by arn:lb");
  acm.on(DescribeCertificateCommand).resolves({ Certificate: certificate });
  expect(await Certificate.blockers?.(testAws(), live)).toBeUndefined();
});

test("all of ours: from the tagging API, less those that ACM has deleted", async () => {
  const mapping = (ResourceARN: string) => ({ ResourceARN, Tags: tagList(me) });
  tagging.on(GetResourcesCommand).resolves({
    ResourceTagMappingList: [mapping(arn), mapping(other), mapping("arn:aws:s3:::bucket")],
  });
  acm.on(DescribeCertificateCommand, { CertificateArn: arn }).resolves({ Certificate: certificate });
  acm.on(DescribeCertificateCommand, { CertificateArn: other }).rejects(awsError("ResourceNotFoundException"));
  expect(await Certificate.listOwned?.(testAws(), "dev")).toEqual([
    { node: "certificate/certificate", name: "trading-certificate-dev", id: arn, key: { ...key, certificateArn: arn } },
  ]);
});

test("IssuedCertificate waits until it is issued, says why it never will be, and makes nothing", async () => {
  const seen = { certificateArn: arn };
  acm
    .on(DescribeCertificateCommand)
    .resolvesOnce({ Certificate: certificate })
    .rejects(awsError("ResourceNotFoundException"));
  const found = await IssuedCertificate.find(testAws(), me, seen);
  expect(found && IssuedCertificate.phase(found)).toEqual({ is: "pending", why: "PENDING_VALIDATION" });
  expect(await IssuedCertificate.find(testAws(), me, seen)).toBeUndefined();
  expect(IssuedCertificate.phase({ ...certificate, Status: "ISSUED" }).is).toBe("ready");
  const failed = { ...certificate, Status: "FAILED" as const, FailureReason: "CAA_ERROR" as const };
  expect(IssuedCertificate.phase(failed)).toEqual({ is: "failed", why: "FAILED: CAA_ERROR" });
  expect(IssuedCertificate.role).toBe("lookup");
  await expect(IssuedCertificate.create(testAws(), me, seen, {}, "t")).rejects.toThrow(TapError);
});
