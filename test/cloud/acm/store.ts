import { createHash } from "node:crypto";
import type {
  CertificateDetail,
  CertificateStatus,
  DomainStatus,
  DomainValidation,
  FailureReason,
  RenewalSummary,
  RequestCertificateRequest,
  KeyAlgorithm as SpelledAlgorithm,
} from "@aws-sdk/client-acm";
import type { Cloud } from "../cloud.ts";
import { awsError, UnmodelledError } from "../errors.ts";
import { onlyFields } from "../model.ts";
import { fromList, TagSet } from "../tags.ts";

type KeyAlgorithm = "RSA_2048" | "EC_prime256v1";

declare module "../cloud.ts" {
  interface CloudOptions {
    /**
     * How ACM spells an RSA key of 2048 bits when it answers. `RSA-2048` when not given: so in all 13 recorded replies of
     * DescribeCertificate and ListCertificates (cloud-custodian placebo, LocalStack snapshots), where requests and the
     * API reference say `RSA_2048`.
     */
    readonly rsaSpelling?: "RSA-2048" | "RSA_2048";
  }
}

export interface Certificate {
  readonly arn: string;
  readonly domain: string;
  readonly names: readonly string[];
  readonly keyAlgorithm: KeyAlgorithm;
  readonly createdAt: Date;
  readonly tags: TagSet;
  transparency: "ENABLED" | "DISABLED";
  issuedAt: Date | undefined;
  failure: FailureReason | undefined;
  /** When it ends: 395 days after its issue or its last renewal (ACM User Guide, "Managed renewal"). */
  notAfter: Date | undefined;
  /** Why ACM does not renew it in time, set by a test; what proves the domain is then asked for anew. */
  renewalHeld: FailureReason | undefined;
  /** API Gateway lets go of it some time after the domain is gone. */
  heldUntil: number;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Validity, and how long before its end ACM tries to renew (ACM User Guide, "Managed renewal"). */
const validity = 395 * day;
export const renewalLead = 60 * day;

/** A validation record that was in place before the request proves the domain almost at once (aws-notes trap 18). */
const reissue = 20_000;

/** The state of ACM: certificates by ARN. */
export class CertificateStore {
  readonly cloud: Cloud;
  readonly certificates = new Map<string, Certificate>();
  readonly tokens = new Map<string, { readonly arn: string; readonly at: number }>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  /** Makes a certificate, or finds that of the same token. @returns its ARN */
  request(input: RequestCertificateRequest): string {
    const {
      DomainName: domain = "",
      ValidationMethod,
      SubjectAlternativeNames = [],
      IdempotencyToken: token,
      KeyAlgorithm,
    } = input;
    if (ValidationMethod !== "DNS")
      throw new UnmodelledError(`RequestCertificate with validation by ${ValidationMethod ?? "e-mail"}`);
    const keyAlgorithm = KeyAlgorithm ?? "RSA_2048";
    if (keyAlgorithm !== "RSA_2048" && keyAlgorithm !== "EC_prime256v1")
      throw new UnmodelledError(`key algorithm ${keyAlgorithm}`);
    if (token !== undefined && !/^\w{1,32}$/.test(token)) {
      throw awsError(
        "ValidationException",
        `1 validation error detected: Value '${token}' at 'idempotencyToken' failed to satisfy constraint: Member must satisfy regular expression pattern: \\w+`,
      );
    }
    const names = [...new Set([domain, ...SubjectAlternativeNames])];
    for (const name of names) {
      if (!/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(name)) {
        throw awsError(
          "ValidationException",
          `1 validation error detected: Value '${name}' at 'domainName' failed to satisfy constraint`,
        );
      }
    }
    // RequestCertificate, DomainName: the first name becomes the common name, which holds 64 octets.
    if (Buffer.byteLength(domain) > 64) {
      throw awsError(
        "InvalidDomainValidationOptionsException",
        `The first domain name can have no more than 64 octets.`,
      );
    }
    const mode = transparency(input.Options);
    // The same token within an hour is the same request (RequestCertificate, IdempotencyToken).
    const request = `${token} ${names.join()}`;
    const earlier = this.tokens.get(request);
    if (token !== undefined && earlier && this.cloud.now() < earlier.at + hour && this.certificates.has(earlier.arn))
      return earlier.arn;
    const arn = this.cloud.arn("acm", `certificate/${this.cloud.uuid("certificate")}`);
    this.tokens.set(request, { arn, at: this.cloud.now() });
    this.certificates.set(arn, {
      arn,
      domain,
      names,
      keyAlgorithm,
      createdAt: new Date(this.cloud.now()),
      tags: new TagSet(fromList(input.Tags), this.cloud.now()),
      transparency: mode,
      issuedAt: undefined,
      failure: undefined,
      notAfter: undefined,
      renewalHeld: undefined,
      heldUntil: 0,
    });
    return arn;
  }

