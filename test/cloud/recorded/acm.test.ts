import { DescribeCertificateCommand, ListCertificatesCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { CreateDomainNameCommand } from "@aws-sdk/client-api-gateway";
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { expect } from "vitest";
import type { CloudOptions } from "../cloud.ts";
import { refusal, world } from "../world.ts";
import { holds } from "./facts.ts";

const day = 86_400_000;
const pending = "LocalStack test_certificate_for_subdomain_wildcard, before its validation";
const issued = "LocalStack test_certificate_for_subdomain_wildcard, after it; placebo test_acm_*";

/** A requested certificate; `prove` puts its record into a delegated zone and waits until it is issued. */
function requested(options: CloudOptions = {}) {
  const base = world({ delegated: "all", ...options });
  const { cloud, later } = base;
  const request = new RequestCertificateCommand({ DomainName: "api.example.com", ValidationMethod: "DNS" });
  const { CertificateArn = "" } = cloud.call(request);
  const describe = () => cloud.call(new DescribeCertificateCommand({ CertificateArn })).Certificate ?? {};
  const HostedZoneId = cloud.call(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" })).HostedZone
    ?.Id;
  const change = (Action: "CREATE" | "DELETE") => {
    const record = describe().DomainValidationOptions?.[0]?.ResourceRecord;
    const ResourceRecordSet = {
      Name: record?.Name,
      Type: record?.Type,
      TTL: 300,
      ResourceRecords: [{ Value: record?.Value }],
    };
    cloud.call(
      new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] } }),
    );
  };
  const prove = () => {
    later(cloud.durations.certificateRecord);
    change("CREATE");
    later(cloud.durations.certificateIssue);
  };
  const use = () =>
    cloud.call(
      new CreateDomainNameCommand({
        domainName: "api.example.com",
        regionalCertificateArn: CertificateArn,
        endpointConfiguration: { types: ["REGIONAL"] },
      }),
    );
  return { ...base, arn: CertificateArn, describe, prove, unprove: () => change("DELETE"), use };
}

