import type { Clock } from "../engine/clock.ts";

/** A token bucket: `burst` calls at once, then `perSecond`. */
interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Rates that AWS enforces per account and region and does not raise. Sources: "Amazon API Gateway quotas" (control
 * plane), "Route 53 quotas" (API requests), "Lambda quotas" (control plane), "CloudWatch Logs quotas", "AWS KMS
 * request quotas", "Request throttling for the Amazon EC2 API". Keys are a service, or a service and an operation.
 */
const limits: Readonly<Record<string, Limit>> = {
  apigateway: { perSecond: 10, burst: 40 },
  "apigateway:CreateDomainName": { perSecond: 1 / 30, burst: 1 },
  "apigateway:UpdateDomainName": { perSecond: 1 / 30, burst: 1 },
  "apigateway:DeleteDomainName": { perSecond: 1 / 30, burst: 1 },
  "apigateway:DeleteRestApi": { perSecond: 1 / 30, burst: 1 },
  "apigateway:UpdateAccount": { perSecond: 1 / 20, burst: 1 },
  "apigateway:CreateRestApi": { perSecond: 1 / 3, burst: 1 },
  "apigateway:CreateResource": { perSecond: 5, burst: 5 },
  "apigateway:DeleteResource": { perSecond: 5, burst: 5 },
  "apigateway:CreateDeployment": { perSecond: 1 / 5, burst: 1 },
  "ec2:CreateVpcEndpoint": { perSecond: 0.3, burst: 4 },
  "ec2:DeleteVpcEndpoints": { perSecond: 0.3, burst: 4 },
  "ec2:ModifyVpcEndpoint": { perSecond: 0.3, burst: 4 },
  route53: { perSecond: 5, burst: 5 },
  lambda: { perSecond: 15, burst: 15 },
  "logs:CreateLogGroup": { perSecond: 10, burst: 10 },
  "logs:DeleteLogGroup": { perSecond: 10, burst: 10 },
  "logs:DescribeLogGroups": { perSecond: 10, burst: 10 },
  "kms:CreateKey": { perSecond: 5, burst: 5 },
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
    const delay = Math.max(...names.map((name) => this.#reserve(`${place} ${name}`, limits[name], now)));
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
