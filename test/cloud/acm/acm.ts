import {
  ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  type FailureReason,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type Tag,
  UpdateCertificateOptionsCommand,
} from "@aws-sdk/client-acm";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { type Operation, onlyFields, type Resource, read, type ServiceModel, write } from "../model.ts";
import { page } from "../paging.ts";
import { fromList } from "../tags.ts";
import { CertificateStore, transparency } from "./store.ts";

/** AWS Certificate Manager: public certificates with DNS validation. Source of the rules: its API Reference and User Guide. */
export class AcmModel implements ServiceModel {
  readonly name = "acm";
  readonly client = ACMClient;
  readonly throttled = () => awsError("ThrottlingException", "Rate exceeded");
  // ACM User Guide, "Quotas", API rate quotas.
  readonly limits = Object.entries({
    AddTagsToCertificate: 5,
    DeleteCertificate: 10,
    DescribeCertificate: 10,
    ListCertificates: 8,
    ListTagsForCertificate: 10,
    RemoveTagsFromCertificate: 5,
    RequestCertificate: 5,
  }).map(([operation, perSecond]) => ({ operations: [operation], perSecond, burst: perSecond }));
  readonly operations: readonly Operation[];
  readonly #store: CertificateStore;

  constructor(cloud: Cloud) {
    const store = new CertificateStore(cloud);
    this.#store = store;
    this.operations = [
      write(
        RequestCertificateCommand,
        [
          "DomainName",
          "ValidationMethod",
          "SubjectAlternativeNames",
          "IdempotencyToken",
          "Options",
          "KeyAlgorithm",
          "Tags",
        ],
        (input) => ({ CertificateArn: store.request(input) }),
      ),
      read(DescribeCertificateCommand, ["CertificateArn"], ({ CertificateArn }) => ({
        Certificate: store.describe(store.read(CertificateArn)),
      })),
      read(ListCertificatesCommand, ["CertificateStatuses", "Includes", "NextToken", "MaxItems"], (input) => {
        onlyFields(input.Includes, "Includes", ["keyTypes"]);
        // Without Includes.keyTypes the list holds RSA_1024 and RSA_2048 certificates only (ListCertificates, Filters).
        const keyTypes: readonly string[] = input.Includes?.keyTypes ?? ["RSA_1024", "RSA_2048"];
        const statuses: readonly string[] | undefined = input.CertificateStatuses;
        const seen = [...store.certificates.values()].filter(
          (c) =>
            cloud.visible(c.createdAt.getTime()) &&
            keyTypes.includes(c.keyAlgorithm) &&
            (statuses?.includes(store.status(c)) ?? true),
        );
        const size = Math.min(input.MaxItems ?? cloud.pageSize, cloud.pageSize);
        const { items, next } = page(
          seen,
          (c) => c.arn,
          size,
          input.NextToken,
          () => awsError("ValidationException", "NextToken is not valid"),
        );
        return {
          CertificateSummaryList: items.map((c) => ({
            CertificateArn: c.arn,
            DomainName: c.domain,
            SubjectAlternativeNameSummaries: [...c.names],
            HasAdditionalSubjectAlternativeNames: false,
            Status: store.status(c),
            Type: "AMAZON_ISSUED" as const,
            KeyAlgorithm: store.keyAlgorithm(c),
            KeyUsages: c.issuedAt ? ["DIGITAL_SIGNATURE" as const, "KEY_ENCIPHERMENT" as const] : [],
            ExtendedKeyUsages: c.issuedAt
              ? ["TLS_WEB_SERVER_AUTHENTICATION" as const, "TLS_WEB_CLIENT_AUTHENTICATION" as const]
              : [],
            ExportOption: "DISABLED" as const,
            Exported: false,
            InUse: store.users(c).length > 0,
            RenewalEligibility: store.eligibility(c),
            CreatedAt: c.createdAt,
            IssuedAt: c.issuedAt,
            ...(c.issuedAt && { NotBefore: c.issuedAt, NotAfter: c.notAfter }),
          })),
          NextToken: next,
        };
      }),
      write(DeleteCertificateCommand, ["CertificateArn"], ({ CertificateArn }) => {
        const certificate = store.find(CertificateArn);
        // aws-notes, ACM row: ResourceInUse for minutes to an hour after its domain went.
        if (store.users(certificate).length > 0 || cloud.now() < certificate.heldUntil) {
          throw awsError(
            "ResourceInUseException",
            `Certificate ${certificate.arn} in account ${cloud.account} is in use.`,
          );
        }
        cloud.bury(certificate.arn, certificate.tags);
        store.certificates.delete(certificate.arn);
        return {};
      }),
      write(UpdateCertificateOptionsCommand, ["CertificateArn", "Options"], ({ CertificateArn, Options }) => {
        const certificate = store.find(CertificateArn);
        certificate.transparency = transparency(Options);
        return {};
      }),
      write(AddTagsToCertificateCommand, ["CertificateArn", "Tags"], ({ CertificateArn, Tags }) => {
        store.find(CertificateArn).tags.set(fromList(Tags), cloud.now());
        return {};
      }),
      write(RemoveTagsFromCertificateCommand, ["CertificateArn", "Tags"], ({ CertificateArn, Tags = [] }) => {
        const { tags } = store.find(CertificateArn);
        // With a value given, only the tag of that very value goes (RemoveTagsFromCertificate).
        const fits = ({ Key = "", Value }: Tag) => Value === undefined || tags.get(Key) === Value;
        tags.delete(Tags.filter(fits).map(({ Key }) => Key ?? ""));
        return {};
      }),
      read(ListTagsForCertificateCommand, ["CertificateArn"], ({ CertificateArn }) => {
        const tags = cloud.indexed(store.read(CertificateArn).tags);
        return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
      }),
    ];
  }

  *resources(): Iterable<Resource> {
    for (const certificate of this.#store.certificates.values()) {
      const { arn, tags, heldUntil: _, ...rest } = certificate;
      yield {
        key: arn.slice(arn.indexOf("certificate/")),
        arn,
        tags: tags.all(),
        indexedTags: this.#store.cloud.indexed(tags),
        state: { arn, tags, ...rest, status: this.#store.status(certificate) },
      };
    }
  }

  /** Whether a certificate of this ARN is issued and covers the name, a wildcard counting for one label. */
  covers(arn: string, domain: string): boolean {
    const certificate = this.#store.certificates.get(arn);
    const wildcard = domain.replace(/^[^.]+\./, "*.");
    return (
      certificate !== undefined &&
      this.#store.status(certificate) === "ISSUED" &&
      certificate.names.some((name) => name === domain || name === wildcard)
    );
  }

  /** Keeps a certificate in use for a while after the domain that used it went. */
  release(arn: string): void {
    const certificate = this.#store.certificates.get(arn);
    if (certificate) certificate.heldUntil = this.#store.cloud.now() + this.#store.cloud.durations.certificateInUseTail;
  }

  /** Makes a pending certificate fail for good, as a CAA record or a refused domain does. */
  fail(arn: string, reason: FailureReason): void {
    this.#store.find(arn).failure = reason;
  }

  /** Keeps ACM from renewing a certificate, as a lost record or a CAA record does; undefined lets it again. */
  holdRenewal(arn: string, reason: FailureReason | undefined): void {
    this.#store.find(arn).renewalHeld = reason;
  }

  /** Settles what was issued by now. Called before DNS changes, so that a record that goes later does not undo it. */
  observe(): void {
    for (const certificate of this.#store.certificates.values()) this.#store.status(certificate);
  }
}