  /** The status now; keeps the time of issue once it has come. */
  status(certificate: Certificate): CertificateStatus {
    const { failure, createdAt, names } = certificate;
    if (certificate.notAfter && certificate.issuedAt) return this.#renewed(certificate, certificate.notAfter);
    if (failure) return "FAILED";
    const created = createdAt.getTime();
    const proved = names.map((name) => {
      const record = this.record(name);
      return this.cloud.services.route53.resolvesSince(record.Name, record.Value) ?? Number.POSITIVE_INFINITY;
    });
    const since = Math.max(...proved);
    const { certificateIssue } = this.cloud.durations;
    const issued = since <= created ? created + Math.min(reissue, certificateIssue) : since + certificateIssue;
    // ACM User Guide, "DNS validation": 72 hours to prove the domain.
    if (issued <= Math.min(this.cloud.now(), created + 3 * day)) {
      certificate.issuedAt = new Date(issued);
      certificate.notAfter = new Date(issued + validity);
      return this.#renewed(certificate, certificate.notAfter);
    }
    return this.cloud.now() >= created + 3 * day ? "VALIDATION_TIMED_OUT" : "PENDING_VALIDATION";
  }

  /**
   * Renews what is in use when its time has come and its domain is still proved; without that it ends, used or not
   * (ACM User Guide, "Managed renewal": only a certificate in use is eligible).
   */
  #renewed(certificate: Certificate, end: Date): CertificateStatus {
    const due = this.cloud.now() >= end.getTime() - renewalLead;
    if (
      due &&
      this.users(certificate).length > 0 &&
      this.#unproved(certificate).length === 0 &&
      !certificate.renewalHeld
    )
      certificate.notAfter = new Date(this.cloud.now() + validity);
    return this.cloud.now() < (certificate.notAfter ?? end).getTime() ? "ISSUED" : "EXPIRED";
  }

