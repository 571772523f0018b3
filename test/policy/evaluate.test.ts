import { expect, test } from "vitest";
import { allows, type Request } from "./evaluate.ts";

const ask = (resource: string, context: Request["context"] = {}): Request => ({ action: "s3:Get", resource, context });
const rule = (Resource: string, Condition = {}) => ({ Action: ["s3:Get"], Resource: [Resource], Condition });

test("patterns and variables of resources", () => {
  expect(allows(rule("arn:a-?"), ask("arn:a-1"))).toBe(true);
  expect(allows(rule("arn:a-?"), ask("arn:a-12"))).toBe(false);
  expect(allows(rule("arn:a-*"), ask("arn:a-1/2:3"))).toBe(true);
  expect(allows(rule("arn:a.b"), ask("arn:axb"))).toBe(false);
  const own = rule(["arn:", "{aws:PrincipalAccount}"].join("$"));
  expect(allows(own, ask("arn:1", { "aws:PrincipalAccount": ["1"] }))).toBe(true);
  expect(allows(own, ask("arn:1"))).toBe(false);
  expect(allows(rule("*"), { action: "s3:GetMore", resource: "*", context: {} })).toBe(false);
});

test.each<[object, Request["context"], boolean]>([
  [{ StringEquals: { k: "v" } }, { k: ["v"] }, true],
  [{ StringEquals: { k: "v" } }, { k: ["w"] }, false],
  [{ StringEquals: { k: "v" } }, {}, false],
  [{ StringEquals: { k: ["v", "w"] } }, { k: ["w"] }, true],
  [{ StringEquals: { k: "v*" } }, { k: ["vw"] }, false],
  [{ StringEquals: { k: "v", l: "v" } }, { k: ["v"] }, false],
  [{ StringEqualsIfExists: { k: "v" } }, {}, true],
  [{ StringEqualsIfExists: { k: "v" } }, { k: ["w"] }, false],
  [{ BoolIfExists: { k: "true" } }, { k: ["false"] }, false],
  [{ Null: { k: "true" } }, {}, true],
  [{ Null: { k: "true" } }, { k: ["v"] }, false],
  [{ "ForAllValues:StringLike": { k: ["a", "_*.a"] } }, { k: ["a", "_x.a"] }, true],
  [{ "ForAllValues:StringLike": { k: ["a", "_*.a"] } }, { k: ["a", "b"] }, false],
])("condition %j with %j", (Condition, context, allowed) => {
  expect(allows(rule("*", Condition), ask("arn:x", context))).toBe(allowed);
});

test("an operator that the test does not know is no permission", () => {
  expect(() => allows(rule("*", { NumericLessThan: { k: "1" } }), ask("arn:x", { k: ["0"] }))).toThrow(
    "NumericLessThan",
  );
});
