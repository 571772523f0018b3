import { describe, expect, test } from "vitest";
import { services } from "../cloud/services.ts";
import { bringUp, replay } from "./drift/baseline.ts";
import { exceptionOf, exceptions, replacements } from "./drift/exceptions.ts";
import { judge } from "./drift/judge.ts";
import { observe } from "./drift/observe.ts";
import { poolOf } from "./drift/values.ts";
import { everything, everythingWith } from "./everything.ts";

const whole = await bringUp(everything);

/** The platform, and the parts of it that other settings make otherwise. */
const variants = [
  { settings: "everything", baseline: whole, nodes: /./ },
  {
    settings: "two NAT gateways",
    baseline: await bringUp(everythingWith({ network: { natGateways: 2 } })),
    nodes: /^network\/(address|nat|private-routes|s3-endpoint)/,
  },
  {
    settings: "a zone of someone else's",
    baseline: await bringUp(
      everythingWith({ domain: { ...everything.defaults.domain, hostedZoneId: "Z0000000000000000001" } }),
    ),
    nodes: /^dns\//,
  },
] as const;

describe("a property that someone changes by hand is named by status and repaired by up", () => {
  const replaced = new Set<string>();
  const counts = { leaves: 0, changed: 0 };
  const parts = variants.flatMap(({ settings, baseline, nodes }) => {
    const chosen = baseline.leaves.filter(({ owner }) => nodes.test(owner));
    const services = Map.groupBy(chosen, ({ call }) => call.service);
    return [...services].map(([service, leaves]) => ({ settings, service, baseline, leaves }));
  });

  test.each(parts)("$service, with $settings", async ({ baseline, leaves }) => {
    const pool = poolOf(baseline.log);
    const problems: string[] = [];
    let changed = 0;
    for (const leaf of leaves) {
      const verdict = await judge(baseline, leaf, pool);
      if (verdict.checked) changed++;
      if (verdict.replaced !== undefined) replaced.add(verdict.replaced);
      problems.push(...verdict.problems.map((problem) => `${leaf.field} of ${leaf.owner} ${problem}`));
    }
    counts.leaves += leaves.length;
    counts.changed += changed;
    expect(problems).toEqual([]);
  });

  test("every exception is there for a leaf", () => {
    const leaves = parts.flatMap(({ leaves }) => leaves);
    const idle = exceptions.filter((exception) => !leaves.some((leaf) => exceptionOf(leaf) === exception));
    expect(idle.map(({ reason }) => reason)).toEqual([]);
  });

  test("most leaves were changed", () => {
    console.log(`${counts.changed} of ${counts.leaves} leaves were changed by hand`);
    expect(counts.changed / counts.leaves).toBeGreaterThan(0.7);
  });

  test("what needs replacement is no more and no less than is listed", () => {
    expect([...replaced].sort()).toEqual([...replacements].sort());
  });
});

describe("what someone adds or switches by hand is named by status and taken back by up", () => {
  const additions = Object.values(services).flatMap(({ drift }) => drift?.additions ?? []);

  test.each(additions)("$what", async ({ node, path, also, weight, up = "takes it away", by }) => {
    const cloud = replay(whole);
    by(cloud, (id) => {
      const entry = whole.journal.resources[id]?.id;
      if (entry === undefined) throw new Error(`${id} has no id`);
      return entry;
    });
    // What takes AWS its time is done by then.
    cloud.clock.jump(cloud.now() + 3_600_000);
    const added = cloud.dump({ times: false });
    const judge = async (lift: boolean) => {
      const seen = await observe(whole, cloud, (id, { path: of }) =>
        lift && id === node && path.test(of) ? "lifted" : undefined,
      );
      const rows = seen.rows.filter((row) => row.id === node || also?.test(row.id) !== true);
      return { ...seen, rows };
    };
    const seen = await judge(false);
    const isLeft = up !== "takes it away";
    expect(seen.rows.map((row) => [row.id, row.status])).toEqual([[node, isLeft ? "flagged" : "drifted"]]);
    const named = seen.rows.flatMap((row) => (isLeft ? (row.findings ?? []) : row.changes));
    expect(named.filter((change) => !path.test(change.path))).toEqual([]);
    expect(new Set(named.map((change) => change.weight))).toEqual(new Set([weight]));
    if (isLeft) {
      expect(seen.endings).toEqual({});
      expect(cloud.dump({ times: false })).toEqual(added);
      if (up === "leaves it") return;
    }
    const taken = isLeft ? await judge(true) : seen;
    expect(taken.endings).toEqual({ [node]: "updated" });
    expect(taken.calls.filter((call) => !call.startsWith(`${node}: `))).toEqual([]);
    expect(taken.differences).toEqual([]);
  });
});
