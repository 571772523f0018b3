import type { Clock } from "../engine/clock.ts";
import { RateLimiter } from "./limits.ts";
import { Semaphore } from "./semaphore.ts";

/** What all connections to one account and region share, so that several environments ask no more of AWS than one. */
export interface RegionLimits {
  readonly limiter: RateLimiter;
  /** Reads in flight. */
  readonly reading: Semaphore;
  /** Mutating calls in flight. */
  readonly writing: Semaphore;
}

/** The shares of a process. */
export class AccountLimits {
  readonly #clock: Clock;
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #shares = new Map<string, RegionLimits>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param concurrency mutating calls in flight, and an eighth of the reads, of which a look at everything can ask about
   *   64 at once; what the first to ask for it says counts
   */
  of(account: string, region: string, concurrency = 8): RegionLimits {
    const key = `${account} ${region}`;
    const limiter = this.#limiters.get(account) ?? new RateLimiter(this.#clock);
    const share = this.#shares.get(key) ?? {
      limiter,
      reading: new Semaphore(concurrency * 8),
      writing: new Semaphore(concurrency),
    };
    this.#limiters.set(account, limiter);
    this.#shares.set(key, share);
    return share;
  }
}
