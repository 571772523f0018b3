import { createHash } from "node:crypto";
import {
  AddTagsToCertificateCommand,
  type CertificateDetail,
  DeleteCertificateCommand,
  RequestCertificateCommand,
  UpdateCertificateOptionsCommand,
} from "@aws-sdk/client-acm";
import * as z from "zod";
import { AmbiguousError } from "../../engine/errors.ts";
import { failed, type Identity, pending, ready } from "../../engine/kind.ts";
import { compare, isLike, sorted } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { taggedResources } from "../tagging.ts";
import { compareTags, isOurs, nodeOf, requireOurs, type Tags, toList, touches } from "../tags.ts";
import { acm } from "./permissions.ts";
import {
  certificateIfThere,
  certificatesFor,
  describeCertificate,
  spent,
  taggedCertificate,
  validationRecord,
} from "./shared.ts";

interface Wanted {
  /** Whether the certificate is published in certificate transparency logs, which browsers ask for. */
  readonly transparencyLogging: "ENABLED" | "DISABLED";
}

/** By ARN where it is a very one that is meant: one that has been succeeded. */
type Key = { readonly domainName: string; readonly certificateArn?: string };

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
  // One that has failed or expired never recovers: another one has to be requested (ACM User Guide, "Certificate request
  // fails", "Troubleshoot managed certificate renewal"). It cannot go while something uses it.
  replace: "succeed",
  // API Gateway lets go of it minutes to an hour after the domain name went (aws/aws-cdk#36265).
  minutes: { create: 10, update: 5, remove: 75 },
  seconds: { create: 10, remove: 300 },
  permissions: acm,
  card: "Domain and DNS",
  parseKey: keyOf(z.object({ domainName: z.string(), certificateArn: z.string().exactOptional() })),

  async find(aws, me, { domainName, certificateArn }) {
    const listed = certificateArn === undefined ? await certificatesFor(aws, domainName) : [];
    const remembered = certificateArn ?? me.id;
    const own = listed.filter(({ tags }) => isOurs(tags, me));
    if (own.length === 0 && remembered !== undefined) {
      const tagged = await taggedCertificate(aws, remembered);
      if (tagged !== undefined)
        own.push(requireOurs(me, `certificate ${remembered}`, tagged, tagged.tags, tagCommand("acm")(me, remembered)));
    }
    const described = await Promise.all(
      own.map(async ({ arn, tags }) => ({ tags, certificate: await describeCertificate(aws, arn) })),
    );
    return pick(me, described);
  },
  id,
  phase({ certificate }) {
    const why = spent(certificate);
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
    const transparencyLogging = certificate.Options?.CertificateTransparencyLoggingPreference;
    return [
      ...compare(
        { ...asked(certificate.DomainName), transparencyLogging: want.transparencyLogging },
        { ...fixed(certificate), transparencyLogging },
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
    const users = (await certificateIfThere(aws, id(live)))?.InUseBy ?? [];
    return users.length === 0 ? undefined : `in use by ${users.join(", ")}`;
  },

  /** The tagging API knows all of ours in one call; it also lists deleted ones, so ACM has the last word. */
  async listOwned(aws, environment) {
    const tagged = (await taggedResources(aws, environment)).filter(({ arn }) => arn.split(":")[2] === "acm");
    const there = await Promise.all(
      tagged.map(async ({ arn, tags }) => ({ tags, certificate: await certificateIfThere(aws, arn) })),
    );
    return there.flatMap(({ tags, certificate }) => {
      if (certificate === undefined) return [];
      const domainName = required(certificate.DomainName, "DomainName");
      const node = nodeOf(tags);
      const certificateArn = required(certificate.CertificateArn, "CertificateArn");
      const key = { domainName, certificateArn };
      return [{ node, name: tags["Name"] ?? domainName, id: certificateArn, key }];
    });
  },
};

/** What of a certificate cannot be changed. */
const fixed = ({ DomainName, SubjectAlternativeNames, DomainValidationOptions, KeyAlgorithm }: CertificateDetail) => ({
  names: sorted(SubjectAlternativeNames),
  validationMethod: DomainValidationOptions?.find((o) => o.DomainName === DomainName)?.ValidationMethod,
  keyAlgorithm: asRequested(KeyAlgorithm),
});

/** How a certificate for one name is asked for. */
const asked = (domainName: string | undefined) => ({
  names: sorted([domainName]),
  validationMethod: "DNS",
  keyAlgorithm: "RSA_2048",
});

/**
 * Of several certificates of one node, the one that is good: it has taken the place of the others. When none is, the one
 * that the state file remembers, or the newest.
 *
 * @throws {AmbiguousError} when two are good
 */
function pick(me: Identity, own: readonly Live[]): Live | undefined {
  const good = own.filter(
    ({ certificate }) => spent(certificate) === undefined && isLike(asked(certificate.DomainName), fixed(certificate)),
  );
  if (good.length > 1) throw new AmbiguousError(`certificate with the tag tap:id=${me.node}`, good.map(id));
  const age = ({ certificate }: Live) => certificate.CreatedAt?.getTime() ?? 0;
  return good[0] ?? own.find((live) => id(live) === me.id) ?? own.toSorted((a, b) => age(b) - age(a))[0];
}
