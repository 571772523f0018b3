import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Condition, Subject } from "../../src/aws/permissions.ts";
import { permissions } from "../../src/policy/permissions.ts";
import { type Statement, statementsFor } from "../../src/policy/policy.ts";
import { services } from "../cloud/services.ts";
import { allows, type Request } from "./evaluate.ts";
import type { Asked } from "./guard.ts";
import { type Life, protectedAndShared, withOwnZone, withoutDomain } from "./lives.ts";
import { actions } from "./service-authorization.ts";

const lives: Readonly<Record<string, Life>> = {
  "a zone of its own": await withOwnZone(),
  "no domain": await withoutDomain(),
  "kept data, shared state and zone": await protectedAndShared(),
};
const asked: readonly Asked[] = Object.values(lives).flatMap(({ guard }) => [...guard.asked.values()]);
const requests: readonly Request[] = [
  ...new Map(asked.flatMap((call) => call.requests).map((r) => [JSON.stringify(r), r])).values(),
];

const table = Object.entries(permissions).flatMap(([service, { operations }]) =>
  Object.keys(operations).map((operation) => `${service}:${operation}`),
);
const implied = Object.entries(permissions).flatMap(([service, { implied }]) =>
  implied.map(({ because, source }) => ({ because: because.map((operation) => `${service}:${operation}`), source })),
);

describe("the table of operations", () => {
  /** Services as tap calls them, by the names of the SDK's packages. */
  const byPackage = new Map(
    Object.entries(services).map(([name, { sdkPackage = name, inTap = name }]) => [sdkPackage, inTap]),
  );

  /** Every operation that a source file can call. */
  function* operationsIn(file: string): Generator<string> {
    const text = readFileSync(file, "utf8");
    for (const [, names = "", name = ""] of text.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([\w-]+)"/g)) {
      const service = file.includes("/state/") ? "state" : (byPackage.get(name) ?? name);
      for (const [, operation] of names.matchAll(/\b(\w+)Command\b/g)) yield `${service}:${operation}`;
    }
  }

  /** Every operation that the source files with such a path can call. */
  const containedIn = (isMeant: (file: string) => boolean) => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && isMeant(file))
      .map((file) => join("src", file));
    return new Set(files.flatMap((file) => [...operationsIn(file)]));
  };

  test("has every operation that the source contains, and no other", () => {
    // What the local AWS is asked, nobody needs a permission for; the doctor does without those that it lacks.
    const contained = containedIn((file) => !/^(local|doctor)\//.test(file));
    expect(contained.size).toBeGreaterThan(150);
    expect([...table].sort()).toEqual([...contained].sort());
  });

  test("has what the doctor asks, but for what only the doctor asks: a run needs none of it", () => {
    const asked = [...containedIn((file) => file.startsWith("doctor/"))].filter((each) => !table.includes(each));
    expect(asked.sort()).toEqual([
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAvailabilityZones",
      "iam:SimulatePrincipalPolicy",
      "rds:DescribeAccountAttributes",
    ]);
  });

  test("has no operation that was not called, each on its own or implied by others", () => {
    const called = new Set(asked.map(({ operation }) => operation));
    expect(table.filter((operation) => !called.has(operation))).toEqual([]);
    expect(implied.flatMap(({ because }) => because.filter((operation) => !called.has(operation)))).toEqual([]);
  });

  test("names a source for everything", () => {
    for (const { source } of Object.values(permissions)) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    for (const { source } of implied) expect(source.length).toBeGreaterThan(20);
  });
});

describe.each(Object.entries(lives))("the policy of an environment with %s", (_, { guard, unwell }) => {
  test("allows everything that its deployer calls", () => {
    expect([...new Set(guard.refused)]).toEqual([]);
    expect(unwell).toEqual([]);
  });

  test("has no statement, action, resource or condition value that is not needed", () => {
    expect(guard.statements.flatMap((statement) => idle(statement, guard.statements))).toEqual([]);
  });

  test("has only actions and condition keys that IAM knows for them", () => {
    for (const { Sid, Action, Condition = {} } of guard.statements) {
      const keys = Object.entries(Condition)
        // Where a key may be absent, it need not be known to every action.
        .filter(([operator]) => !operator.endsWith("IfExists"))
        .flatMap(([, of]) => Object.keys(of).map((key) => key.split("/")[0] ?? ""))
        .filter((key) => key !== "aws:RequestedRegion");
      for (const action of Action) {
        const entry = actions[action];
        const known = entry && [...entry.keys, ...Object.values(entry.on).flat()];
        expect(known, `${Sid} ${action}`).toEqual(expect.arrayContaining(keys));
      }
    }
  });
});

