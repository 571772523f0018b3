import { expect, test } from "vitest";
import type { Json } from "../../src/engine/journal.ts";
import { leavesOf } from "../../src/report/leaves.ts";
import { wrap } from "../../src/report/text.ts";

const leaves = (live: Json | undefined, want: Json | undefined) => leavesOf({ path: "policy", live, want });

const logs = { Sid: "Logs", Effect: "Allow", Action: ["kms:Encrypt", "kms:Decrypt"], Resource: "*" };
const root = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" };
const policy = (...Statement: Json[]) => ({ Version: "2012-10-17", Statement });

test("an object is taken apart by key, as deep as it goes", () => {
  const live = { a: 1, b: { c: [1], d: "x" }, e: null };
  expect(leavesOf({ path: "settings", live, want: { ...live, b: { d: "y" }, f: true } })).toEqual([
    { path: "settings.b.d", live: "x", want: "y" },
    { path: "settings.b.c", live: [1], want: undefined },
    { path: "settings.f", live: undefined, want: true },
  ]);
});

test("a policy is taken apart by the ids of its statements, whatever their order, and by element", () => {
  const condition = { ArnLike: { "aws:SourceArn": "arn:aws:logs:*" } };
  const live = policy({ ...logs, Action: ["kms:Decrypt", "kms:Encrypt", "kms:CreateGrant"] }, root);
  expect(leaves(live, policy(root, { ...logs, Condition: condition }))).toEqual([
    { path: "policy.Logs.Action", live: "kms:CreateGrant", want: undefined, member: true },
    { path: "policy.Logs.Condition", live: undefined, want: condition },
  ]);
});

test("a statement without an id goes by its content", () => {
  const stranger = { ...root, Principal: { AWS: "arn:aws:iam::999999999999:root" } };
  // One that was changed is told by element; one that was added, whole.
  expect(leaves(policy(stranger), policy(root))).toEqual([
    { path: "policy.Statement.Principal.AWS", live: stranger.Principal.AWS, want: root.Principal.AWS },
  ]);
  expect(leaves(policy(stranger, root), policy(root))).toEqual([
    { path: "policy", live: stranger, want: undefined, member: true },
  ]);
  expect(leaves(policy(), policy(root))).toEqual([{ path: "policy", live: undefined, want: root, member: true }]);
});

test("a statement that is there twice under one id is told whole", () => {
  const other = { ...logs, Effect: "Deny" };
  expect(leaves(policy(logs, other), policy(logs))).toEqual([
    { path: "policy", live: other, want: undefined, member: true },
  ]);
});

test("a single statement without a list around it is one, and what is written in another way is told whole", () => {
  expect(leaves({ Version: "2012-10-17", Statement: { ...logs, Effect: "Deny" } }, policy(logs))).toEqual([
    { path: "policy.Logs.Effect", live: "Deny", want: "Allow" },
  ]);
  expect(leaves(policy({ ...logs, Action: "kms:*" }), policy({ ...logs, Action: ["kms:*"] }))).toEqual([
    { path: "policy.Logs.Action", live: "kms:*", want: ["kms:*"] },
  ]);
});

test("what is there on one side only stays whole, and nothing is ever left unsaid", () => {
  expect(leaves(undefined, policy(root))).toEqual([{ path: "policy", live: undefined, want: policy(root) }]);
  expect(leaves(policy(root, logs), policy(logs, root))).toHaveLength(1);
  expect(leavesOf({ path: "subnetIds", live: ["a", "b"], want: ["b", "a"] })).toHaveLength(1);
});

test("a list is taken apart by member, each as often as it is there", () => {
  expect(leavesOf({ path: "subnetIds", live: ["a", "b", "b"], want: ["b", "c"] })).toEqual([
    { path: "subnetIds", live: "a", want: undefined, member: true },
    { path: "subnetIds", live: "b", want: undefined, member: true },
    { path: "subnetIds", live: undefined, want: "c", member: true },
  ]);
});

test("a wrapped text says all that the text says, on lines that are no wider than they may be", () => {
  const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${"x".repeat(90)}`;
  const text = `${JSON.stringify({ a: [arn, "日本語".repeat(9)], b: { c: "two words" } })} and some words`;
  for (const columns of [12, 20, 40, 80]) {
    const lines = wrap(text, columns);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    expect(lines.length).toBeGreaterThan(1);
  }
  expect(wrap("aa bb cc", 5)).toEqual(["aa bb", "cc"]);
  expect(wrap('{"a":"x","b":"y"}', 12)).toEqual(['{"a":"x",', '"b":"y"}']);
  expect(wrap("", 5)).toEqual([""]);
});
