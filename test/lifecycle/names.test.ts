import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketName, finalSnapshotName, functionLogGroup, keyAlias, name } from "../../src/config/names.ts";
import { REGIONS } from "../../src/config/regions.ts";
import { suffixExpectation } from "../../src/config/suffix.ts";
import type { TextRule } from "../cloud/facts.ts";
import { services } from "../cloud/services.ts";
import { settings, unwell } from "./scene.ts";
import { World } from "./world.ts";

const any: TextRule = { longest: 255, form: /^.+$/s };
/** A service's own tags: EC2 "Tag restrictions", the same for all that tap uses. */
const tag: TextRule = { longest: 256, form: /^(?!aws:)[\w\s.:/=+@-]*$/ };

/** AWS's limits on what carries the suffix, by operation and member: those of tags and descriptions, and each service's own. */
const rules: Readonly<Record<string, TextRule>> = {
  // Lambda's description, EC2's and RDS's.
  Description: any,
  description: any,
  Value: tag,
  TagValue: tag,
  Environment: tag,
  Name: tag,
  ...Object.fromEntries(Object.values(services).flatMap(({ texts = {} }) => Object.entries(texts))),
};

/** Every string of an input that carries the suffix, with the path of members that leads to it. */
function* carrying(suffix: string, value: unknown, path: readonly string[] = []): Generator<[string[], string]> {
  if (typeof value === "string" && value.includes(suffix)) yield [[...path], value];
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  for (const [key, part] of Object.entries(value)) yield* carrying(suffix, part, [...path, key]);
}

test("with the longest suffix, no name that is sent to AWS is too long or of a form that AWS refuses", async () => {
  const suffix = "q".repeat(22);
  expect(suffixExpectation(suffix)).toBeUndefined();
  expect(suffixExpectation(`${suffix}q`)).toBeDefined();
  using world = new World();
  const environment = world.environment("prod", { suffix, file: settings("defaults: {database: {readers: 15}}") });
  expect(unwell(await environment.up())).toEqual([]);
  await environment.takeDown();
  const wrong = new Set<string>();
  const held = new Set<string>();
  /** What is no ARN, address or document, and has no rule: a name that somebody has added. */
  const free = new Set<string>();
  for (const { operation, input, mutating } of world.cloud.log) {
    if (!mutating) continue;
    for (const [path, value] of carrying(suffix, input)) {
      const member = path.findLast((step) => !/^\d+$/.test(step)) ?? "";
      const rule = rules[`${operation}.${member}`] ?? rules[member];
      if (rule === undefined) {
        if (!/^arn:|^\{|:arn:|\.amazonaws\.com|\/invocations$/.test(value))
          free.add(`${operation}.${member}: ${value}`);
        continue;
      }
      held.add(`${operation}.${member}` in rules ? `${operation}.${member}` : member);
      if (value.length > rule.longest || !rule.form.test(value)) wrong.add(`${operation}.${path.join(".")}: ${value}`);
    }
  }
  expect([...wrong]).toEqual([]);
  expect([...free]).toEqual([]);
  // Else a rule would stand here that nothing is held against.
  expect([...held].sort()).toEqual(Object.keys(rules).sort());
});

test("whatever suffix is accepted, its names are within AWS's limits in every region", () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
  const suffixes = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join("-"));
  const accepted = suffixes.filter((suffix) => suffixExpectation(suffix) === undefined);
  const regions = fc.constantFrom(...Object.keys(REGIONS));
  const fits = (value: string, ...members: readonly string[]) => {
    for (const member of members) {
      const rule = rules[member];
      if (rule === undefined) throw new Error(`there is no rule for ${member}`);
      expect(value.length, value).toBeLessThanOrEqual(rule.longest);
      expect(value).toMatch(rule.form);
    }
  };
  fc.assert(
    fc.property(accepted, regions, fc.string(), (suffix, region, token) => {
      fits(bucketName(suffix, region, "123456789012"), "Bucket");
      fits(name("processor", suffix), "RoleName", "FunctionName", "GroupName", "Value");
      fits(functionLogGroup(name("processor", suffix)), "logGroupName");
      fits(name("reader-15", suffix), "DBInstanceIdentifier");
      fits(name("cluster", suffix), "DBClusterIdentifier", "DBSubnetGroupName", "DBClusterParameterGroupName");
      fits(finalSnapshotName(suffix, token), "FinalDBSnapshotIdentifier");
      fits(keyAlias(suffix, region), "AliasName");
      fits(suffix, "stageName", "Value");
    }),
  );
});
