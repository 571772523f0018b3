import { describe, expect, test } from "vitest";
import { permissions, reference, type Subject } from "../../src/aws/permissions.ts";
import { REGIONS, type RegionName } from "../../src/config/regions.ts";
import { suffixExpectation } from "../../src/config/suffix.ts";
import { documentsOf, maxCharacters, sizeOf } from "../../src/policy/documents.ts";
import { statementsFor } from "../../src/policy/policy.ts";

/** The longest suffix that an environment may have. */
const longest = (): string => {
  let suffix = "a";
  while (suffixExpectation(`${suffix}a`) === undefined) suffix += "a";
  return suffix;
};

const account = "123456789012";
const domain = { name: "api.example.com", zone: "example.com" };
const label = "a".repeat(60);
/** AWS limits a domain to 253 characters; ACM, a certificate's first name to 64. */
const big = { name: `${label}.com`, zone: "example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" };

const subjects: readonly Subject[] = Object.keys(REGIONS).flatMap((region) =>
  ["dev", longest()].flatMap((environment): Subject[] => {
    // The keys of the record are the names.
    const plain = { environment, region: region as RegionName };
    return [
      plain,
      { ...plain, account, domain },
      { ...plain, account, domain: big, state: `s3://${label}/${label}/x` },
    ];
  }),
);

describe.each(subjects)("the policy of $environment in $region, account $account", (subject) => {
  const statements = statementsFor(subject);
  const documents = documentsOf(statements);

  test("fits into managed policies that one role can have", () => {
    for (const document of documents) expect(sizeOf(document)).toBeLessThanOrEqual(maxCharacters);
    // IAM user guide, "IAM and AWS STS quotas": ten managed policies for a role.
    expect(documents.length).toBeLessThanOrEqual(10);
    expect(documents.flatMap((document) => document.Statement)).toEqual(statements);
  });

  test("is one that IAM takes", () => {
    expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
    for (const document of documents) expect(document.Version).toBe("2012-10-17");
    for (const { Sid, Action, Resource } of statements) {
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(Action.length, Sid).toBeGreaterThan(0);
      expect(new Set(Action).size, Sid).toBe(Action.length);
      for (const resource of Resource)
        expect(resource).toMatch(/^(\*|arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|\*)?:\S+)$/);
    }
  });
});

test("without an account only what a caller's own account has is meant", () => {
  const [bucket] = statementsFor({ environment: "dev", region: "us-east-1" }).filter(({ Sid }) => Sid === "NewBucket");
  const variable = ["", "{aws:PrincipalAccount}"].join("$");
  expect(bucket?.Resource).toEqual([`arn:aws:s3:::trading-artifacts-dev-us-east-1-${variable}`]);
});

test("a statement that does not fit beside the others begins another document", () => {
  const [statement] = statementsFor({ environment: "dev", region: "us-east-1" });
  if (statement === undefined) throw new Error("there is no statement");
  const half = { ...statement, Resource: ["x".repeat(maxCharacters / 2)] };
  expect(documentsOf([half, half, half])).toHaveLength(3);
  expect(documentsOf([half, statement, statement])).toHaveLength(1);
});

describe("what services say of each other", () => {
  const page = "amazonsns";
  const topic = (needed: string) =>
    permissions({
      source: reference(page),
      scopes: () => ({ Topic: { resources: ["*"] } }),
      operations: { CreateTopic: { "sns:CreateTopic": "Topic" } },
      implied: [{ because: ["CreateTopic"], needs: { "kms:Decrypt": needed }, source: page }],
    });
  const dev = { environment: "dev", region: "us-east-1" } as const;

  test("may be needed in a statement of another service, by its id", () => {
    const key = permissions({ source: page, scopes: () => ({ Key: { resources: ["k"] } }), operations: {} });
    const statements = statementsFor(dev, { sns: topic("Key"), kms: key });
    expect(statements.find(({ Sid }) => Sid === "Key")?.Action).toEqual(["kms:Decrypt"]);
  });

  test("is refused where no service has that statement, or two have it", () => {
    expect(() => statementsFor(dev, { sns: topic("Keys") })).toThrow("kms:Decrypt is needed in Keys");
    expect(() => statementsFor(dev, { sns: topic("Topic"), mq: topic("Topic") })).toThrow("two services");
  });
});
