import type { Clock } from "../engine/clock.ts";
import { type Limit, serviceNamed } from "./services.ts";

/** The longest delay that is sat out after the user has asked to stop, in milliseconds. */
const patience = 5_000;

/** Paces calls by the services' limits; one for all that a process does in an account. */
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
    const { limits = {}, global = false } = serviceNamed(service) ?? {};
    const place = global ? "" : region;
    const buckets = ["all", operation].map((name) => this.#reserve(`${place} ${service} ${name}`, limits[name], now));
    const delay = Math.ceil(Math.max(...buckets));
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
