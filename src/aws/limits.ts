import type { Clock } from "../engine/clock.ts";

/** A token bucket: `burst` calls at once, then `perSecond`. */
interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/** So many in a second, at once or one by one. */
const perSecond = (calls: number): Limit => ({ perSecond: calls, burst: calls });

/** One in so many seconds. */
const oneIn = (seconds: number): Limit => ({ perSecond: 1 / seconds, burst: 1 });

/**
 * Rates that AWS enforces per account and region, as far as tap could ever reach them; of one that can be raised, the
 * default. Keys are a service, or a service and an operation.
 */
const limits: Readonly<Record<string, Limit>> = {
  // API Gateway Developer Guide, "Amazon API Gateway quotas", creating, deploying and managing an API.
  apigateway: { perSecond: 10, burst: 40 },
  "apigateway:CreateDeployment": oneIn(5),
  "apigateway:CreateDomainName": oneIn(30),
  "apigateway:CreateResource": perSecond(5),
  "apigateway:CreateRestApi": oneIn(3),
  "apigateway:DeleteDomainName": oneIn(30),
  "apigateway:DeleteResource": perSecond(5),
  "apigateway:DeleteRestApi": oneIn(30),
  "apigateway:GetResources": { perSecond: 2.5, burst: 5 },
  "apigateway:UpdateAccount": oneIn(20),
  "apigateway:UpdateDomainName": oneIn(30),
  // ACM User Guide, "Quotas", API rate quotas.
  "acm:AddTagsToCertificate": perSecond(5),
  "acm:DeleteCertificate": perSecond(10),
  "acm:DescribeCertificate": perSecond(10),
  "acm:ListTagsForCertificate": perSecond(10),
  "acm:RemoveTagsFromCertificate": perSecond(5),
  "acm:RequestCertificate": perSecond(5),
  // EC2 Developer Guide, "Request throttling for the Amazon EC2 API". The buckets of other actions hold 50 and more.
  "ec2:CreateVpcEndpoint": { perSecond: 0.3, burst: 4 },
  "ec2:DeleteVpcEndpoints": { perSecond: 0.3, burst: 4 },
  "ec2:ModifyVpcEndpoint": { perSecond: 0.3, burst: 4 },
  // KMS Developer Guide, "Request quotas".
  "kms:CancelKeyDeletion": perSecond(5),
  "kms:CreateAlias": perSecond(5),
  "kms:CreateKey": perSecond(5),
  "kms:DeleteAlias": perSecond(15),
  "kms:EnableKey": perSecond(5),
  "kms:EnableKeyRotation": perSecond(15),
  "kms:PutKeyPolicy": perSecond(15),
  "kms:ScheduleKeyDeletion": perSecond(15),
  "kms:TagResource": perSecond(10),
  "kms:UntagResource": perSecond(5),
  "kms:UpdateAlias": perSecond(5),
  // Lambda Developer Guide, "Lambda quotas", API requests: all of the control plane together.
  lambda: perSecond(15),
  // CloudWatch Logs User Guide, "CloudWatch Logs quotas".
  "logs:CreateLogGroup": perSecond(10),
  "logs:DeleteLogGroup": perSecond(10),
  "logs:DescribeLogGroups": perSecond(10),
  // Route 53 Developer Guide, "Throttling for Amazon Route 53 API requests".
  route53: { perSecond: 10, burst: 50 },
  "route53:CreateHostedZone": { perSecond: 2, burst: 40 },
};

/** Services that are not in any region. */
const global = new Set(["route53"]);

/** The longest delay that is sat out after the user has asked to stop, in milliseconds. */
const patience = 5_000;

/** Paces calls by the limits above; one for all that a process does in an account. */
export class RateLimiter {
  readonly #clock: Clock;
  /** When the bucket would be full again, in milliseconds since the epoch. */
  readonly #full = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves when the call may be sent.
   *
   * @throws the signal's reason when it is aborted and there is long to wait
   */
  async take(region: string, service: string, operation: string, signal?: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const place = global.has(service) ? "" : region;
    const names = [service, `${service}:${operation}`];
    const delay = Math.ceil(Math.max(...names.map((name) => this.#reserve(`${place} ${name}`, limits[name], now))));
    if (delay > 0) await this.#clock.sleep(delay, delay > patience ? signal : undefined);
  }

  /** Takes a token from a bucket, in advance if need be; the delay until it is there, in milliseconds. */
  #reserve(bucket: string, limit: Limit | undefined, now: number): number {
    if (limit === undefined) return 0;
    const interval = 1000 / limit.perSecond;
    const full = Math.max(this.#full.get(bucket) ?? now, now) + interval;
    this.#full.set(bucket, full);
    return Math.max(0, full - now - interval * limit.burst);
  }
}
