import { createHash } from "node:crypto";
import type { Settings } from "../config/settings.ts";
import type { Json } from "../engine/journal.ts";
import type { Node } from "../engine/node.ts";
import type { PlannedChange } from "../engine/plan.ts";
import type { Observation, Observations } from "../engine/refresh.ts";
import type { Run } from "../engine/run.ts";
import { canonical } from "../resources/compare.ts";

/** The version of plan files that this tap reads and writes. */
export const PLAN_SCHEMA = 1;

/** What was planned for one resource, and what was seen of it. */
export interface PlannedResource {
  readonly node: string;
  readonly type: string;
  /** An action of `up`; "remove" or "leave" of a left-over. */
  readonly action: string;
  /** The properties to be changed. */
  readonly changes: readonly string[];
  /** Digest of what was seen. It stands for values, which may be anything that somebody has put there. */
  readonly seen: string;
}

/** A plan, to be carried out later if it still fits. Holds no value of any property. */
export interface PlanRecord {
  readonly schema: typeof PLAN_SCHEMA;
  /** The version of the tap that has made it. */
  readonly tap: string;
  /** When, in ISO 8601. */
  readonly plannedAt: string;
  readonly environment: string;
  /** The environment whose settings these are. */
  readonly settingsOf: string;
  readonly region: string;
  readonly account: string;
  readonly local: boolean;
  /** Digest of all settings. */
  readonly settings: string;
  /** The functions' code, by its hash. */
  readonly code: string;
  readonly prune: boolean;
  readonly fresh: boolean;
  readonly resources: readonly PlannedResource[];
}

/** What a plan is made of. */
export interface Plan<Aws> {
  readonly tap: string;
  readonly changes: readonly PlannedChange<Aws>[];
  readonly looks: Observations<Aws>;
  readonly prune: boolean;
  readonly fresh: boolean;
}

/** What a plan is made for. */
export interface Planned<Aws> {
  readonly settings: Settings;
  readonly account: string;
  readonly local: boolean;
  readonly code: string;
  readonly run: Pick<Run<Aws>, "clock">;
}

/** Records a plan. */
export function recordPlan<Aws>(planned: Planned<Aws>, plan: Plan<Aws>): PlanRecord {
  const { settings, account, local, code, run } = planned;
  const { environment, settingsOf, region } = settings;
  const { tap, changes, looks, prune, fresh } = plan;
  const byNode = new Map(changes.map((change) => [change.node, change]));
  const resource = (node: Node<Json, Aws>, look: Observation, action: string): PlannedResource => ({
    node: node.id,
    type: node.kind.type,
    action,
    changes: byNode.get(node)?.changes.map(({ path }) => path) ?? [],
    seen: digest(seen(look)),
  });
  return {
    schema: PLAN_SCHEMA,
    tap,
    plannedAt: new Date(run.clock.now()).toISOString(),
    environment,
    settingsOf,
    region,
    account,
    local,
    settings: digest(settings),
    code,
    prune,
    fresh,
    resources: [
      ...[...looks.declared].map(([node, look]) => resource(node, look, byNode.get(node)?.action ?? "none")),
      ...[...looks.leftOver].map(([node, look]) =>
        resource(node, look, prune ? "remove" : (byNode.get(node)?.action ?? "leave")),
      ),
    ],
  };
}

/** What counts of a look. Why something is as it is may be worded differently each time, and does not. */
function seen(look: Observation) {
  if (look.is !== "present") return { is: look.is };
  const { awsId, phase, outputs } = look;
  const { changes = null } = look.compare();
  return {
    is: look.is,
    awsId,
    phase: phase.is,
    outputs,
    changes: changes?.map(({ path, want, live }) => ({ path, want, live })),
  };
}

/** Values that read the same have the same digest. */
const digest = (value: object): string =>
  // Only JSON is ever put in.
  createHash("sha256")
    .update(canonical(value as Json))
    .digest("hex");
