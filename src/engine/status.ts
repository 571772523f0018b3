import { assess, type Compared } from "./assess.ts";
import { rootCauses, whyUnusable } from "./causes.ts";
import type { Json } from "./journal.ts";
import { type Ailment, type Change, isRemovable } from "./kind.ts";
import type { Node, Present, Unwatched } from "./node.ts";
import { planUp } from "./plan.ts";
import { predecessors } from "./predecessors.ts";
import type { Observation, Observations } from "./refresh.ts";
import { causesOf } from "./unseen.ts";

/** How one resource stands. */
export type Standing =
  | "in-sync"
  | "drifted"
  /** As wanted, with something that `up` leaves and the user has not accepted. */
  | "flagged"
  /** As wanted, with something that will need a person. */
  | "ailing"
  | "missing"
  | "pending"
  | "failed"
  | "blocked"
  | "stranded"
  | "retained"
  | "left-over";

/** One row of the drift report: `tap status --json`, `environments[].resources[]`, says all of it but `card`. */
export interface StatusRow {
  readonly id: string;
  readonly step: string;
  readonly type: string;
  /** See `KindFacts.card`. */
  readonly card?: string | undefined;
  readonly awsId?: string;
  readonly status: Standing;
  /** What `up` repairs. */
  readonly changes: readonly Change[];
  /** What `up` names and leaves. */
  readonly findings?: readonly Change[];
  /** Findings that the settings accept. */
  readonly accepted?: readonly Change[];
  /** Settings that no `up` has recorded yet. */
  readonly unrecorded?: readonly string[];
  /** What AWS refused to show: whether anybody has added such a thing is not known. */
  readonly unwatched?: readonly Unwatched[];
  /** What will need a person. */
  readonly ailments?: readonly Ailment[];
  /** Properties that this AWS cannot report: neither drift nor checked. */
  readonly unreported?: readonly string[];
  readonly reason?: string;
  /** The resource for whose sake it stands so: it could not be looked at, is not there, or cannot be used. */
  readonly because?: string;
  /** What to do first, or to know, where `up` alone does not mend it. */
  readonly advice?: string;
}

/**
 * The drift report of one look. Look-ups and account-wide settings are nobody's resources and are left out. Pure.
 *
 * @param retained why something was kept by the latest teardown, by node
 */
export function statusRows<Aws>(
  looks: Observations<Aws>,
  retained: ReadonlyMap<string, { readonly reason: string }> = new Map(),
): StatusRow[] {
  const declared = [...looks.declared].filter(
    ([node, look]) => !isOutside(node) && !(node.kind.role === "by-product" && look.is === "absent"),
  );
  const superseded = new Set(predecessors(looks));
  // What `up` would refuse, and what it says then.
  const refused = new Map(planUp(looks).conflicts.map(({ node, advice }) => [node, advice]));
  const roots = rootCauses(looks);
  const unseen = causesOf(looks);
  const keptBecause = (node: Node<Json, Aws>): string | undefined => {
    const own = retained.get(node.id)?.reason;
    if (own !== undefined || node.parent === undefined || isRemovable(node.kind)) return own;
    return retained.has(node.parent.id) ? `it lives with ${node.parent.id}` : undefined;
  };
  return [
    ...declared.map(([node, look]) => {
      const advice = refused.get(node.id);
      return row(node, {
        ...caused(node.id, standing(node, look, keptBecause(node), { ...looks, unseen }), roots),
        ...(advice === undefined ? {} : { advice }),
      });
    }),
    ...[...looks.leftOver].map(([node, look]) =>
      row(node, {
        status: "left-over",
        ...(look.is === "present" ? { awsId: look.awsId } : {}),
        reason:
          look.is === "error"
            ? look.failure.message
            : superseded.has(node)
              ? "another one has taken its place"
              : "ours, but no longer declared",
        ...(look.is === "error" && look.failure.advice !== undefined ? { advice: look.failure.advice } : {}),
      }),
    ),
  ];
}

/**
 * How the settings of the whole account stand that the environment uses. Whoever else has set one of them has it stay: it
 * is as wanted then. Pure.
 */
