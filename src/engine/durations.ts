import type { Durations } from "./journal.ts";
import type { KindFacts } from "./kind.ts";
import type { Run } from "./run.ts";

/**
 * How long something of a kind is expected to take, in seconds: as earlier runs have measured it, else as AWS usually
 * takes. `undefined` when neither is known.
 */
export function expectedSeconds<Aws>(
  run: Pick<Run<Aws>, "journal" | "usual">,
  kind: Pick<KindFacts, "type" | "seconds">,
  action: keyof Durations,
): number | undefined {
  return run.journal.durations().get(kind.type)?.[action] ?? (run.usual ? kind.seconds[action] : undefined);
}

/** Notes how long something took that nothing has disturbed: half of what is expected from now on. */
export function measure<Aws>(
  { journal }: Pick<Run<Aws>, "journal">,
  { type }: Pick<KindFacts, "type">,
  action: keyof Durations,
  ms: number,
): void {
  const seconds = ms / 1000;
  const before = journal.durations().get(type)?.[action] ?? seconds;
  journal.measured(type, action, Math.round((before + seconds) * 500) / 1000);
}
