import type { Clock } from "../engine/clock.ts";
import { RateLimiter } from "./limits.ts";
import { Slots } from "./slots.ts";

/** What all connections to one account and region share, so that several environments ask no more of AWS than one. */
export interface Share {
  readonly limiter: RateLimiter;
  /** Reads in flight. */
  readonly reading: Slots;
  /** Mutating calls in flight. */
  readonly writing: Slots;
}

/** The shares of a process. */
export class Shares {
  readonly #clock: Clock;
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #shares = new Map<string, Share>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param concurrency mutating calls in flight, and an eighth of the reads, of which a look at everything can ask about
   *   64 at once; what the first to ask for it says counts
   */
  of(account: string, region: string, concurrency = 8): Share {
    const key = `${account} ${region}`;
    const limiter = this.#limiters.get(account) ?? new RateLimiter(this.#clock);
    const share = this.#shares.get(key) ?? {
      limiter,
      reading: new Slots(concurrency * 8),
      writing: new Slots(concurrency),
    };
    this.#limiters.set(account, limiter);
    this.#shares.set(key, share);
    return share;
  }
}
