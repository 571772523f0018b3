import fc from "fast-check";
import type { CloudOptions } from "../../cloud/cloud.ts";
import { type Lateness, type Part, parts } from "../../cloud/visibility.ts";

/** What goes wrong with single calls. */
export const mishaps = [
  "throttled",
  "refused with 500",
  "applied, then 500",
  "reset before",
  "reset after",
  "reply past the deadline",
  "slow",
] as const;
export type Mishap = (typeof mishaps)[number];

/** Everything that goes wrong in one run. */
export interface Weather {
  readonly command: "up" | "down";
  /** Seeds the choice of calls. */
  readonly seed: number;
  /** How many of a thousand calls each mishap hits. */
  readonly perMille: Readonly<Record<Mishap, number>>;
  /** From this call on, for so many calls, AWS is unreachable. */
  readonly outage: { readonly from: number; readonly calls: number } | undefined;
  /** From this call on, the credentials have expired. */
  readonly expired: number | undefined;
  /** From this write on, for so many writes, the state cannot be written. */
  readonly disk:
    | { readonly from: number; readonly writes: number; readonly code: "ENOSPC" | "EROFS"; readonly after: boolean }
    | undefined;
  /** How late new things and new tags show, in milliseconds. */
  readonly lag: { readonly reads: number; readonly tags: number };
  /** How late single parts show, and show to others. */
  readonly late: Lateness;
  /** What becomes of overlapping writes to a function's policy. */
  readonly overlap: NonNullable<CloudOptions["overlap"]>["answer"];
  /** How many of a thousand states show as one that nobody knows, and for how long in milliseconds. */
  readonly unknown: { readonly perMille: number; readonly ms: number } | undefined;
  /** By how much the computer's clock is wrong, in milliseconds. */
  readonly skew: number;
  readonly natFailures: number;
  /** How many creates of instances are refused for want of capacity. */
  readonly noCapacity: number;
  readonly certificateFails: boolean;
  /** How long Lambda keeps network interfaces, in minutes. */
  readonly lingering: number;
}

const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const rate = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 60 }));

/** All kinds of weather, fine weather first. */
export const weather: fc.Arbitrary<Weather> = fc.record({
  command: fc.constantFrom("up" as const, "up" as const, "down" as const),
  seed: fc.nat(),
  perMille: fc.record({
    throttled: rate,
    "refused with 500": rate,
    "applied, then 500": rate,
    "reset before": rate,
    "reset after": rate,
    "reply past the deadline": rate,
    slow: rate,
  }),
  outage: sometimes(fc.record({ from: fc.integer({ min: 1, max: 700 }), calls: fc.integer({ min: 1, max: 300 }) })),
  expired: sometimes(fc.integer({ min: 1, max: 700 })),
  disk: sometimes(
    fc.record({
      from: fc.integer({ min: 1, max: 200 }),
      writes: fc.constantFrom(1, 5, 1_000_000),
      code: fc.constantFrom("ENOSPC" as const, "EROFS" as const),
      after: fc.boolean(),
    }),
  ),
  lag: fc.record({ reads: fc.constantFrom(0, 500, 3_000), tags: fc.constantFrom(0, 2_000, 8_000) }),
  late: fc.dictionary(fc.constantFrom<Part>(...parts), fc.constantFrom(500, 2_000, 8_000, 30_000), { maxKeys: 8 }),
  overlap: fc.constantFrom("lost", "refused"),
  unknown: sometimes(fc.record({ perMille: fc.constantFrom(20, 200), ms: fc.constantFrom(2_000, 20_000) })),
  skew: fc.constantFrom(0, 0, -240_000, 240_000, 3_600_000),
  natFailures: fc.constantFrom(0, 0, 1, 2),
  noCapacity: fc.constantFrom(0, 0, 1, 4),
  certificateFails: fc.constantFrom(false, false, true),
  lingering: fc.constantFrom(5, 5, 40),
});

/** Numbers in [0, 1), the same for the same seed: mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
