import type { LifecycleRule } from "@aws-sdk/client-s3";
import type { Json } from "../../engine/journal.ts";
import type { Change } from "../../engine/kind.ts";
import { compareMembers } from "../compare.ts";

/**
 * Rules that remove everything older than some days: current objects, noncurrent versions, unfinished uploads and the
 * delete markers that the expiry leaves behind. ExpiredObjectDeleteMarker cannot stand beside Days in one rule (S3
 * user guide, "Lifecycle configuration elements").
 */
export const lifecycleRules = (days: number): LifecycleRule[] => [
  {
    ID: "expire",
    Status: "Enabled",
    Filter: { Prefix: "" },
    Expiration: { Days: days },
    NoncurrentVersionExpiration: { NoncurrentDays: days },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: days },
  },
  {
    ID: "expired-delete-markers",
    Status: "Enabled",
    Filter: { Prefix: "" },
    Expiration: { ExpiredObjectDeleteMarker: true },
  },
];

/** What differs between the wanted rules and the live ones, rules that someone added included. */
export function lifecycleFields(days: number, live: readonly LifecycleRule[]): Change[] {
  // Of rules with the same name the first counts.
  const byName = (rules: readonly LifecycleRule[]) =>
    Object.fromEntries(rules.toReversed().map((rule) => [rule.ID ?? "", fieldsOf(rule)]));
  return compareMembers("lifecycle", byName(lifecycleRules(days)), byName(live));
}

function fieldsOf(rule: LifecycleRule): Json {
  const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  return {
    status: rule.Status ?? null,
    // A rule for everything is reported with an empty prefix or an empty filter.
    prefix: rule.Filter?.Prefix ?? "",
    filter: Object.keys(rule.Filter ?? {}).filter((key) => key !== "Prefix"),
    days: Expiration?.Days ?? null,
    deleteMarkers: Expiration?.ExpiredObjectDeleteMarker ?? false,
    noncurrentDays: NoncurrentVersionExpiration?.NoncurrentDays ?? null,
    newerNoncurrentVersions: NoncurrentVersionExpiration?.NewerNoncurrentVersions ?? null,
    abortUploadsDays: AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? null,
    transitions: (rule.Transitions ?? []).length + (rule.NoncurrentVersionTransitions ?? []).length,
  };
}
