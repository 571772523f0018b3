import { afterAll, describe, expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import type { Json } from "../../src/engine/journal.ts";
import type { Node } from "../../src/engine/node.ts";
import { refresh } from "../../src/engine/refresh.ts";
import { type StatusRow, statusRows } from "../../src/engine/status.ts";
import { meaningAt, type Rule, type Told, tags } from "../../src/resources/fields.ts";
import { awsKinds } from "../../steps/kinds.ts";
import { services } from "../cloud/services.ts";
import { bringUp, Copy, replay } from "./drift/baseline.ts";
import { leavesIn, otherValues, type Part, schemaOf, withAt } from "./drift/shapes.ts";
import { everything } from "./everything.ts";

const whole = await bringUp(everything);

/** How many leaves were altered, by what the tables say of them. */
const counts: Record<Rule["is"], number> = { wanted: 0, default: 0, recorded: 0, ignored: 0 };

const tables = awsKinds.flatMap(({ type, replies = [] }) => replies.map((reply) => ({ type, told: reply })));

describe("each field of each reply of AWS's, altered or added on its way back, is named by status or said not to be looked at", () => {
  test.each(tables)("$type: $told.shape of $told.operation", async ({ type, told }) => {
    const { operation, shape, fields } = told;
    using copy = new Copy(whole, replay(whole));
    const { environment, cloud } = copy;
    const node = environment.platform.nodes.find(({ kind }) => kind.type === type);
    if (node === undefined) throw new Error(`nothing in the platform is a ${type}`);
    const id = whole.journal.resources[node.id]?.id ?? "";
    const [service = ""] = type.split(":");
    const schema = await schemaOf(packageOf(service), shape);
    // Everything that it stands on, so that it can be compared.
    const nodes = environment.platform.nodes.filter((one) => isNeeded(one, node));
    const look = async (): Promise<StatusRow | undefined> =>
      statusRows(await refresh(environment.run(), nodes, [], true)).find((row) => row.id === node.id);

    let structure: Part | undefined;
    cloud.intercept = async (call, apply) => {
      const answer = apply();
      if (call.operation === operation) structure ??= found(told, schema, answer, id);
      return answer;
    };
    expect((await look())?.status).toBe("in-sync");
    const original = structure as Part | undefined;
    if (original === undefined) throw new Error(`no ${shape} of ${node.id} in an answer to ${operation}`);

    const unseen: string[] = [];
    for (const leaf of leavesIn(original)) {
      const path = leaf.path;
      const rule = meaningAt(fields, path);
      if (rule === undefined) {
        unseen.push(`${path}: the table does not have it`);
        continue;
      }
      counts[rule.is]++;
      // Of a list of tags those that others have added are theirs: it is altered as a whole.
      const isTag = rule === tags && leaf.place.slice(original.place.length).some((step) => typeof step === "number");
      if (rule.is === "ignored" || isTag) continue;
      for (const [how, value] of otherValues(leaf, rule === tags)) {
        cloud.intercept = async (call, apply) => {
          const answer = apply();
          const at = call.operation === operation ? found(told, schema, answer, id) : undefined;
          // The altered answer has the same shape.
          return at === undefined ? answer : (withAt(answer, placeIn(leaf, original, at), value) as typeof answer);
        };
        const row = await look();
        const named = [...(row?.changes ?? []), ...(row?.findings ?? [])].map((change) =>
          // Without the numbers of a list's members, as the table has it.
          change.path.replaceAll(/\.\d+(?=\.|$)/g, ""),
        );
        const isNamed =
          rule.is === "wanted"
            ? row?.status !== "in-sync"
            : named.some((one) => one.startsWith(path) || path.startsWith(one));
        if (!isNamed) unseen.push(`${path} ${how} (${rule.is}): ${row?.status} ${named.join(", ")}`);
      }
    }
    expect(unseen).toEqual([]);
  });

  afterAll(() => {
    const all = Object.entries(counts).map(([is, n]) => `${n} ${is}`);
    console.log(`leaves of replies altered: ${all.join(", ")}`);
  });
});

/** The SDK's package of a service as tap calls it. */
function packageOf(inTap: string): string {
  const [name, facts] = Object.entries(services).find(([name, one]) => (one.inTap ?? name) === inTap) ?? [];
  if (name === undefined) throw new Error(`no service is called ${inTap}`);
  return facts?.sdkPackage ?? name;
}

/** The structure in a reply that describes a resource: the one that names its id first, or names it at all, or the only one. */
function found({ at }: Told, schema: Part["schema"], answer: object, id: string): Part | undefined {
  const member: unknown = at === undefined ? answer : Object.entries(answer).find(([name]) => name === at)?.[1];
  const all = (Array.isArray(member) ? member : [member]).map(
    (value: unknown, index): Part => ({
      schema,
      value,
      path: "",
      place: [...(at === undefined ? [] : [at]), ...(Array.isArray(member) ? [index] : [])],
    }),
  );
  const [first, ...others] = all;
  if (others.length === 0) return first?.value === undefined ? undefined : first;
  const texts = ({ value }: Part) => Object.values(value ?? {}).filter((one) => typeof one === "string");
  const name = id.split("/").at(-1);
  return (
    all.find((part) => texts(part)[0] === id) ??
    all.find((part) => texts(part).some((text) => text === id || text === name)) ??
    all.find(({ value }) => JSON.stringify(value).includes(JSON.stringify(name)))
  );
}

/** Where a leaf of one reply stands in another, in which its structure may stand elsewhere. */
const placeIn = (leaf: Part, structure: Part, now: Part) => [...now.place, ...leaf.place.slice(structure.place.length)];

const isNeeded = (one: Node<Json, Aws>, by: Node<Json, Aws>): boolean =>
  one === by || by.needs.some((need) => isNeeded(one, need));
