import type { Aws } from "../../../src/aws/aws.ts";
import { planUp } from "../../../src/engine/plan.ts";
import type { Run } from "../../../src/engine/run.ts";
import { type StatusRow, statusRows } from "../../../src/engine/status.ts";
import { up } from "../../../src/engine/up.ts";
import type { Json } from "../../cloud/canonical.ts";
import type { Cloud } from "../../cloud/cloud.ts";
import { outcomesOf } from "../world.ts";
import { type Baseline, Copy } from "./baseline.ts";
import { applied } from "./owner.ts";

/** What `status` and `up` made of a cloud that someone has changed by hand. */
export interface Observation {
  /** The rows that are not in sync. */
  readonly rows: readonly StatusRow[];
  /** Why `up` refused to begin. */
  readonly refusals: readonly string[];
  /** How `up` ended where it changed something or failed, by node. */
  readonly endings: Readonly<Record<string, string>>;
  /** Which node sent which mutating call, for example "network/vpc: ec2 CreateTags". */
  readonly calls: readonly string[];
  /** What still differs from the cloud before the change by hand. */
  readonly differences: readonly string[];
}

/**
 * Looks at a changed cloud and repairs it, as a new process would, with the state file as the fresh `up` left it.
 *
 * @param ruling what the user has decided about findings
 */
export async function observe(baseline: Baseline, cloud: Cloud, ruling?: Run<Aws>["ruling"]): Promise<Observation> {
  using copy = new Copy(baseline, cloud);
  const { environment } = copy;
  const usual = environment.run();
  const run: Run<Aws> = { ...usual, ruling: (...of) => ruling?.(...of) ?? usual.ruling(...of) };
  const looks = await environment.look(run);
  const rows = statusRows(looks).filter((row) => row.status !== "in-sync");
  const refusals = planUp(looks).conflicts.map(({ node, message }) => `${node}: ${message}`);
  const endings = refusals.length > 0 ? {} : outcomesOf(await up(run, environment.platform.nodes, looks));
  const calls = applied(cloud).map(
    (call) => `${copy.owners.get(call) ?? "a left-over"}: ${call.service} ${call.operation}`,
  );
  return {
    rows,
    refusals,
    endings: Object.fromEntries(Object.entries(endings).filter(([, is]) => is !== "unchanged")),
    calls,
    differences: differencesOf(baseline, environment.journal.toJSON().resources, cloud),
  };
}

type Ids = Readonly<Record<string, { readonly id?: string }>>;

/** What differs between a cloud and the baseline's, ids that were given anew apart. */
function differencesOf(baseline: Baseline, now: Ids, cloud: Cloud): string[] {
  const then: Ids = baseline.journal.resources;
  const renamed = Object.entries(now).flatMap(([node, { id }]) => {
    const old = then[node]?.id;
    return id === undefined || old === undefined || id === old ? [] : [[id, old] as const];
  });
  const want = flat(baseline.cloud, []);
  const live = flat(cloud, renamed);
  const keys = [...new Set([...want.keys(), ...live.keys()])].sort();
  return keys
    .filter((key) => want.get(key) !== live.get(key))
    .map((key) => `${key}: ${live.get(key)} instead of ${want.get(key)}`);
}

/** What AWS makes of the calls rather than keeps of them: it depends on when they came, and tap does not set it. */
const derived = {
  resources: /^ec2:network-interface\/|^apigateway:.*\/deployments\//,
  members: new Set(["objects", "streams", "storedBytes", "associationId", "interfaceId", "privateIp"]),
};

function flat(cloud: Cloud, renamed: readonly (readonly [string, string])[]): Map<string, string> {
  const original = (text: string) => renamed.reduce((so, [id, old]) => so.replaceAll(id, old), text);
  const all = Object.entries(cloud.dump({ times: false })).flatMap(([service, resources]) =>
    Object.entries(resources).map(([key, state]) => [original(`${service}:${key}`), state] as const),
  );
  const kept = all.filter(([key]) => !derived.resources.test(key));
  return new Map(kept.map(([key, state]) => [key, original(JSON.stringify(settled(state)))]));
}

/** A state without what is derived, and with lists in one order: a repaired element is often put at the end. */
function settled(state: Json): Json {
  if (typeof state === "string") return state.replace(/^(rtbassoc|eipassoc)-[0-9a-f]+$/, "$1");
  if (Array.isArray(state)) return state.map(settled).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (state === null || typeof state !== "object") return state;
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, value]) => (derived.members.has(name) ? [] : [[name, settled(value)]])),
  );
}
