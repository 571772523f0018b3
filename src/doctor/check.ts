import { classify, codeOf } from "../aws/errors.ts";
import { TapError } from "../engine/errors.ts";

/** What a check has found: `warning` may be in the way of a run, `error` is. */
export interface Finding {
  readonly status: "ok" | "warning" | "error";
  readonly what: string;
  /** What to do about it: a command, where there is one. */
  readonly fix?: string;
}

/** One question about a subject, answered without changing anything. */
export interface Check<Subject> {
  readonly id: string;
  /** What the check makes no sense without: why that is lacking, or undefined when it is there and the check is made. */
  needs?(subject: Subject): Promise<string | undefined>;
  /** @throws what keeps it from an answer */
  run(subject: Subject): Promise<Finding>;
}

/** A finding, and which check it is from. */
export interface Examined extends Finding {
  readonly id: string;
}

export const ok = (what: string): Finding => ({ status: "ok", what });
export const warning = (what: string, fix?: string): Finding => ({ status: "warning", what, ...(fix && { fix }) });
export const error = (what: string, fix?: string): Finding => ({ status: "error", what, ...(fix && { fix }) });

/** Makes all checks at once. One that fails stops no other; the findings come in the order of the checks. */
export const examine = <Subject>(checks: readonly Check<Subject>[], subject: Subject): Promise<Examined[]> =>
  Promise.all(checks.map(async (check) => ({ id: check.id, ...(await make(check, subject).catch(failed)) })));

async function make<Subject>({ needs, run }: Check<Subject>, subject: Subject): Promise<Finding> {
  const lacks = await needs?.(subject);
  return lacks === undefined ? run(subject) : warning(`not looked at: ${lacks}`);
}

/** What a check that has failed stands for. What may not be looked at need not be wrong. */
function failed(thrown: unknown): Finding {
  const said = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  if (thrown instanceof TapError) return error(said, thrown.advice);
  if (classify(thrown) === "denied") return warning(`not looked at, since AWS does not allow it: ${codeOf(thrown)}`);
  return error(`could not be looked at: ${said}`);
}
