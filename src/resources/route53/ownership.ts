import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Aws } from "../../aws/aws.ts";
import type { Identity } from "../../engine/kind.ts";
import { expectedValidations } from "../acm/shared.ts";
import { domainNames } from "../apigateway/shared.ts";
import { fromMap, isEnvironments } from "../tags.ts";
import { plain } from "./shared.ts";

/** In a zone that is not ours, a TXT record beside each of our records says that it is ours. */
const prefix = "_tap.";

/** Seconds. */
const ttl = 300;

/** What the ownership record of a node says, quoted as TXT values are. */
export const ownershipText = (me: Identity): string => `"tap/${me.environment}/${me.node}"`;

/** The ownership record of a record, as it should be. */
export const ownershipRecord = (me: Identity, name: string): ResourceRecordSet => ({
  Name: `${prefix}${name}`,
  Type: "TXT",
  TTL: ttl,
  ResourceRecords: [{ Value: ownershipText(me) }],
});

/** The values of a record. */
export const valuesOf = (record: ResourceRecordSet | undefined): string[] =>
  (record?.ResourceRecords ?? []).map(({ Value }) => Value ?? "").sort();

/** The ownership record that stands beside a name, whoever it names. */
export const ownershipOf = (records: readonly ResourceRecordSet[], name: string): ResourceRecordSet | undefined =>
  records.find((r) => r.Type === "TXT" && plain(r.Name) === `${prefix}${name}`);

/** The names that ownership records give to a node. */
export const namesOwnedBy = (me: Identity, records: readonly ResourceRecordSet[]): string[] =>
  records
    .filter((r) => r.Type === "TXT" && plain(r.Name).startsWith(prefix) && valuesOf(r).includes(ownershipText(me)))
    .map((r) => plain(r.Name).slice(prefix.length));

/**
 * Whether a record without an ownership record points at something of ours: an alias at our custom domain name, a
 * validation record at our certificate.
 *
 * @param domain the domain that the certificate is for
 */
export async function pointsAtOurs(
  aws: Aws,
  me: Identity,
  record: ResourceRecordSet,
  domain: string,
): Promise<boolean> {
  if (record.AliasTarget !== undefined) {
    const target = plain(record.AliasTarget.DNSName);
    return (await domainNames(aws)).some(
      (d) => isEnvironments(fromMap(d.tags), me.environment) && plain(d.regionalDomainName) === target,
    );
  }
  if (record.Type !== "CNAME") return false;
  const expected = (await expectedValidations(aws, me.environment, domain)).map(plain);
  return valuesOf(record).some((value) => expected.includes(plain(value)));
}
