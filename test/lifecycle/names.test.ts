import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketName, finalSnapshotName, functionLogGroup, keyAlias, name } from "../../src/config/names.ts";
import { REGIONS } from "../../src/config/regions.ts";
import { suffixExpectation } from "../../src/config/suffix.ts";
import { settings, unwell } from "./scene.ts";
import { World } from "./world.ts";

interface Rule {
  readonly longest: number;
  readonly form: RegExp;
}

/** RDS User Guide, "Quotas and constraints", naming: letters, digits, single hyphens, a letter first, no hyphen last. */
const rdsName = /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/;
const rds = (longest: number): Rule => ({ longest, form: rdsName });
const any = (longest: number): Rule => ({ longest, form: /^.+$/s });
/** A service's own tags: EC2 "Tag restrictions", the same for all that tap uses. */
const tag: Rule = { longest: 256, form: /^(?!aws:)[\w\s.:/=+@-]*$/ };
/** S3 User Guide, "General purpose bucket naming rules". */
const bucket: Rule = {
  longest: 63,
  form: /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(\.\.|-s3alias$|--ol-s3$|\.mrap$|--x-s3$|--table-s3$))[a-z0-9][a-z0-9.-]+[a-z0-9]$/,
};

/** AWS's limits on what carries the suffix, by operation and member; sources are the API references of the operations. */
const rules: Readonly<Record<string, Rule>> = {
  // IAM, "IAM and AWS STS quotas".
  RoleName: { longest: 64, form: /^[\w+=,.@-]+$/ },
  // Lambda, CreateFunction.
  FunctionName: { longest: 64, form: /^[a-zA-Z0-9-_]+$/ },
  LogGroup: { longest: 512, form: /^[.\-_/#A-Za-z0-9]+$/ },
  // CloudWatch Logs, CreateLogGroup; a name cannot begin with aws/.
  logGroupName: { longest: 512, form: /^(?!aws\/)[.\-_/#A-Za-z0-9]+$/ },
  // RDS: "Quotas and constraints for Amazon RDS", names of subnet and parameter groups, clusters, instances, snapshots.
  DBSubnetGroupName: rds(255),
  DBClusterParameterGroupName: rds(255),
  DBClusterIdentifier: rds(63),
  DBInstanceIdentifier: rds(63),
  FinalDBSnapshotIdentifier: rds(255),
  // KMS, CreateAlias: alias/aws/ is AWS's own.
  AliasName: { longest: 256, form: /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/ },
  Bucket: bucket,
  // EC2, CreateSecurityGroup: a name may not begin with sg-.
  GroupName: { longest: 255, form: /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]+$/ },
  // API Gateway, CreateStage and CreateRestApi.
  stageName: { longest: 128, form: /^[a-zA-Z0-9_-]+$/ },
  // Secrets Manager, CreateSecret. A hyphen and six characters at the end, as of a suffix of six, confuse only
  // searches by part of an ARN, which tap makes none of.
  "CreateSecret.Name": { longest: 512, form: /^[\w/+=.@-]+$/ },
  // Lambda's description, EC2's and RDS's.
  Description: any(255),
  description: any(255),
  Value: tag,
  TagValue: tag,
  Environment: tag,
  Name: tag,
  // API Gateway, CreateRestApi; it limits no more than EC2 does.
  name: any(255),
  // Where Lambda fetches the code, and a variable of the functions, of which all have 4 KB (CreateFunction).
  S3Bucket: bucket,
  POWERTOOLS_SERVICE_NAME: any(255),
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