holds([
  {
    operation: "DescribeCertificate",
    fact: "the key's algorithm is spelled with a hyphen, although RSA_2048 was asked for",
    source: "all 4 placebo recordings, all 9 of LocalStack test_acm",
    check: () => {
      expect(requested().describe().KeyAlgorithm).toBe("RSA-2048");
      expect(requested({ rsaSpelling: "RSA_2048" }).describe().KeyAlgorithm).toBe("RSA_2048");
    },
  },
  {
    operation: "ListCertificates",
    fact: "a filter by RSA_2048 finds it, and the summary spells it with a hyphen",
    source: "LocalStack test_list_certificates_with_key_types_filter_requested_certificate",
    check: () => {
      const { cloud } = requested();
      const { CertificateSummaryList = [] } = cloud.call(
        new ListCertificatesCommand({ Includes: { keyTypes: ["RSA_2048"] } }),
      );
      expect(CertificateSummaryList).toMatchObject([
        {
          KeyAlgorithm: "RSA-2048",
          KeyUsages: [],
          ExtendedKeyUsages: [],
          Exported: false,
          InUse: false,
          RenewalEligibility: "INELIGIBLE",
        },
      ]);
    },
  },
  {
    operation: "DescribeCertificate",
    fact: "issuer, subject and signature algorithm are there from the start, usages are empty lists, dates are absent",
    source: pending,
    check: () => {
      const certificate = requested().describe();
      expect(certificate).toMatchObject({
        Issuer: "Amazon",
        Subject: "CN=api.example.com",
        SignatureAlgorithm: "SHA256WITHRSA",
        KeyUsages: [],
        ExtendedKeyUsages: [],
        InUseBy: [],
        RenewalEligibility: "INELIGIBLE",
      });
      for (const absent of ["Serial", "NotBefore", "NotAfter", "IssuedAt", "RenewalSummary"] as const)
        expect(certificate[absent]).toBeUndefined();
    },
  },
  {
    operation: "DescribeCertificate",
    fact: "once issued it has a serial number, a validity and its usages",
    source: issued,
    check: () => {
      const { describe, prove } = requested();
      prove();
      const { Status, Serial, NotBefore, NotAfter, KeyUsages = [], ExtendedKeyUsages = [] } = describe();
      expect(Status).toBe("ISSUED");
      expect(Serial).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
      expect(Number(NotAfter) - Number(NotBefore)).toBe(395 * day);
      expect(KeyUsages.map(({ Name }) => Name)).toEqual(["DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"]);
      expect(ExtendedKeyUsages.map(({ Name }) => Name)).toEqual([
        "TLS_WEB_SERVER_AUTHENTICATION",
        "TLS_WEB_CLIENT_AUTHENTICATION",
      ]);
    },
  },
  {
    operation: "RequestCertificate",
    fact: "the first name has at most 64 octets",
    source: "API reference, DomainName",
    check: () => {
      const { cloud } = world();
      const ask = (DomainName: string) => () =>
        cloud.call(new RequestCertificateCommand({ DomainName, ValidationMethod: "DNS" }));
      const name = (length: number) => `${"a".repeat(length - 43)}.${"b".repeat(38)}.com`;
      expect(refusal(ask(name(65)))).not.toBe("nothing");
      expect(refusal(ask(name(64)))).toBe("nothing");
    },
  },
  {
    operation: "RequestCertificate",
    fact: "all certificates of a name in one account share one validation record",
    source: "placebo test_acm_*: foobar.com and *.foobar.com; aws-cdk#6309",
    check: () => {
      const { cloud, describe, later } = requested();
      const SubjectAlternativeNames = ["*.api.example.com"];
      const { CertificateArn } = cloud.call(
        new RequestCertificateCommand({
          DomainName: "api.example.com",
          ValidationMethod: "DNS",
          SubjectAlternativeNames,
        }),
      );
      later(cloud.durations.certificateRecord);
      const other = cloud.call(new DescribeCertificateCommand({ CertificateArn })).Certificate;
      const records = [describe(), other].flatMap((c) => c?.DomainValidationOptions ?? []);
      expect(new Set(records.map(({ ResourceRecord }) => ResourceRecord?.Name)).size).toBe(1);
      expect(records).toHaveLength(3);
    },
  },
  {
    operation: "DescribeCertificate",
    fact: "in use and still proved, it is renewed without a word before it ends",
    source: "ACM User Guide, managed renewal",
    check: () => {
      const { describe, prove, use, later } = requested();
      prove();
      use();
      later(336 * day);
      expect(describe()).toMatchObject({ Status: "ISSUED", RenewalEligibility: "ELIGIBLE" });
      later(200 * day);
      expect(describe().Status).toBe("ISSUED");
      expect(describe().RenewalSummary).toBeUndefined();
    },
  },
  {
    operation: "DescribeCertificate",
    fact: "without its record the summary of the renewal names what is to be proved, and it ends although it is in use",
    source: "CertificateDetail, RenewalSummary; tf#34909",
    check: () => {
      const { describe, prove, unprove, use, later } = requested();
      prove();
      use();
      unprove();
      later(336 * day);
      const { RenewalSummary, Status } = describe();
      expect(Status).toBe("ISSUED");
      expect(RenewalSummary).toMatchObject({
        RenewalStatus: "PENDING_VALIDATION",
        DomainValidationOptions: [{ DomainName: "api.example.com", ValidationStatus: "PENDING_VALIDATION" }],
      });
      later(60 * day);
      expect(describe()).toMatchObject({ Status: "EXPIRED", RenewalSummary: { RenewalStatus: "FAILED" } });
      expect(describe().InUseBy).toHaveLength(1);
    },
  },
  {
    operation: "DescribeCertificate",
    fact: "a renewal that ACM refuses gives its reason",
    source: "CertificateDetail, RenewalStatusReason",
    check: () => {
      const { cloud, arn, describe, prove, use, later } = requested();
      prove();
      use();
      cloud.services.acm.holdRenewal(arn, "CAA_ERROR");
      later(336 * day);
      expect(describe().RenewalSummary).toMatchObject({ RenewalStatus: "FAILED", RenewalStatusReason: "CAA_ERROR" });
    },
  },
]);