/** What could be left out of a statement without anything being refused. */
function idle(statement: Statement, all: readonly Statement[]): string[] {
  const others = all.filter((other) => other !== statement);
  const own = requests.filter((r) => allows(statement, r) && !others.some((other) => allows(other, r)));
  const needed = (without: Partial<Statement>) => own.some((r) => !allows({ ...statement, ...without }, r));
  const { Sid, Action, Resource, Condition = {} } = statement;
  return [
    ...without(Action, (rest) => needed({ Action: rest })),
    ...without(Resource, (rest) => needed({ Resource: rest })),
    ...Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).flatMap(([key, values]) =>
        without([values].flat(), (rest) => {
          const changed: Condition = { ...Condition, [operator]: { ...keys, [key]: rest } };
          return rest.length === 0 || needed({ Condition: changed });
        }),
      ),
    ),
  ].map((what) => `${Sid}: ${what}`);
}

const without = (list: readonly string[], needed: (rest: readonly string[]) => boolean): string[] =>
  list.filter((item) => !needed(list.filter((other) => other !== item)));

describe("what is somebody else's", () => {
  const domain = { name: "api.example.org", zone: "example.org" };
  const policyOf = (environment: string, more: Partial<Subject> = {}) =>
    statementsFor({ environment, region: "us-east-1", account: "123456789012", domain, ...more });

  const name = "a-dev-b";
  /** What dev was asked for, had its name been one that parts of are names, too. */
  const theirs: readonly Asked[] = asked.map((call) => ({ ...call, requests: call.requests.map(renamed) }));

  /** The changing operations that a policy allows on all that is theirs. */
  const reached = (statements: readonly Statement[]) => {
    const possible = theirs.filter(
      ({ mutating, requests: needs }) =>
        mutating && needs.every((request) => statements.some((statement) => allows(statement, request))),
    );
    return [...new Set(possible.map(({ operation }) => operation))].sort();
  };

  /** What IAM cannot tell apart, and why. */
  const shared = {
    // One role and one setting for the account, on purpose.
    "apigateway:UpdateAccount": "the account's",
    "iam:AttachRolePolicy": "the account's",
    "iam:CreateRole": "the account's",
    // AWS makes them without tags, and they have no names.
    "ec2:DeleteNetworkInterface": "of Lambda",
    "ec2:RevokeSecurityGroupEgress": "of a VPC's default group",
    "ec2:RevokeSecurityGroupIngress": "of a VPC's default group",
    // Route 53 knows no condition on tags, and zones have no names of ours.
    "route53:ChangeTagsForResource": "any zone",
    "route53:CreateHostedZone": "any zone",
    "route53:DeleteHostedZone": "any zone",
    "route53:UpdateHostedZoneComment": "any zone",
  };

  const strangers = ["staging", "dev", "a", "b", "a-dev", "dev-b", "a-dev-b2", "a-dev-b-c", "c-a-dev-b"];
  test.each(strangers)("is out of reach for %s", (stranger) => {
    expect(reached(policyOf(stranger))).toEqual(Object.keys(shared).sort());
    const elsewhere = policyOf(stranger, { account: "999999999999" });
    expect(reached(elsewhere).filter((operation) => !operation.startsWith("route53:"))).toEqual([]);
  });

  /** Things of theirs, and what would give them a stranger's tags. */
  const taggings = Object.values(services).flatMap(({ authorization }) => authorization?.taggable?.(name) ?? []);

  test("of every service that carries tags has something to be taken over", () => {
    const tagging = Object.values(services).filter(({ tagCommand }) => tagCommand !== undefined);
    expect(tagging.filter(({ authorization }) => authorization?.taggable === undefined)).toEqual([]);
  });

  test.each(strangers)("cannot be made its own by %s", (stranger) => {
    const context = {
      "aws:RequestTag/ManagedBy": ["tap"],
      "aws:RequestTag/Environment": [stranger],
      "aws:ResourceTag/ManagedBy": ["tap"],
      "aws:ResourceTag/Environment": [name],
      "aws:RequestedRegion": ["us-east-1"],
    };
    const possible = taggings.filter(([action, resource]) =>
      policyOf(stranger).some((statement) => allows(statement, { action, resource, context })),
    );
    expect(possible).toEqual([]);
    const own = { ...context, "aws:RequestTag/Environment": [name] };
    const domain = { name: "api.example.com", zone: "example.com" };
    const refused = taggings.filter(([action, resource]) =>
      policyOf(name, { domain }).every((statement) => !allows(statement, { action, resource, context: own })),
    );
    expect(refused).toEqual([]);
  });

  test("is in reach for its own deployer", () => {
    const own = policyOf(name, { domain: { name: "api.example.com", zone: "example.com" } });
    const changing = theirs.filter(({ mutating, operation }) => mutating && !operation.startsWith("state:"));
    expect(reached(own)).toEqual([...new Set(changing.map(({ operation }) => operation))].sort());
  });
});

const renamed = (request: Request): Request =>
  JSON.parse(JSON.stringify(request).replace(/(?<![a-z0-9])dev(?![a-z0-9])/g, "a-dev-b"));
