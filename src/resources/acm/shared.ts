import {
  type CertificateDetail,
  type CertificateSummary,
  DescribeCertificateCommand,
  type KeyAlgorithm,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  type ResourceRecord,
} from "@aws-sdk/client-acm";
import type { Aws } from "../../aws/aws.ts";
import { ifThere, required } from "../missing.ts";
import { allPages } from "../pages.ts";
import { fromList, isEnvironments, type Tags } from "../tags.ts";

/** Without a filter the list leaves out all but RSA_1024 and RSA_2048 (ListCertificates, `Includes`). */
const keyTypes: KeyAlgorithm[] = [
  "RSA_1024",
  "RSA_2048",
  "RSA_3072",
  "RSA_4096",
  "EC_prime256v1",
  "EC_secp384r1",
  "EC_secp521r1",
];

const certificates = (aws: Aws): Promise<CertificateSummary[]> =>
  aws.shared("acm:certificates", () =>
    allPages("CertificateSummaryList", "NextToken", (NextToken) =>
      aws.acm(new ListCertificatesCommand({ Includes: { keyTypes }, NextToken })),
    ),
  );

/** A certificate by its ARN, and whose it is. */
export interface TaggedCertificate {
  readonly arn: string;
  readonly tags: Tags;
}

/** A certificate's tags; `undefined` when it is not there. */
export async function taggedCertificate(aws: Aws, arn: string): Promise<TaggedCertificate | undefined> {
  const answer = await aws.shared(`acm:tags ${arn}`, () =>
    ifThere(aws.acm(new ListTagsForCertificateCommand({ CertificateArn: arn }))),
  );
  return answer === undefined ? undefined : { arn, tags: fromList(answer.Tags) };
}

/** The certificates for a domain, with their tags, which take one call each. */
export async function certificatesFor(aws: Aws, domainName: string): Promise<TaggedCertificate[]> {
  const arns = (await certificates(aws)).flatMap((c) =>
    c.DomainName === domainName && c.CertificateArn !== undefined ? [c.CertificateArn] : [],
  );
  const tagged = await Promise.all(arns.map((arn) => taggedCertificate(aws, arn)));
  return tagged.filter((certificate) => certificate !== undefined);
}

/** All that ACM says of a certificate that was seen. @throws "not found" when this part does not show yet */
export const describeCertificate = (aws: Aws, arn: string): Promise<CertificateDetail> =>
  aws.shared(`acm:certificate ${arn}`, async () => {
    const answer = await aws.acm(new DescribeCertificateCommand({ CertificateArn: arn }));
    return required(answer.Certificate, "Certificate");
  });

/** The same of one that is only known from elsewhere; `undefined` when it is not there. */
export const certificateIfThere = (aws: Aws, arn: string): Promise<CertificateDetail | undefined> =>
  ifThere(describeCertificate(aws, arn));

/** The record that proves the domain. ACM leaves it out for the first seconds (DescribeCertificate). */
export const validationRecord = (certificate: CertificateDetail): ResourceRecord | undefined =>
  certificate.DomainValidationOptions?.find((o) => o.DomainName === certificate.DomainName)?.ResourceRecord;

/** What a validation record of the environment's certificates for a domain has to say. */
export async function expectedValidations(aws: Aws, environment: string, domainName: string): Promise<string[]> {
  const ours = (await certificatesFor(aws, domainName)).filter(({ tags }) => isEnvironments(tags, environment));
  const described = await Promise.all(ours.map(({ arn }) => describeCertificate(aws, arn)));
  return described.flatMap((certificate) => {
    const value = validationRecord(certificate)?.Value;
    return value === undefined ? [] : [value];
  });
}

/**
 * Why another certificate has to take the place of this one: it will never be issued, is no longer good, or soon will not
 * be, since ACM has given up renewing it (RenewalSummary, RenewalStatus FAILED; PENDING_VALIDATION may still end well,
 * once the validation record is back).
 */
export function spent(certificate: CertificateDetail): string | undefined {
  const { RenewalSummary: renewal, NotAfter } = certificate;
  const why = hopeless(certificate);
  if (why !== undefined || renewal?.RenewalStatus !== "FAILED") return why;
  const until = NotAfter === undefined ? "" : `, and it is good only until ${NotAfter.toISOString()}`;
  return `its renewal has failed (${renewal.RenewalStatusReason ?? "ACM gives no reason"})${until}`;
}

/** The states that nothing leads out of (DescribeCertificate, `Status`). */
const ends: ReadonlySet<string> = new Set(["INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"]);

/** Why a certificate will never be issued or is no longer good; `undefined` while all is well. */
export function hopeless({ Status, FailureReason, RevocationReason }: CertificateDetail): string | undefined {
  if (Status === undefined || !ends.has(Status)) return undefined;
  const reason = FailureReason ?? RevocationReason;
  return reason === undefined ? Status : `${Status}: ${reason}`;
}
