import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import { awsError, UnmodelledError } from "../errors.ts";
import { onlyFields } from "../model.ts";
import { inZone, normalName } from "./names.ts";

/** A record set and since when it is there. */
export interface ZoneRecord {
  readonly name: string;
  readonly type: string;
  readonly set: ResourceRecordSet;
  readonly since: Date;
}

/** A zone's records by `name|type`. */
export type Records = ReadonlyMap<string, ZoneRecord>;

export function recordKey(name: string, type: string): string {
  return `${normalName(name)}|${type}`;
}

/**
 * Applies a batch: all of it or nothing.
 *
 * @param aliasFault says what is wrong with an alias target, or nothing
 * @throws InvalidChangeBatch with one message per fault, as ChangeResourceRecordSets answers (texts: external-dns#3007,
 *   node-route53-updater#3, boto#2887); InvalidInput for a change that is no record set at all
 */
export function applyChanges(
  records: Records,
  zone: string,
  changes: readonly Change[],
  now: Date,
  aliasFault: (set: ResourceRecordSet) => string | undefined,
): Map<string, ZoneRecord> {
  if (changes.length === 0) throw awsError("InvalidInput", "Invalid request: Expected at least one change.");
  const next = new Map(records);
  const seen = new Set<string>();
  const faults: string[] = [];
  for (const { Action, ResourceRecordSet: set } of changes) {
    if (!set) throw awsError("InvalidInput", "Missing field 'ResourceRecordSet' in Change");
    const record = check(set, now, String(Action));
    const key = recordKey(record.name, record.type);
    if (seen.has(`${Action} ${key}`)) {
      faults.push(
        `The request contains an invalid set of changes for a resource record set '${record.type} ${record.name}'`,
      );
    }
    seen.add(`${Action} ${key}`);
    if (!inZone(record.name, zone)) {
      faults.push(`RRSet with DNS name ${record.name} is not permitted in zone ${zone}`);
      continue;
    }
    const what = `[name='${record.name}', type='${record.type}']`;
    const existing = next.get(key);
    if (Action === "DELETE") {
      if (!existing) faults.push(`Tried to delete resource record set ${what} but it was not found`);
      else if (!sameRecord(existing.set, record.set)) {
        faults.push(
          `Tried to delete resource record set ${what} but the values provided do not match the current values`,
        );
      } else if (record.name === zone && (record.type === "NS" || record.type === "SOA")) {
        faults.push(`A HostedZone must contain at least one ${record.type} record for the zone itself.`);
      } else next.delete(key);
      continue;
    }
    if (Action !== "CREATE" && Action !== "UPSERT") throw new UnmodelledError(`Route 53 action ${Action}`);
    if (Action === "CREATE" && existing) {
      faults.push(`Tried to create resource record set ${what} but it already exists`);
      continue;
    }
    const fault = conflict(next, zone, record) ?? aliasFault(set);
    if (fault) faults.push(fault);
    else next.set(key, existing && sameRecord(existing.set, record.set) ? existing : record);
  }
  if (faults.length > 0) throw awsError("InvalidChangeBatch", `[${faults.join(", ")}]`, 400, { messages: faults });
  return next;
}

/** A CNAME stands alone under its name, and never at the zone's own name (RFC 1034; ChangeResourceRecordSets). */
function conflict(records: Records, zone: string, record: ZoneRecord): string | undefined {
  if (record.type === "CNAME" && record.name === zone) {
    return `RRSet of type CNAME with DNS name ${zone} is not permitted at apex in zone ${zone}`;
  }
  const others = [...records.values()].filter((r) => r.name === record.name && r.type !== record.type);
  if (others.some((other) => other.type === "CNAME" || record.type === "CNAME")) {
    return `RRSet of type ${record.type} with DNS name ${record.name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone}`;
  }
  return undefined;
}

function check(set: ResourceRecordSet, since: Date, action: string): ZoneRecord {
  onlyFields(set, "ResourceRecordSet", ["Name", "Type", "TTL", "ResourceRecords", "AliasTarget"]);
  onlyFields(set.AliasTarget, "AliasTarget", ["HostedZoneId", "DNSName", "EvaluateTargetHealth"]);
  const { Name, Type, TTL, ResourceRecords, AliasTarget } = set;
  if (Name === undefined || Type === undefined)
    throw awsError("InvalidInput", "Missing field 'Name' or 'Type' in ResourceRecordSet");
  const name = normalName(Name);
  const where = `Change with [Action=${action}, Name=${name}, Type=${Type}, SetIdentifier=null]`;
  if (AliasTarget) {
    if (TTL !== undefined || ResourceRecords !== undefined) {
      throw awsError(
        "InvalidInput",
        `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found more than one in ${where}`,
      );
    }
    const target = { ...AliasTarget, DNSName: normalName(AliasTarget.DNSName ?? "") };
    return { name, type: Type, since, set: { Name: name, Type, AliasTarget: target } };
  }
  if (TTL === undefined || !ResourceRecords || ResourceRecords.length === 0) {
    throw awsError(
      "InvalidInput",
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in ${where}`,
    );
  }
  for (const { Value } of ResourceRecords) {
    if (Type === "TXT" && !/^".*"$/.test(Value ?? "")) {
      const message = `Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '${Value}''`;
      throw awsError("InvalidChangeBatch", `[${message}]`, 400, { messages: [message] });
    }
  }
  return { name, type: Type, since, set: { Name: name, Type, TTL, ResourceRecords } };
}

/** Values count as a set, names of hosts without regard to case and final dot. */
function sameRecord(a: ResourceRecordSet, b: ResourceRecordSet): boolean {
  const text = (set: ResourceRecordSet) => {
    const values = (set.ResourceRecords ?? []).map(({ Value }) =>
      set.Type === "CNAME" || set.Type === "NS" ? normalName(Value ?? "") : Value,
    );
    const { HostedZoneId, DNSName, EvaluateTargetHealth } = set.AliasTarget ?? {};
    return JSON.stringify([set.TTL, values.sort(), HostedZoneId, normalName(DNSName ?? ""), EvaluateTargetHealth]);
  };
  return text(a) === text(b);
}
