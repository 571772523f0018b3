import type { Change } from "./kind.ts";
import type { Comparison, Present } from "./node.ts";

/** What the differences of a resource from what is wanted ask for, and what is to be said of it besides. */
export type Compared = Omit<Comparison, "changes" | "missing"> &
  (
    | { readonly is: "settled" }
    | { readonly is: "update" | "replace"; readonly changes: readonly Change[] }
    /** They are not known, since these needs of it are not. */
    | { readonly is: "incomparable"; readonly missing: readonly string[] }
  );

/** How a resource stands that is there: plan, status and `up` each have words of their own for it, and all read it here. */
export type Verdict =
  | Exclude<Present["phase"], { is: "ready" | "failed" }>
  /** For good: only another one helps. */
  | { readonly is: "failed"; readonly why: string }
  /** A change of it has failed, while it goes on as before: it may be compared, and the change sent again. */
  | { readonly is: "failed-update"; readonly why: string; compared(): Compared }
  | Compared;

/** Judges what was seen of a resource. Compares nothing but what is ready. */
export function assess(present: Present): Verdict {
  const { phase } = present;
  if (phase.is === "ready") return compared(present);
  if (phase.is !== "failed") return phase;
  const { why } = phase;
  return phase.update ? { is: "failed-update", why, compared: () => compared(present) } : { is: "failed", why };
}

function compared(present: Present): Compared {
  const { changes, missing, ...besides } = present.compare();
  if (changes === undefined) return { is: "incomparable", missing, ...besides };
  if (changes.length === 0) return { is: "settled", ...besides };
  return { is: changes.some(({ fix }) => fix === "replace") ? "replace" : "update", changes, ...besides };
}
