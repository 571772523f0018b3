import { createHash } from "node:crypto";
import {
  AddTagsToCertificateCommand,
  type CertificateDetail,
  DeleteCertificateCommand,
  RequestCertificateCommand,
  UpdateCertificateOptionsCommand,
} from "@aws-sdk/client-acm";
import * as z from "zod";
import { failed, pending, ready } from "../../engine/kind.ts";
import { compare, sorted } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { taggedResources } from "../tagging.ts";
import { compareTags, pickOwn, type Tags, toList, touches } from "../tags.ts";
import { certificatesFor, describeCertificate, hopeless, taggedCertificate, validationRecord } from "./shared.ts";

interface Wanted {
  /** Whether the certificate is published in certificate transparency logs, which browsers ask for. */
  readonly transparencyLogging: "ENABLED" | "DISABLED";
}

type Key = { readonly domainName: string };

interface Live {
  readonly certificate: CertificateDetail;
  readonly tags: Tags;
}

/** Name and value without final dots; both empty while ACM has not named the record yet, and the phase is pending. */
type Outputs = { certificateArn: string; validationName: string; validationValue: string };

const id = ({ certificate }: Live) => required(certificate.CertificateArn, "CertificateArn");

const undotted = (name: string | undefined) => (name ?? "").replace(/\.$/, "");

/**
 * DescribeCertificate writes `RSA-2048` what RequestCertificate and ListCertificates write `RSA_2048` (cloud-custodian,
 * placebo recordings of acm; hashicorp/terraform-provider-aws, internal/service/acm/certificate.go).
 */
const asRequested = (algorithm: string | undefined) => algorithm?.replaceAll("-", "_");

/**
 * A public certificate with DNS validation, usable as soon as ACM has said which record proves the domain: whoever
 * needs it issued needs `IssuedCertificate`. ACM takes a request token for an hour; later the tags find it.
 */
export const Certificate: AwsKind<Wanted, Live, Outputs, Key> = {
  type: "acm:certificate",
  recover: "client-token",
  usable: "ready",
  releases: "gone",
  // A failed one never recovers and has to be requested anew (ACM User Guide, "Certificate request fails").
  replace: "remake",
  // API Gateway lets go of it minutes to an hour after the domain name went (aws/aws-cdk#36265).
  minutes: { create: 10, update: 5, remove: 75 },
  seconds: { create: 10, remove: 300 },
  parseKey: keyOf(z.object({ domainName: z.string() })),

  async find(aws, me, { domainName }) {
    const read = { id: (c: { arn: string }) => c.arn, tags: (c: { tags: Tags }) => c.tags };
    const candidates = await certificatesFor(aws, domainName);
    const own = await pickOwn(me, "certificate", candidates, read, (arn) => taggedCertificate(aws, arn));
    const certificate = own === undefined ? undefined : await describeCertificate(aws, own.arn);
    return own === undefined || certificate === undefined ? undefined : { certificate, tags: own.tags };
  },
  id,
  phase({ certificate }) {
    const why = hopeless(certificate);
    if (why !== undefined) return failed(why);
    return validationRecord(certificate) === undefined ? pending("ACM to name the validation record") : ready;
  },
  outputs: (live) => {
    const record = validationRecord(live.certificate);
    return {
      certificateArn: id(live),
      validationName: undotted(record?.Name),
      validationValue: undotted(record?.Value),
    };
  },

  changes: (want, { certificate, tags }, me) => {
    const { DomainName } = certificate;
    const validation = certificate.DomainValidationOptions?.find((o) => o.DomainName === DomainName)?.ValidationMethod;
    return [
      ...compare(
        {
          // One name only: the domain itself.
          names: sorted([DomainName]),
          validationMethod: "DNS",
          keyAlgorithm: "RSA_2048",
          transparencyLogging: want.transparencyLogging,
        },
        {
          names: sorted(certificate.SubjectAlternativeNames),
          validationMethod: validation,
          keyAlgorithm: asRequested(certificate.KeyAlgorithm),
          transparencyLogging: certificate.Options?.CertificateTransparencyLoggingPreference,
        },
        ["names", "validationMethod", "keyAlgorithm"],
      ),
      ...compareTags(me, tags),
    ];
  },

  async create(aws, me, { domainName }, want, token) {
    // At most 32 word characters (RequestCertificate); the same token for another request would be another request.
    const IdempotencyToken = createHash("sha256")
      .update(JSON.stringify([token, domainName, want.transparencyLogging]))
      .digest("hex")
      .slice(0, 32);
    const made = await aws.acm(
      new RequestCertificateCommand({
        DomainName: domainName,
        ValidationMethod: "DNS",
        KeyAlgorithm: "RSA_2048",
        Options: { CertificateTransparencyLoggingPreference: want.transparencyLogging },
        IdempotencyToken,
        Tags: toList(me.tags),
      }),
    );
    return required(made.CertificateArn, "CertificateArn");
  },

  async update(aws, live, want, changes, me) {
    const CertificateArn = id(live);
    if (touches(changes, "transparencyLogging")) {
      const Options = { CertificateTransparencyLoggingPreference: want.transparencyLogging };
      await aws.acm(new UpdateCertificateOptionsCommand({ CertificateArn, Options }));
    }
    if (touches(changes, "tags")) {
      await aws.acm(new AddTagsToCertificateCommand({ CertificateArn, Tags: toList(me.tags) }));
    }
  },

  remove: (aws, live) => unlessGone(aws.acm(new DeleteCertificateCommand({ CertificateArn: id(live) }))),

  async blockers(aws, live) {
    const users = (await describeCertificate(aws, id(live)))?.InUseBy ?? [];
    return users.length === 0 ? undefined : `in use by ${users.join(", ")}`;
  },

  /** The tagging API knows all of ours in one call; it also lists deleted ones, so ACM has the last word. */
  async owned(aws, environment) {
    const tagged = (await taggedResources(aws, environment)).filter(({ arn }) => arn.split(":")[2] === "acm");
    const there = await Promise.all(
      tagged.map(async ({ arn, tags }) => ({ tags, certificate: await describeCertificate(aws, arn) })),
    );
    return there.flatMap(({ tags, certificate }) => {
      if (certificate === undefined) return [];
      const domainName = required(certificate.DomainName, "DomainName");
      const node = tags["tap:id"] ?? "unknown/unknown";
      return [{ node, name: tags["Name"] ?? domainName, id: certificate.CertificateArn, key: { domainName } }];
    });
  },
};
