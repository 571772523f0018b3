import { expect, test } from "vitest";
import { everything } from "../everything.ts";
import { type Baseline, bringUp, replay } from "./baseline.ts";
import { altered, type Leaf } from "./leaves.ts";
import { observe } from "./observe.ts";

const baseline = await bringUp(everything);

/** The leaf in which a node's tag `tap:id` was sent. */
function tagOf({ leaves }: Baseline, node: string): Leaf {
  const leaf = leaves.find(({ owner, field }) => owner === node && field.endsWith(" tags.tap:id"));
  if (leaf === undefined) throw new Error(`${node} has no tag tap:id`);
  return leaf;
}

test.each(["dns/zone", "logs/query", "network/vpc"])(
  "%s is not listed a second time, as a left-over that --prune would remove, when its tag tap:id is changed",
  async (node) => {
    const leaf = tagOf(baseline, node);
    const cloud = replay(baseline, { call: leaf.call, input: altered(leaf, "by/hand") });
    const { rows } = await observe(baseline, cloud);
    expect(rows.filter((row) => row.status === "left-over").map((row) => row.id)).toEqual([]);
  },
);