  #unproved(certificate: Certificate): readonly string[] {
    return certificate.names.filter((name) => {
      const record = this.record(name);
      return this.cloud.services.route53.resolvesSince(record.Name, record.Value) === undefined;
    });
  }

  /** What DescribeCertificate says of a renewal that is due: absent before (CertificateDetail, RenewalSummary). */
  #renewal(certificate: Certificate): RenewalSummary | undefined {
    const { notAfter, renewalHeld } = certificate;
    if (!notAfter || this.cloud.now() < notAfter.getTime() - renewalLead || this.users(certificate).length === 0)
      return undefined;
    const ended = this.cloud.now() >= notAfter.getTime();
    return {
      RenewalStatus: ended || renewalHeld ? "FAILED" : "PENDING_VALIDATION",
      RenewalStatusReason: renewalHeld,
      DomainValidationOptions: this.#validations(certificate, ended ? "FAILED" : "PENDING_VALIDATION"),
      UpdatedAt: new Date(notAfter.getTime() - renewalLead),
    };
  }

  #validations(certificate: Certificate, ValidationStatus: DomainStatus): DomainValidation[] {
    const recorded = this.cloud.now() >= certificate.createdAt.getTime() + this.cloud.durations.certificateRecord;
    return certificate.names.map((name) => ({
      DomainName: name,
      ValidationDomain: name,
      ValidationMethod: "DNS",
      ValidationStatus,
      // Absent in the first seconds (aws-notes, ACM row).
      ...(recorded && { ResourceRecord: this.record(name) }),
    }));
  }

  /** The spelling of the key's algorithm in replies. */
  keyAlgorithm({ keyAlgorithm }: Certificate): SpelledAlgorithm {
    if (keyAlgorithm !== "RSA_2048") return keyAlgorithm;
    // The SDK's type knows one spelling only; AWS answers with the other.
    return (this.cloud.options.rsaSpelling ?? "RSA-2048") as SpelledAlgorithm;
  }

  /** The validation record depends on domain and account only, so that it serves every later certificate (User Guide). */
  record(name: string) {
    const bare = name.replace(/^\*\./, "");
    const hash = (salt: string) =>
      createHash("sha256").update(`${salt} ${this.cloud.account} ${bare}`).digest("hex").slice(0, 32);
    return {
      Name: `_${hash("name")}.${bare}.`,
      Type: "CNAME" as const,
      Value: `_${hash("value")}.acm-validations.aws.`,
    };
  }

  /** What DescribeCertificate answers. */
  describe(certificate: Certificate): CertificateDetail {
    const Status = this.status(certificate);
    const issued = certificate.issuedAt !== undefined;
    return {
      CertificateArn: certificate.arn,
      DomainName: certificate.domain,
      SubjectAlternativeNames: [...certificate.names],
      DomainValidationOptions: this.#validations(
        certificate,
        issued ? "SUCCESS" : Status === "PENDING_VALIDATION" ? "PENDING_VALIDATION" : "FAILED",
      ),
      Issuer: "Amazon",
      Subject: `CN=${certificate.domain}`,
      SignatureAlgorithm: certificate.keyAlgorithm === "RSA_2048" ? "SHA256WITHRSA" : "SHA256WITHECDSA",
      // Empty until it is issued (LocalStack test_certificate_for_subdomain_wildcard).
      KeyUsages: issued ? [{ Name: "DIGITAL_SIGNATURE" }, { Name: "KEY_ENCIPHERMENT" }] : [],
      ExtendedKeyUsages: issued
        ? [
            { Name: "TLS_WEB_SERVER_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.1" },
            { Name: "TLS_WEB_CLIENT_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.2" },
          ]
        : [],
      ...(issued && {
        Serial: this.#serial(certificate),
        NotBefore: certificate.issuedAt,
        NotAfter: certificate.notAfter,
      }),
      RenewalSummary: this.#renewal(certificate),
      CreatedAt: certificate.createdAt,
      IssuedAt: certificate.issuedAt,
      Status,
      FailureReason: Status === "FAILED" ? certificate.failure : undefined,
      KeyAlgorithm: this.keyAlgorithm(certificate),
      Type: "AMAZON_ISSUED",
      InUseBy: this.users(certificate),
      RenewalEligibility: this.eligibility(certificate),
      Options: { CertificateTransparencyLoggingPreference: certificate.transparency, Export: "DISABLED" },
    };
  }

  /** Only what is in use is renewed (ACM User Guide, "Managed renewal"; so in both kinds of recordings). */
  eligibility(certificate: Certificate): "ELIGIBLE" | "INELIGIBLE" {
    return this.users(certificate).length > 0 ? "ELIGIBLE" : "INELIGIBLE";
  }

  #serial({ arn }: Certificate): string {
    const digits = createHash("sha256").update(arn).digest("hex").slice(0, 32);
    return digits.match(/../g)?.join(":") ?? "";
  }

  /** A regional API Gateway domain shows as a load balancer of AWS's own account, not as the domain. */
  users(certificate: Certificate): string[] {
    return this.cloud.services.apigateway
      .domainsUsing(certificate.arn)
      .map((domain) =>
        this.cloud.arn(
          "elasticloadbalancing",
          `loadbalancer/app/prod-${domain.replaceAll(".", "-")}`,
          undefined,
          "392220576650",
        ),
      );
  }

  find(arn: string | undefined): Certificate {
    const certificate = this.certificates.get(arn ?? "");
    if (!certificate) throw awsError("ResourceNotFoundException", `Could not find certificate ${arn}.`);
    return certificate;
  }

  read(arn: string | undefined): Certificate {
    const certificate = this.find(arn);
    if (!this.cloud.visible(certificate.createdAt.getTime()))
      throw awsError("ResourceNotFoundException", `Could not find certificate ${arn}.`);
    return certificate;
  }
}

export function transparency(options: RequestCertificateRequest["Options"]): "ENABLED" | "DISABLED" {
  onlyFields(options, "Options", ["CertificateTransparencyLoggingPreference"]);
  return options?.CertificateTransparencyLoggingPreference ?? "ENABLED";
}