export function accountRows<Aws>(looks: Observations<Aws>): StatusRow[] {
  const unseen = causesOf(looks);
  const settings = [...looks.declared].filter(([node]) => node.kind.role === "account-setting");
  return settings.map(([node, look]) => {
    const stand = standing(node, look, undefined, { ...looks, unseen });
    if (look.is !== "present" || stand.status !== "stranded") return row(node, stand);
    const { awsId, note } = look;
    return row(node, { status: "in-sync", awsId, ...(note === undefined ? {} : { reason: note }) });
  });
}

/** Whether a node is no resource of the environment's: a look-up in the account, or a setting of the account. */
export const isOutside = <Aws>(node: Node<Json, Aws>): boolean =>
  node.kind.role === "account-setting" || (node.kind.role === "lookup" && node.parent === undefined);

type Stand = Pick<StatusRow, "status"> & Partial<Omit<StatusRow, "id" | "step" | "type" | "status">>;

const row = <Aws>(node: Node<Json, Aws>, stand: Stand): StatusRow => ({
  id: node.id,
  step: node.step,
  type: node.kind.type,
  card: node.kind.card,
  changes: [],
  ...stand,
});

/** What stands so for another's sake says for whose. */
function caused(id: string, stand: Stand, roots: ReadonlyMap<string, string>): Stand {
  const because = roots.get(id);
  return because === undefined || because === id || stand.status === "retained" ? stand : { ...stand, because };
}

function standing<Aws>(
  node: Node<Json, Aws>,
  look: Observation,
  kept: string | undefined,
  { declared, unseen }: Pick<Observations<Aws>, "declared"> & { readonly unseen: ReadonlyMap<string, string> },
): Stand {
  if (look.is === "absent") {
    return {
      status: "missing",
      ...(look.why === undefined ? {} : { reason: look.why, advice: "tap up brings it back" }),
    };
  }
  if (look.is === "error") return { status: "blocked", reason: look.failure.message };
  if (look.is === "blocked") {
    const why = unseen.has(look.by) ? `${look.by}, which could not be looked at` : whyUnusable([look.by], { declared });
    return { status: "blocked", reason: `it sits in ${why}` };
  }
  const { awsId, note } = look;
  if (kept !== undefined) return { status: "retained", awsId, reason: kept };
  const verdict = assess(look);
  switch (verdict.is) {
    case "failed":
    case "failed-update":
      return { status: "failed", awsId, reason: verdict.why };
    case "leaving":
      return { status: "pending", awsId, reason: `being removed: ${verdict.why}` };
    case "pending":
    case "held":
      return { status: "pending", awsId, reason: verdict.why };
    case "incomparable": {
      const gone = verdict.missing.length > 0 ? verdict.missing : [node.parent?.id ?? ""];
      // Nobody knows whether that is there.
      const hidden = gone.find((id) => unseen.has(id));
      return hidden === undefined
        ? { status: "stranded", awsId, reason: `needs ${whyUnusable(gone, { declared })}` }
        : { status: "blocked", awsId, reason: `needs ${hidden}, which could not be looked at` };
    }
    default: {
      const extra = { awsId, ...besides(look, verdict), ...(note !== undefined && { reason: note }) };
      if (verdict.is !== "settled") return { status: "drifted", changes: verdict.changes, ...extra };
      return {
        status: verdict.findings.length > 0 ? "flagged" : look.ailments.length > 0 ? "ailing" : "in-sync",
        ...extra,
      };
    }
  }
}

/** What is said of a resource besides how it stands; nothing of what there is none of. */
function besides({ ailments, unwatched }: Present, compared: Compared): Partial<StatusRow> {
  const { findings, accepted, unrecorded, unreported } = compared;
  return {
    ...(findings.length > 0 && { findings }),
    ...(accepted.length > 0 && { accepted }),
    ...(unrecorded.length > 0 && { unrecorded }),
    ...(unreported.length > 0 && { unreported }),
    ...(unwatched.length > 0 && { unwatched }),
    ...(ailments.length > 0 && { ailments }),
  };
}
