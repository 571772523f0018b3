/** A token bucket: `burst` calls at once, refilled at `perSecond`. All its operations share it. */
export interface RateLimit {
  readonly operations: readonly string[] | "all" | "mutating";
  readonly perSecond: number;
  readonly burst: number;
}

/** The buckets of one service. */
export class TokenBuckets {
  readonly #buckets: { limit: RateLimit; tokens: number; at: number }[];

  constructor(limits: readonly RateLimit[], now: number) {
    this.#buckets = limits.map((limit) => ({ limit, tokens: limit.burst, at: now }));
  }

  /** Takes one token from each bucket the operation counts against, or none and returns false. */
  take(operation: string, mutating: boolean, now: number): boolean {
    const mine = this.#buckets.filter(({ limit: { operations } }) =>
      operations === "all" ? true : operations === "mutating" ? mutating : operations.includes(operation),
    );
    for (const bucket of mine) {
      const refill = ((now - bucket.at) / 1000) * bucket.limit.perSecond;
      bucket.tokens = Math.min(bucket.limit.burst, bucket.tokens + refill);
      bucket.at = now;
    }
    // A hair under one still counts: 20 steps of 0.05 do not add up to 1 in floating point.
    if (mine.some((bucket) => bucket.tokens < 1 - 1e-9)) return false;
    for (const bucket of mine) bucket.tokens -= 1;
    return true;
  }
}
