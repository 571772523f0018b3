import { test } from "vitest";

/** One thing that AWS answers by recordings of it, and how the in-memory AWS is asked for it. */
export interface Fact {
  readonly operation: string;
  /** In our own words. */
  readonly fact: string;
  /** Where it is recorded: a test of cloud-custodian (placebo) or LocalStack (snapshot), or what else says so. */
  readonly source: string;
  readonly check: () => void;
}

/** Makes a test of each. */
export function holds(facts: readonly Fact[]): void {
  for (const { operation, fact, source, check } of facts) test(`${operation}: ${fact} (${source})`, check);
}

/** The refusal of a direct call, as AWS words it: its code and its message. */
export function refused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "nothing";
}
