import { expect, test } from "vitest";
import { assess } from "../../src/engine/assess.ts";
import {
  type Change,
  failed,
  failedUpdate,
  held,
  leaving,
  type Phase,
  pending,
  ready,
  unfamiliar,
} from "../../src/engine/kind.ts";
import type { Comparison, Present } from "../../src/engine/node.ts";
import { present } from "../report/sample.ts";

const change = (fix: Change["fix"]): Change => ({ path: "cidr", want: "10.0.0.0/16", live: "10.1.0.0/16", fix });
const besides = { findings: [], accepted: [], unrecorded: [] };
const differs = (...changes: readonly Change[]): Comparison => ({
  changes,
  ...besides,
  unreported: ["port"],
  missing: [],
});
const unknown: Comparison = { changes: undefined, ...besides, unreported: [], missing: ["network/vpc"] };
const none = differs();

const never = (): Comparison => {
  throw new Error("it is nothing to be compared");
};
function seen(phase: Phase, compare: () => Comparison): Present {
  if (phase.is === "gone") throw new Error("what is gone is not there to be judged");
  return { ...present("vpc-1"), phase, compare };
}

const said = { ...besides, unreported: ["port"] };
test.each([
  [none, { is: "settled", ...said }],
  [differs(change("update")), { is: "update", changes: [change("update")], ...said }],
  [
    differs(change("update"), change("replace")),
    { is: "replace", changes: [change("update"), change("replace")], ...said },
  ],
  [unknown, { is: "incomparable", missing: ["network/vpc"], ...besides, unreported: [] }],
])("what is ready is judged by its differences (%#)", (comparison, verdict) => {
  expect(assess(seen(ready, () => comparison))).toEqual(verdict);
  // So is what goes on although a change of it has failed, but only once somebody asks.
  const judged = assess(seen(failedUpdate("no free address"), () => comparison));
  expect(judged).toMatchObject({ is: "failed-update", why: "no free address" });
  expect(judged.is === "failed-update" && judged.compared()).toEqual(verdict);
});

test.each([
  [failed("no capacity"), { is: "failed", why: "no capacity" }],
  [failedUpdate("no free address"), { is: "failed-update", why: "no free address" }],
  [pending("creating"), { is: "pending", why: "creating" }],
  [unfamiliar("dozing"), { is: "pending", why: '"dozing", a state that tap does not know', unfamiliar: true }],
  [leaving("deleting"), { is: "leaving", why: "deleting" }],
  [held("delegate the zone"), { is: "held", why: "delegate the zone" }],
])("what is %o is judged without a comparison", (phase, verdict) => {
  expect(assess(seen(phase, never))).toMatchObject(verdict);
});
