import type { Failure } from "./events.ts";
import type { Json } from "./journal.ts";
import type { Node } from "./node.ts";

/** How a run ended for one node. */
export type Outcome =
  | { readonly is: "created" | "updated" | "replaced" | "removed" | "unchanged" }
  | { readonly is: "failed"; readonly failure: Failure }
  /** Left where it is by a teardown. */
  | { readonly is: "retained"; readonly why: string }
  /** Waits for something that only the user can do; `why` says what. */
  | { readonly is: "held"; readonly why: string }
  /** Not begun, because what it depends on has failed. */
  | { readonly is: "skipped"; readonly because: string }
  | { readonly is: "interrupted" };

/** How a run ended, node by node. */
export type Outcomes<Aws> = ReadonlyMap<Node<Json, Aws>, Outcome>;
