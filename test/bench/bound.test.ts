import { expect, test } from "vitest";
import type { Json } from "../../src/engine/journal.ts";
import { type Kind, ready } from "../../src/engine/kind.ts";
import { type Node, node } from "../../src/engine/node.ts";
import { defaultDurations } from "../cloud/durations.ts";
import { boundOfDown, boundOfUp } from "./bound.ts";

type Facts = Partial<Pick<Kind<null, undefined, object, string, string>, "usable" | "releases">>;

const kind = (type: string, facts: Facts = {}): Kind<null, undefined, object, string, string> => ({
  type,
  recover: "fixed-name",
  usable: "ready",
  releases: "gone",
  replace: "remake",
  minutes: { create: 1, update: 1, remove: 1 },
  seconds: { create: 1, remove: 1 },
  parseKey: () => undefined,
  find: async () => undefined,
  id: (live) => live,
  phase: () => ready,
  outputs: (live) => live,
  changes: () => [],
  create: async () => "",
  update: async () => undefined,
  remove: async () => undefined,
  ...facts,
});

type Toy = Node<Json, null>;
interface Above {
  readonly needs?: Record<string, Toy>;
  readonly after?: readonly Toy[];
  readonly outlives?: readonly Toy[];
}

const make = (type: string, id: string, facts: Facts = {}, { needs = {}, ...rest }: Above = {}): Toy =>
  node(kind(type, facts), id, { name: id, needs, want: () => ({}), ...rest });

const durations = { ...defaultDurations, natCreate: 105_000, clusterCreate: 45_000, instanceCreate: 480_000 };
const latency = 100;

test("what is usable when created lets its dependents begin, what is usable when ready does not", () => {
  const cluster = make("rds:cluster", "a/cluster", { usable: "created" });
  const writer = make("rds:instance", "a/writer", { usable: "created" }, { needs: { cluster } });
  const nat = make("ec2:nat-gateway", "a/nat");
  const routes = make("ec2:route-table", "a/routes", {}, { needs: { nat } });

  const early = boundOfUp([cluster, writer], durations, latency);
  expect(early).toMatchObject({ seconds: 480.2, path: ["a/cluster", "a/writer"] });
  expect(early.sequentialSeconds).toBeCloseTo(525.2);
  expect(boundOfUp([nat, routes], durations, latency).seconds).toBeCloseTo(105.2);
});

test("what comes after something begins when that is finished, not when it can be used", () => {
  const writer = make("rds:instance", "a/writer", { usable: "created" });
  const schema = make("rds:schema", "a/schema", {}, { after: [writer] });
  expect(boundOfUp([writer, schema], durations, latency).seconds).toBeCloseTo(480.3);
});

test("a cluster goes once its instances are gone, though its removal is accepted before", () => {
  const cluster = make("rds:cluster", "a/cluster", { usable: "created" });
  const writer = make("rds:instance", "a/writer", { releases: "leaving" }, { needs: { cluster } });
  expect(boundOfDown([cluster, writer], durations, latency).seconds).toBeCloseTo(660.1);
});

test("a function's group waits for its network interfaces, and its role for the group that it outlives", () => {
  const group = make("ec2:security-group", "a/group");
  const role = make("iam:role", "a/role", {}, { outlives: [group] });
  const lambda = make("lambda:function", "a/function", {}, { needs: { group, role } });
  const bound = boundOfDown([group, role, lambda], durations, latency);
  expect(bound).toMatchObject({ path: ["a/function", "a/group", "a/role"] });
  expect(bound.seconds).toBeCloseTo(300.3);
});

test("what a role's policy names goes without waiting for the role", () => {
  const secret = make("secrets:secret", "a/secret");
  const nat = make("ec2:nat-gateway", "a/nat");
  const role = make("iam:role", "a/role", {}, { needs: { secret }, outlives: [nat] });
  expect(boundOfDown([secret, nat, role], durations, latency).path).toEqual(["a/nat", "a/role"]);
});
