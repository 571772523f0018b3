import { error, type Finding, ok, warning } from "./check.ts";

/** A quota of an account, and how much of it is used. */
export interface Quota {
  /** What is counted, in the plural: "VPCs in us-east-1". */
  readonly things: string;
  readonly used: number;
  /** How many `up` would add. */
  readonly more: number;
  readonly most: number;
  /** `most` is what AWS gives every account; this one may have been given more, which only Service Quotas knows. */
  readonly byDefault: boolean;
  readonly region: string;
  /** As Service Quotas knows it. */
  readonly service: string;
  readonly code: string;
}

/** Whether a quota has room for what `up` would add. */
export function quotaFinding({ things, used, more, most, byDefault, region, service, code }: Quota): Finding {
  const adds = more === 0 ? "up adds none" : `up adds ${more}`;
  const stands = `${things}: ${used} of ${most} in use, ${adds}`;
  if (more === 0 || used + more <= most) return ok(stands);
  const fix = `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${used + more}`;
  return byDefault ? warning(`${stands}; too many, unless the account's quota was raised`, fix) : error(stands, fix);
}
