import type { StatusRow } from "../../../src/engine/status.ts";
import type { Expectation } from "../../cloud/drift.ts";
import { type Baseline, replay } from "./baseline.ts";
import { exceptionOf } from "./exceptions.ts";
import type { Leaf } from "./leaves.ts";
import { type Observation, observe } from "./observe.ts";
import { alternatives, byHand, type Pool } from "./values.ts";

/** What came of changing one leaf. */
export interface Verdict {
  /** What is not as expected: nothing, if all is well. */
  readonly problems: readonly string[];
  /** Whether another value was tried. */
  readonly checked: boolean;
  /** A property that cannot be changed in place, and what `up` does: "ec2:vpc.cidr refused". */
  readonly replaced?: string;
}

/** Changes one leaf by hand and compares what `status` and `up` make of it with what is expected. */
export async function judge(baseline: Baseline, leaf: Leaf, pool: Pool): Promise<Verdict> {
  const expected: Expectation = exceptionOf(leaf)?.expect ?? { is: "repaired" };
  if (expected.is === "no property") return { problems: [], checked: false };
  const refusals: string[] = [];
  for (const value of alternatives(leaf, pool)) {
    for (const change of byHand(leaf, value)) {
      const cloud = attempt(() => replay(baseline, change), refusals);
      if (cloud === undefined) continue;
      if (expected.is === "refused") return { problems: [`AWS takes ${text(value)}`], checked: true };
      return { checked: true, ...compare(leaf, value, expected, await observe(baseline, cloud)) };
    }
  }
  if (refusals.length === 0) return { problems: ["no other value is known to the test"], checked: false };
  return { problems: expected.is === "refused" ? [] : [`AWS takes no other: ${refusals.join("; ")}`], checked: true };
}

function attempt<T>(run: () => T, refusals: string[]): T | undefined {
  try {
    return run();
  } catch (error) {
    refusals.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    return undefined;
  }
}

type Seen = Omit<Verdict, "checked">;

function compare(
  leaf: Leaf,
  value: unknown,
  expected: Exclude<Expectation, { is: "no property" | "refused" }>,
  seen: Observation,
): Seen {
  const problems: string[] = [];
  const check = (ok: boolean, what: string) => ok || problems.push(`set to ${text(value)}: ${what}`);
  const { owner } = leaf;
  const own = seen.rows.find((row) => row.id === owner);
  const others = seen.rows.filter((row) => row !== own);
  const rows = seen.rows.map(({ id, status, changes }) => `${id} ${status} ${changes.map((c) => c.path)}`).join("; ");
  const ended = `up ended with ${JSON.stringify(seen.endings)}`;
  const nothingDone = () => check(seen.calls.length === 0, `up sent ${seen.calls.join(", ")}`);

  if (expected.is === "in sync") {
    check(seen.rows.length === 0, `status shows ${rows}`);
    nothingDone();
    return { problems };
  }
  if (expected.is === "blocked") {
    check(own?.status === "blocked" && expected.reason.test(own.reason ?? ""), `status shows ${rows}`);
    const consequence = ({ id, status }: StatusRow) =>
      ["blocked", "stranded", "missing", "left-over"].includes(status) || expected.also?.test(id) === true;
    check(others.every(consequence), `status shows ${rows}`);
    const refuses = seen.refusals.some((why) => why.startsWith(`${owner}: `) && expected.reason.test(why));
    check(refuses, "up does not refuse");
    nothingDone();
    return { problems };
  }

  const allowed = expected.is === "repaired" ? expected : { is: "repaired" as const };
  const { changes = [] } = own ?? {};
  const paths = changes.map((c) => c.path).join(", ");
  check(
    own?.status === "drifted" && others.every(({ id }) => allowed.also?.test(id)),
    `status shows ${rows || "nothing"}`,
  );
  check(changes.length === (allowed.changes ?? 1), `status names ${changes.length} properties: ${paths}`);
  if (allowed.told !== "otherwise") {
    const says = (side: "live" | "want", there: unknown, counterpart: unknown) =>
      changes.some((c) => shows(allowed.told === "by the path" ? c.path : c[side], leaf, there, counterpart));
    check(says("live", value, leaf.value), `live is shown as ${changes.map((c) => text(c.live))}`);
    check(says("want", leaf.value, value), `wanted is shown as ${changes.map((c) => text(c.want))}`);
  }
  if (expected.is === "held") {
    check(expected.reason.test(seen.endings[owner] ?? ""), ended);
    nothingDone();
    return { problems };
  }

  const [change] = changes;
  const replace = change?.fix === "replace" ? `${own?.type}.${change.path}` : undefined;
  if (replace !== undefined && seen.refusals.length > 0) {
    const [refusal = "", ...more] = seen.refusals;
    const clear = refusal.startsWith(`${owner}: needs to be replaced`) && refusal.includes(` ${change?.path}: `);
    check(clear && more.length === 0, `up refuses: ${seen.refusals.join("; ")}`);
    nothingDone();
    return { problems, replaced: `${replace} refused` };
  }
  check(seen.refusals.length === 0, `up refuses: ${seen.refusals.join("; ")}`);
  check(seen.endings[owner] === (replace === undefined ? "updated" : "replaced"), ended);
  const mine = (node: string) => node === owner || allowed.follows?.test(node) === true;
  check(
    Object.entries(seen.endings).every(
      ([node, is]) => mine(node) && (/^(updated|replaced)$/.test(is) || (is === "removed" && node !== owner)),
    ),
    ended,
  );
  check(
    seen.calls.every((call) => mine(call.slice(0, call.indexOf(":")))),
    `up sent ${seen.calls.join(", ")}`,
  );
  const differences = seen.differences.filter((difference) => !allowed.differs?.test(difference));
  check(differences.length === 0, `after up it still differs: ${differences.join("; ")}`);
  return { problems, ...(replace === undefined ? {} : { replaced: `${replace} remade` }) };
}

/** A value as it stands within the JSON text of a bigger one; and as people see what AWS spells at length. */
const text = (value: unknown): string =>
  (JSON.stringify(value) ?? "nothing")
    .replace(/^"|"$/g, "")
    .replaceAll("\\", "")
    .replace(/^arn:aws:apigateway:.*\/functions\/(.*)\/invocations$/, "$1")
    .replace(/^tap:/, "")
    .toLowerCase();

/** What a list has and another has not, as far as a report can be expected to spell it out. */
const extra = (list: unknown, other: unknown): unknown[] =>
  Array.isArray(list) && Array.isArray(other)
    ? list.filter((item) => !other.includes(item) && typeof item !== "object")
    : [];

/** Whether what is shown tells what is there: all of a value, or what a list has and its counterpart has not. */
function shows(shown: unknown, leaf: Leaf, there: unknown, counterpart: unknown): boolean {
  const parts = leaf.change === "value" ? [there] : extra(there, counterpart);
  return parts.every((part) => text(shown).includes(text(part)));
}
